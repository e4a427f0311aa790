"""A bulkhead: how many calls to one system may be in flight, and how long others wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class BulkheadFullError(Exception):
    """No place came free in time."""


class Bulkhead:
    """At most `places` calls at once; a further call waits `patience` seconds for a place."""

    def __init__(self, *, places: int, patience: float) -> None:
        self._places = asyncio.Semaphore(max(1, places))
        self._patience = patience

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place. Raises BulkheadFullError."""
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            raise BulkheadFullError from None
        try:
            yield
        finally:
            self._places.release()
