"""Deny by default: one guard on the whole application, before any body is read.

Every route names its scope (`scope="ppks:read"`); `public` needs no token and `any` needs a token
but no certain scope. A route that forgets to say refuses.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from gateway.api.limits import rate_headers, too_many
from gateway.api.shown import shown_by
from gateway.application.authenticate import Authenticate, presented_token
from gateway.application.caller import Caller
from gateway.application.holder import Holder, scheme_of
from gateway.domain.errors import BadInput, FieldError, NotPermitted
from gateway.domain.ports import Allowance

PUBLIC: Final = "public"
ANY: Final = "any"
_MINUTE: Final = 60
_UNKNOWN: Final = "parameter tidak dikenal / unknown parameter"
_REPEATED: Final = "hanya boleh sekali / may be given once"
_NULL: Final = "tinggalkan bila tanpa nilai / leave it out where it has no value"

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def deny_by_default(
    authenticate: Authenticate, holder: Holder, allowance: Allowance, rate_per_minute: int
) -> Guard:
    """The application's guard."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        if isinstance(handler, HTTPRouteHandler) and "OPTIONS" in handler.http_methods:
            return  # the framework's own answer: which methods there are
        scope = handler.opt.get("scope")
        _known_query(connection, handler)
        if scope == PUBLIC:
            return
        if scope is None:
            raise NotPermitted("rute tanpa cakupan / this route has no scope", code="no_scope")
        caller = await _caller(connection, authenticate, holder)
        await _within_rate(connection, caller, allowance, rate_per_minute)
        if scope != ANY and scope not in caller.scopes:
            raise NotPermitted(
                f"token ini tidak memuat {scope} / this token lacks {scope}",
                code="scope_missing",
                scope=scope,
            )

    return guard


async def _caller(connection: Connection, authenticate: Authenticate, holder: Holder) -> Caller:
    """The caller; on the way, what is known of it is left for the audit log and the challenge."""
    state, shown = connection.scope["state"], shown_by(connection)
    presented = presented_token(shown.authorization)
    state["scheme"] = presented.scheme
    state["token"] = token = await authenticate.token(presented)
    state["scheme"] = scheme_of(token)
    await holder.check(token, presented, shown)
    state["caller"] = caller = await authenticate.caller(
        token, request_id=state["request_id"], ip=state["client_ip"]
    )
    return caller


async def _within_rate(
    connection: Connection, caller: Caller, allowance: Allowance, limit: int
) -> None:
    taken = await allowance.take(f"rate:{caller.client_id}", limit, _MINUTE)
    connection.scope["state"]["rate_headers"] = rate_headers(taken)
    if not taken.allowed:
        raise too_many(taken)


def _known_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """A misspelt filter would silently show everything, so unknown and repeated names refuse."""
    known = handler.opt.get("query", ())
    given = list(connection.query_params.multi_items())
    times = Counter(name for name, _ in given)
    wrong = {
        _field_name(name): _UNKNOWN if name not in known else _REPEATED
        for name in times
        if name not in known or times[name] > 1
    }
    # The framework takes this word for "not given", and so would drop the filter.
    wrong |= {name: _NULL for name, value in given if name in known and value.lower() == "null"}
    if wrong:
        raise BadInput(
            "parameter kueri tidak benar / the query parameters are not right",
            errors=tuple(FieldError(name, text) for name, text in wrong.items()),
        )


def _field_name(name: str) -> str:
    """A parameter's name is the caller's text: shown only where it looks like a name."""
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "query"
