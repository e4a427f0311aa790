"""Waits for what must come to be true."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE: Final = 120.0
"""Seconds; more than every lease and pause together."""
_PAUSE: Final = 0.2


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await is_so():
                return
            await asyncio.sleep(_PAUSE)
