"""The grant behind a token: the one that it names, or the only one that fits."""

from collections.abc import Mapping

from gateway.application.caller.choose_grant import NoGrant, WhyNoGrant, choose_grant
from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated, NotPermitted
from gateway.domain.grant import Grant, Kelas
from gateway.domain.grant_types import dalam_jenis
from gateway.domain.ports import Clients
from gateway.domain.ports_auth import AccessToken
from gateway.kit.clock import Clock


class TokenGrant:
    """Finds the grant, as it is now, under which a token's client acts."""

    def __init__(
        self, clients: Clients, kelas: Mapping[str, frozenset[Kelas]], clock: Clock
    ) -> None:
        """`kelas` are the classes of grants that each issuer's tokens may open."""
        self._clients = clients
        self._kelas = kelas
        self._clock = clock

    async def __call__(self, token: AccessToken, client: Client) -> Grant:
        """A grant in force, without scopes beyond its type.

        Raises NotAuthenticated, NotPermitted.
        """
        kelas = self._kelas.get(token.issuer, frozenset())
        if token.grant_id is None:
            return dalam_jenis(await self._only_one(client, kelas))
        return dalam_jenis(await self._named(token.grant_id, client, kelas))

    async def _named(self, grant_id: str, client: Client, kelas: frozenset[Kelas]) -> Grant:
        grant = await self._clients.grant(grant_id)
        if grant is None or grant.client_id != client.client_id:
            raise NotAuthenticated(
                "token tidak berlaku / the token does not hold", oauth_error="invalid_token"
            )
        if not grant.berlaku(self._clock()):
            raise _not_in_force()
        if grant.kelas not in kelas:
            raise NotPermitted(
                "penerbit token ini tidak melayani kelas grant ini / "
                "this issuer does not serve grants of this class",
                code="grant_class",
            )
        return grant

    async def _only_one(self, client: Client, kelas: frozenset[Kelas]) -> Grant:
        held = await self._clients.grants_of(client.client_id)
        try:
            return choose_grant(
                held, now=self._clock(), kelas=kelas, grant_id=None, scopes=frozenset()
            ).grant
        except NoGrant as none:
            if none.why is not WhyNoGrant.AMBIGUOUS:
                raise _not_in_force() from None
            raise NotPermitted(
                "lebih dari satu grant, dan token tidak menyebut yang mana / "
                "several grants, and the token does not name one of them",
                code="grant_ambiguous",
            ) from None


def _not_in_force() -> NotPermitted:
    return NotPermitted(
        "perjanjian atau grant tidak berlaku lagi / the grant is not in force",
        code="grant_not_in_force",
    )
