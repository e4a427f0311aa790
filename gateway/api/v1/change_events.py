"""The change feed as server-sent events: an event is a page, and its id the cursor after it."""

from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec

from gateway.api.v1.changes_page import ChangesPage
from gateway.domain.errors import GatewayError

EVENTS: Final = "text/event-stream"
HEADERS: Final = {
    # The route's own type would go before one that is given in the framework's way.
    "Content-Type": EVENTS,
    # Proxies that gather an answer before they pass it on would hold the events back.
    "X-Accel-Buffering": "no",
}

AsProblem = Callable[[GatewayError], bytes]


async def as_events(
    pages: AsyncIterator[ChangesPage], as_problem: AsProblem
) -> AsyncIterator[bytes]:
    """The first page, those that hold something, and a sign of life for each that holds nothing.

    What ends the stream is its last event, `problem`.
    """
    first = True
    try:
        async for page in pages:
            yield _event(page) if first or page.items or not page.lengkap else _alive(page)
            first = False
    except GatewayError as error:
        yield b"event: problem\ndata: " + as_problem(error) + b"\n\n"


def _event(page: ChangesPage) -> bytes:
    # JSON written without spaces has no line break that would end the field.
    return b"id: %b\nevent: changes\ndata: %b\n\n" % (
        page.next_cursor.encode(),
        msgspec.json.encode(page),
    )


def _alive(page: ChangesPage) -> bytes:
    """No event, but a newer cursor: that of a quiet stream would grow too old."""
    return b"id: %b\n\n" % page.next_cursor.encode()
