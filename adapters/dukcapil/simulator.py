"""A stand-alone server that speaks the population-data protocol; see the README for its control."""

from typing import Any, Final, cast
from urllib.parse import unquote

import msgspec
from litestar import Litestar, Request, Response, get, post, put
from litestar.handlers import HTTPRouteHandler

from adapters.dukcapil.config import Config
from adapters.dukcapil.request import call_path
from adapters.dukcapil.sim_control import State
from adapters.dukcapil.sim_feedback import FeedbackDesk
from adapters.dukcapil.sim_service import Service, Told
from gateway.domain.systems import AsgiApp, World
from gateway.kit.clock import Clock, system_clock

_JSON: Final = "application/json"

AnyRequest = Request[Any, Any, Any]


def simulator(config: Config, world: World, *, clock: Clock = system_clock) -> AsgiApp:
    """The server for whoever holds `config`; its people are `world.penduduk`."""
    state = State(config, clock)
    routes = [
        *_population_routes(config, Service(config, state, world.penduduk)),
        _feedback_route(config, FeedbackDesk(config, state)),
        *_control_routes(state),
    ]
    return cast("AsgiApp", Litestar(routes, openapi_config=None, logging_config=None))


def _population_routes(config: Config, service: Service) -> list[HTTPRouteHandler]:
    in_query = config.lookup_variant == "query"

    @post(unquote(call_path(config, config.lookup_method)))
    async def lookup(request: AnyRequest) -> Response[bytes]:
        told = (
            service.read(dict(request.query_params))
            if in_query
            else _told(await request.body(), service)
        )
        return _json(service.lookup(told))

    @post(unquote(call_path(config, config.verify_method)))
    async def verify(request: AnyRequest) -> Response[bytes]:
        return _json(service.verify(_told(await request.body(), service)))

    return [lookup, verify]


def _feedback_route(config: Config, desk: FeedbackDesk) -> HTTPRouteHandler:
    @post(config.feedback_path)
    async def feedback(request: AnyRequest) -> Response[bytes]:
        status, body = desk.take(
            request.headers.get("authorization", ""),
            request.headers.get("content-type", ""),
            await request.body(),
        )
        return _json(body, status)

    return feedback


def _control_routes(state: State) -> list[HTTPRouteHandler]:
    @get("/_control")
    async def show() -> Response[bytes]:
        return _json(msgspec.json.encode(state.shown()))

    @put("/_control")
    async def change(request: AnyRequest) -> Response[bytes]:
        try:
            state.change(await request.body())
        except ValueError as error:
            return _json(msgspec.json.encode({"error": str(error)}), 400)
        return _json(msgspec.json.encode(state.shown()))

    return [show, change]


def _told(body: bytes, service: Service) -> Told | None:
    """The members of a JSON body, or None where it is not an object."""
    try:
        return service.read(msgspec.json.decode(body, type=dict[str, object]))
    except (ValueError, RecursionError):
        return None


def _json(body: bytes, status: int = 200) -> Response[bytes]:
    return Response(body, status_code=status, media_type=_JSON)
