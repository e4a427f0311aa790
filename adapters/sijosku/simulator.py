"""A SIJOSKU to practise with, over HTTP: a change feed, pushes, protocol faults on demand.

`GET` and `PUT /_control` show and set its `Control` as JSON.
"""

import asyncio
import re
from typing import Any, Final, cast

import msgspec
from litestar import Litestar, Request, Response, get, post, put
from litestar.handlers import HTTPRouteHandler

from adapters.sijosku.config import Config
from adapters.sijosku.outcomes import KURSOR_TIDAK_BERLAKU
from adapters.sijosku.simulator_server import Control, Server
from adapters.sijosku.simulator_store import CursorUnknown
from adapters.sijosku.wire import UNREADABLE
from gateway.domain.systems import AsgiApp, World
from gateway.kit.clock import Clock, system_clock

CONTROL_PATH: Final = "/_control"
_PAGE_MOST: Final = 1000
_NUMBER: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_Request = Request[Any, Any, Any]


def simulator(config: Config, world: World, clock: Clock = system_clock) -> AsgiApp:
    """A server that speaks to whoever holds `config` and begins with `world.rekaman`."""
    server = Server(config, world, clock)
    app = Litestar(
        route_handlers=[
            _feed(config, server),
            _inbox(config, server),
            _digests(config, server),
            *_controls(server),
        ],
        openapi_config=None,
        logging_config=None,
    )
    # Litestar types scope and messages more narrowly than the plain ASGI of the contract.
    return cast("AsgiApp", app)


def _feed(config: Config, server: Server) -> HTTPRouteHandler:
    @get(config.records_path)
    async def list_records(request: _Request) -> Response[bytes]:
        control = server.spend_fault()
        if refusal := _refusal(server, control, request.headers.get(config.auth_header)):
            return refusal
        asked = request.query_params.get("jumlah", "")
        limit = min(int(asked), _PAGE_MOST) if _NUMBER.fullmatch(asked) else _PAGE_MOST
        try:
            page = server.list_page(request.query_params.get("sejak"), limit, control)
        except CursorUnknown:
            return _error(KURSOR_TIDAK_BERLAKU, "KURSOR_TIDAK_BERLAKU")
        await asyncio.sleep(control.answer_late_seconds)
        return _json(page)

    return list_records


def _inbox(config: Config, server: Server) -> HTTPRouteHandler:
    @post(config.push_path, status_code=200)
    async def accept_records(request: _Request) -> Response[bytes]:
        control = server.spend_fault()
        if refusal := _refusal(server, control, request.headers.get(config.auth_header)):
            return refusal
        key = request.headers.get("idempotency-key")
        try:
            answer = server.accept(await request.body(), key, control)
        except UNREADABLE:
            return _error(400, "KIRIMAN_TIDAK_TERBACA")
        await asyncio.sleep(control.answer_late_seconds)
        return _error(504, "TANPA_JAWABAN") if control.lose_acknowledgement else _json(answer)

    return accept_records


def _digests(config: Config, server: Server) -> HTTPRouteHandler:
    @get(config.digest_path or Config().digest_path)
    async def tell_digests(request: _Request) -> Response[bytes]:
        control = server.spend_fault()
        if refusal := _refusal(server, control, request.headers.get(config.auth_header)):
            return refusal
        query = request.query_params
        asal, kode = query.get("asal", ""), query.get("wilayah")
        await asyncio.sleep(control.answer_late_seconds)
        return _json(server.digests(asal, kode, in_detail=query.get("rinci") == "1"))

    return tell_digests


def _controls(server: Server) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    @get(CONTROL_PATH)
    async def show_control() -> Response[bytes]:
        return _json(msgspec.json.encode(server.control))

    @put(CONTROL_PATH)
    async def set_control(request: _Request) -> Response[bytes]:
        try:
            server.set_control(msgspec.json.decode(await request.body(), type=Control))
        except UNREADABLE:
            return _error(400, "KENDALI_TIDAK_TERBACA")
        except KeyError:
            return _error(404, "ID_TIDAK_DIKENAL")
        return _json(msgspec.json.encode(server.control))

    return show_control, set_control


def _refusal(server: Server, control: Control, token: str | None) -> Response[bytes] | None:
    if not server.knows(token):
        return _error(401, "TOKEN_DITOLAK")
    if control.quota_spent:
        return _error(429, "KUOTA_HABIS")
    if control.busy_seconds:
        return _error(429, "TERLALU_SERING", {"Retry-After": str(control.busy_seconds)})
    return None


def _json(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        body, status_code=status, headers=headers, media_type="application/json; charset=utf-8"
    )


def _error(status: int, kode: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    return _json(msgspec.json.encode({"kode": kode}), status, headers)
