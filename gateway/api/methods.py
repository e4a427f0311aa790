"""Which methods a path knows, where several handlers share it: the framework names the first's."""

from litestar import Response, route
from litestar.handlers import HTTPRouteHandler


def methods_of(path: str, *methods: str) -> HTTPRouteHandler:
    """The answer to OPTIONS on a path."""
    allowed = ", ".join(sorted((*methods, "OPTIONS")))

    @route(path, http_method="OPTIONS", status_code=204, include_in_schema=False)
    async def answer() -> Response[None]:
        return Response(None, status_code=204, headers={"Allow": allowed})

    return answer
