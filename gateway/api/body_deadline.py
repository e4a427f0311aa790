"""Bounds the time for which a request's body is waited for: the server would wait for ever."""

import asyncio
from typing import Any, Final

from gateway.domain.systems import Receive

BODY_SECONDS: Final = 30.0
_BROKEN_OFF: Final = {"type": "http.disconnect"}


def within_time(receive: Receive, seconds: float) -> Receive:
    """The same messages; a body that is not whole by then counts as broken off.

    What comes after the body, which is only that the client has gone, is waited for without an end.
    """
    latest = asyncio.get_running_loop().time() + seconds
    is_whole = False

    async def receive_in_time() -> dict[str, Any]:
        nonlocal is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout_at(latest):
                message = await receive()
        except TimeoutError:
            return _BROKEN_OFF
        is_whole = not message.get("more_body")
        return message

    return receive_in_time
