"""Deny by default: one guard on the whole application, before any body is read.

Every route names its scope (`scope="ppks:read"`); `public` needs no token and `any` needs a token
but no certain scope. A route that forgets to say refuses.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler

from gateway.api.admission import Admission
from gateway.domain.errors import BadInput, FieldError, NotPermitted

PUBLIC: Final = "public"
ANY: Final = "any"
_UNKNOWN: Final = "parameter tidak dikenal / unknown parameter"
_REPEATED: Final = "hanya boleh sekali / may be given once"
_NULL: Final = "tinggalkan bila tanpa nilai / leave it out where it has no value"

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def deny_by_default(admission: Admission) -> Guard:
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
        await admission.admit(
            cast("dict[str, Any]", connection.scope), None if scope == ANY else scope
        )

    return guard


def _known_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """A misspelt filter would silently show everything, so unknown and repeated names refuse."""
    if not connection.scope["query_string"]:
        return
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
