"""`/health`: whether the process lives, and whether it can serve."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from gateway.api.guard import PUBLIC


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Each part that the gateway cannot serve without, and whether it works."""

    status: Literal["ok", "unavailable"]
    bagian: dict[str, bool]


CheckReadiness = Callable[[], Awaitable[dict[str, bool]]]


@get(
    "/health/live",
    scope=PUBLIC,
    operation_id="healthLive",
    summary="Is the process alive",
    description="Answers as soon as the process listens; asks nothing else.",
    tags=["operations"],
)
async def live() -> Alive:
    """Always ok."""
    return Alive()


@get(
    "/health/ready",
    scope=PUBLIC,
    operation_id="healthReady",
    summary="Can the gateway serve",
    description="Asks the store, the audit log and, where used, Redis. 503 while one is away.",
    tags=["operations"],
    responses={
        503: ResponseSpec(Readiness, description="A part is away.", generate_examples=False)
    },
)
async def ready(check_readiness: NamedDependency[CheckReadiness]) -> Response[Readiness]:
    """200 or 503."""
    parts = await check_readiness()
    well = all(parts.values())
    body = Readiness(status="ok" if well else "unavailable", bagian=parts)
    return Response(body, status_code=200 if well else 503)
