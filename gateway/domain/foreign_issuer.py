"""A token issuer that is not the gateway's own, and how far its tokens are believed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from gateway.domain.grant import Kelas

ANY_REST: Final = "*"
"""At the end of a name in the table of clients: whatever follows."""


class ForeignIssuerProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What its tokens must say, and how they are read."""

    issuer: str
    """`iss` of its tokens."""
    audience: str
    """Must be, or be among, `aud` of its tokens."""
    algs: frozenset[str]
    """Signature algorithms that are taken."""
    typ: frozenset[str]
    """Types in the token's header, in lower case and without `application/`."""
    client_claim: str
    """Claim that names the client, by that issuer's name for it."""
    clients: Mapping[str, str] = {}
    """That issuer's names to ours; `*` at the end of both stands for the rest of a name."""
    grant_claim: str
    """Claim that names the grant; without it the client must hold exactly one that fits."""
    required: Mapping[str, str] = {}
    """Claims that every token must carry, with exactly these values."""
    max_life: timedelta
    """Tokens that live longer are refused, since nobody tells us of their revocation."""
    sender_constrained: bool = False
    """Every token must be bound to its client's key (`cnf`), and so may open TINGGI too."""

    @property
    def kelas(self) -> frozenset[Kelas]:
        """Classes of grants that its tokens may open."""
        return frozenset(Kelas) if self.sender_constrained else frozenset((Kelas.RENDAH,))

    def client_id(self, theirs: str) -> str | None:
        """Our id of the client that the issuer calls so; None where the table has none.

        The exact name comes first, then the longest beginning. Without a table it is the name
        itself.
        """
        if not self.clients:
            return theirs
        if theirs in self.clients and not theirs.endswith(ANY_REST):
            return self.clients[theirs]
        fitting = [
            key for key in self.clients if key.endswith(ANY_REST) and theirs.startswith(key[:-1])
        ]
        if not fitting:
            return None
        beginning = max(fitting, key=len)
        ours, rest = self.clients[beginning], theirs[len(beginning) - 1 :]
        return ours[:-1] + rest if ours.endswith(ANY_REST) else ours
