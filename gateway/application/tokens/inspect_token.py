"""Tells a client whether a token holds now, and what for, as far as it may know of it."""

from gateway.application.caller.authenticate import Authenticate
from gateway.application.caller.caller import Caller
from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated, NotPermitted
from gateway.domain.grant import Kelas, Scope
from gateway.domain.ports import Clients
from gateway.domain.ports_auth import AccessToken, TokenVerifier
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet


class LiveToken(Quiet, frozen=True, kw_only=True):
    """A token that would be let in now, and as whom."""

    token: AccessToken
    caller: Caller


class InspectToken:
    """The use case behind the introspection endpoints (RFC 7662)."""

    def __init__(
        self,
        verifier: TokenVerifier,
        authenticate: Authenticate,
        clients: Clients,
        kelas: frozenset[Kelas],
        clock: Clock,
    ) -> None:
        """`verifier` knows the gateway's own issuers; `kelas` is what the asked issuer serves."""
        self._verifier = verifier
        self._authenticate = authenticate
        self._clients = clients
        self._kelas = kelas
        self._clock = clock

    async def __call__(
        self, asking: Client, token: str, request_id: str | None
    ) -> LiveToken | None:
        """None where the token does not hold, or `asking` must not know. Raises Unavailable."""
        try:
            known = await self._verifier.verify(token)
            caller = await self._authenticate.caller(known, request_id=request_id or "", ip=None)
        except (NotAuthenticated, NotPermitted):
            return None
        if not await self._may_know(asking, caller):
            return None
        return LiveToken(token=known, caller=caller)

    async def _may_know(self, asking: Client, caller: Caller) -> bool:
        """Its own; and with the scope for it, all that its issuer could have given itself."""
        if asking.client_id == caller.client_id:
            return True
        if caller.grant.kelas not in self._kelas:
            return False
        now = self._clock()
        return any(
            Scope.TOKENS_INTROSPECT in grant.scopes
            and grant.kelas in self._kelas
            and grant.berlaku(now)
            for grant in await self._clients.grants_of(asking.client_id)
        )
