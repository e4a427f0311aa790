"""`/metrics`: for the installation's own Prometheus; to be kept inside by the reverse proxy."""

from collections.abc import Awaitable, Callable

from litestar import Response, get
from litestar.di import NamedDependency

from gateway.api.guard import PUBLIC

MetricsText = Callable[[], Awaitable[bytes]]


@get("/metrics", scope=PUBLIC, include_in_schema=False)
async def metrics(metrics_text: NamedDependency[MetricsText]) -> Response[bytes]:
    """The exposition format."""
    return Response(await metrics_text(), media_type="text/plain; version=0.0.4")
