"""Deny by default: one guard on the whole application, before any body is read.

Every route names its scope (`scope="ppks:read"`); `public` needs no token and `any` needs a token
but no certain scope. A route that forgets to say refuses.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from gateway.application.authenticate import Authenticate
from gateway.application.caller import Caller
from gateway.domain.errors import BadInput, FieldError, NotAuthenticated, NotPermitted, QuotaSpent
from gateway.domain.ports import Allowance, Taken

PUBLIC: Final = "public"
ANY: Final = "any"
_MINUTE: Final = 60
_FAILED_LOGINS_PER_MINUTE: Final = 60

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def deny_by_default(
    authenticate: Authenticate, allowance: Allowance, rate_per_minute: int
) -> Guard:
    """The application's guard."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        scope = handler.opt.get("scope")
        _known_query(connection, handler)
        if scope == PUBLIC:
            return
        if scope is None:
            raise NotPermitted("rute tanpa cakupan / this route has no scope", code="no_scope")
        caller = await _caller(connection, authenticate, allowance)
        connection.scope["state"]["caller"] = caller
        await _within_rate(connection, caller, allowance, rate_per_minute)
        if scope != ANY and scope not in caller.scopes:
            raise NotPermitted(
                f"token ini tidak memuat {scope} / this token lacks {scope}",
                code="scope_missing",
                scope=scope,
            )

    return guard


async def _caller(
    connection: Connection, authenticate: Authenticate, allowance: Allowance
) -> Caller:
    client = connection.client
    ip = client.host if client else None
    try:
        return await authenticate(
            connection.headers.getall("authorization", []),
            request_id=connection.scope["state"]["request_id"],
            ip=ip,
        )
    except NotAuthenticated:
        # Guessing is slowed by address, and past the limit it no longer fills the audit log.
        taken = await allowance.take(f"login:{ip}", _FAILED_LOGINS_PER_MINUTE, _MINUTE)
        if not taken.allowed:
            raise _too_many(taken, audited=True) from None
        raise


async def _within_rate(
    connection: Connection, caller: Caller, allowance: Allowance, limit: int
) -> None:
    taken = await allowance.take(f"rate:{caller.client_id}", limit, _MINUTE)
    connection.scope["state"]["rate_headers"] = _rate_headers(taken)
    if not taken.allowed:
        raise _too_many(taken, audited=False)


def _too_many(taken: Taken, *, audited: bool) -> QuotaSpent:
    error = QuotaSpent(
        "terlalu banyak permintaan; coba lagi nanti / too many requests; try again later",
        code="rate_limited",
        retry_after=max(1, round(taken.reset_after)),
    )
    error.audited = audited
    return error


def _rate_headers(taken: Taken) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"ratelimit-limit", str(taken.limit).encode()),
        (b"ratelimit-remaining", str(taken.remaining).encode()),
        (b"ratelimit-reset", str(max(0, round(taken.reset_after))).encode()),
    )


def _known_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """A misspelt filter would silently show everything, so unknown and repeated names refuse."""
    known = handler.opt.get("query", ())
    names = [name for name, _ in connection.query_params.multi_items()]
    errors = [
        FieldError(_field_name(name), "parameter tidak dikenal / unknown parameter")
        for name in names
        if name not in known
    ]
    errors += [
        FieldError(name, "hanya boleh sekali / may be given once")
        for name in known
        if names.count(name) > 1
    ]
    if errors:
        raise BadInput(
            "parameter kueri tidak benar / the query parameters are not right",
            errors=tuple(errors),
        )


def _field_name(name: str) -> str:
    """A parameter's name is the caller's text: shown only where it looks like a name."""
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "query"
