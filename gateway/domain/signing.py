"""The life of an issuer's signing keys: published, signing, retiring, gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from gateway.kit.struct import Quiet

ALG: Final = "ES256"
"""The algorithm of every signing key."""
TOKEN_LIFE: Final = timedelta(seconds=300)
"""The longest life of an access token."""
JWKS_KEPT: Final = timedelta(seconds=300)
"""How long whoever reads an issuer's public keys may keep them."""
RETIREMENT: Final = TOKEN_LIFE + JWKS_KEPT
"""How long a key is still shown and believed after it has signed its last token."""
NOTICED: Final = timedelta(seconds=1)
"""Within this time every running instance knows of a change of the keys."""


class StatusKunci(StrEnum):
    """Where a key is in its life; an issuer has at most one that signs and one that is to come."""

    PUBLISHED = "published"
    SIGNING = "signing"
    RETIRING = "retiring"
    GONE = "gone"


class KunciPenerbit(Quiet, frozen=True, kw_only=True):
    """What may be told of one signing key."""

    kid: str
    penerbit: str
    """Name of the issuer's profile."""
    status: StatusKunci
    dibuat_pada: datetime
    """Since when it is published."""
    dipakai_pada: datetime | None = None
    """Since when it signs."""
    pensiun_pada: datetime | None = None
    """Since when it signs no more."""
    hilang_pada: datetime | None = None
    """From when no token of it is believed."""

    def dipercaya(self, now: datetime) -> bool:
        """True where its tokens are believed and it is shown among the issuer's public keys."""
        if self.status is StatusKunci.GONE:
            return False
        return self.hilang_pada is None or now < self.hilang_pada


class SigningKeyStore(Protocol):
    """The keys of all issuers. Every change is noted in the admin log in the same transaction."""

    async def keys(self) -> Sequence[KunciPenerbit]:
        """All of them, by issuer and age."""

    async def publish(self, penerbit: str, *, oleh: str) -> KunciPenerbit:
        """Make a key that is shown and does not sign yet. Raises Conflict where there is one."""

    async def discard(self, kid: str, *, oleh: str) -> None:
        """Erase a published key that never signed. Raises Conflict where it is none."""

    async def promote(self, kid: str, *, oleh: str, pensiun: timedelta) -> None:
        """Let a published key sign; the one that signed retires for `pensiun`.

        With 0 it is gone at once, and those that were retiring with it. Raises Conflict where the
        key is not published (any longer), and Unavailable where the keyring does not open it.
        """

    async def erase_overdue(self) -> None:
        """Erase the private parts of the keys whose retirement is over."""
