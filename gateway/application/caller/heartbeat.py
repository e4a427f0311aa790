"""Holds a lease for as long as work under it takes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from gateway.domain.ports_tugas import LeaseLost

_LOG: Final = logging.getLogger(__name__)


@asynccontextmanager
async def heartbeat(
    renew: Callable[[], Awaitable[None]],
    every: timedelta,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[asyncio.Event]:
    """Calls `renew` again and again until the block ends; the event tells that the lease is lost.

    What else goes wrong is logged: the store may be back for the next beat.
    """
    lost = asyncio.Event()

    async def beat() -> None:
        while not lost.is_set():
            await sleep(every.total_seconds())
            try:
                await renew()
            except LeaseLost:
                lost.set()
            except Exception as error:  # noqa: BLE001 - the store may be back for the next beat
                _LOG.warning("a lease was not renewed: %s", type(error).__name__)

    beating = asyncio.create_task(beat())
    try:
        yield lost
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
