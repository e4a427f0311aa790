"""Lets a request with a token in: its token, its holder, its client and grant, its rate."""

from typing import Any, Final

from gateway.api.limits import rate_headers, too_many
from gateway.api.shown import shown_by
from gateway.application.caller.authenticate import Authenticate, presented_token
from gateway.application.caller.caller import Caller
from gateway.application.caller.holder import Holder, scheme_of
from gateway.domain.errors import NotPermitted
from gateway.domain.grant import Scope as TokenScope
from gateway.domain.ports import Allowance
from gateway.domain.systems import Scope

_MINUTE: Final = 60


class Admission:
    """What stands before every route but the public ones."""

    def __init__(
        self,
        authenticate: Authenticate,
        holder: Holder,
        allowance: Allowance,
        rate_per_minute: int,
    ) -> None:
        self._authenticate = authenticate
        self._holder = holder
        self._allowance = allowance
        self._rate = rate_per_minute

    async def admit(self, scope: Scope, needed: TokenScope | None) -> Caller:
        """The caller, whose token has the scope that is needed.

        On the way, what is known of the caller is left in the request's state, for the audit log
        and the challenge. Raises NotAuthenticated, NotPermitted, QuotaSpent, Unavailable.
        """
        caller = await self._caller(scope)
        await self._within_rate(scope, caller)
        return _covered(caller, needed)

    async def again(self, scope: Scope, needed: TokenScope) -> Caller:
        """The caller of an admitted request that has waited, as everything stands now.

        Its proof was checked when it came. Raises as `admit` does.
        """
        presented = presented_token(shown_by(scope).authorization)
        scope["state"]["token"] = await self._authenticate.token(presented)
        return _covered(await self._known(scope["state"]), needed)

    async def _caller(self, scope: Scope) -> Caller:
        state, shown = scope["state"], shown_by(scope)
        presented = presented_token(shown.authorization)
        state["scheme"] = presented.scheme
        state["token"] = token = await self._authenticate.token(presented)
        state["scheme"] = scheme_of(token)
        await self._holder.check(token, presented, shown)
        return await self._known(state)

    async def _known(self, state: dict[str, Any]) -> Caller:
        state["caller"] = caller = await self._authenticate.caller(
            state["token"], request_id=state["request_id"], ip=state["client_ip"]
        )
        return caller

    async def _within_rate(self, scope: Scope, caller: Caller) -> None:
        taken = await self._allowance.take(f"rate:{caller.client_id}", self._rate, _MINUTE)
        scope["state"]["rate_headers"] = rate_headers(taken)
        if not taken.allowed:
            raise too_many(taken)


def _covered(caller: Caller, needed: TokenScope | None) -> Caller:
    if needed is not None and needed not in caller.scopes:
        raise NotPermitted(
            f"token ini tidak memuat {needed} / this token lacks {needed}",
            code="scope_missing",
            scope=needed,
        )
    return caller
