"""`/hooks/{system}`: where a complaint channel delivers its messages."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Request, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import PathParameter

from gateway.api.guard import PUBLIC
from gateway.api.methods import methods_of
from gateway.api.problems import documented
from gateway.application.complaints.receive_messages import ReceiveMessages

System = Annotated[str, PathParameter(description="Name of the channel, such as `simasos`.")]
# The channel's own names; Meta writes them with dots.
_HANDSHAKE = ("hub.mode", "hub.verify_token", "hub.challenge")


class Diterima(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery held."""

    pengaduan: int
    status: int


@dataclass
class DeliveryOperation(Operation):
    """Describes the body, which only its channel can read."""

    def __post_init__(self) -> None:
        """As a dataclass of its own."""
        body = OpenAPIMediaType(schema=Schema(description="The channel's own.", examples=[{}]))
        self.request_body = RequestBody(required=True, content={"application/json": body})


@get(
    "/{system:str}",
    scope=PUBLIC,
    query=_HANDSHAKE,
    media_type=MediaType.TEXT,
    operation_id="hookHandshake",
    summary="Prove this endpoint to a complaint channel",
    description="Answers the challenge where the verify token is the configured one.",
    tags=["hooks"],
    responses=documented(400, 403, 404, 429, 503),
)
async def handshake(
    request: Request[Any, Any, Any],
    system: System,
    receive_messages: NamedDependency[ReceiveMessages],
) -> str:
    """The challenge."""
    return receive_messages.handshake(system, dict(request.query_params))


@post(
    "/{system:str}",
    scope=PUBLIC,
    status_code=200,
    operation_class=DeliveryOperation,
    operation_id="hookDelivery",
    summary="Receive messages of a complaint channel",
    description=(
        "The body is the channel's own; its signature is checked over the raw bytes. "
        "Answers 200 once the messages are stored; a repeated delivery changes nothing."
    ),
    tags=["hooks"],
    responses=documented(400, 403, 404, 413, 429, 503),
)
async def delivery(
    request: Request[Any, Any, Any],
    system: System,
    receive_messages: NamedDependency[ReceiveMessages],
) -> Diterima:
    """How much was stored."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    batch = await receive_messages(system, headers, await request.body())
    return Diterima(pengaduan=len(batch.pengaduan), status=len(batch.status))


router: Final = Router(
    "/hooks", route_handlers=[methods_of("/{system:str}", "GET", "POST"), handshake, delivery]
)
