"""Runs a worker beside the server: looks for work, is woken by new one, ends with the process."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_IDLE: Final = 2.0
"""Seconds between two looks for work, about: instances shall not look in step."""
_TROUBLED: Final = 10.0
_SWEEP: Final = 60.0


class JobWorker:
    """The loop around one worker. Whatever goes wrong in it, it goes on a little later."""

    def __init__(
        self,
        step: Callable[[], Awaitable[bool]],
        *sweeps: Callable[[], Awaitable[None]],
        what: str = "jobs",
    ) -> None:
        """`sweeps` are done once a minute; `what` is worked on, as the log calls it."""
        self._what = what
        self._step = step
        self._sweeps = sweeps
        self._woken = asyncio.Event()
        self._swept = float("-inf")

    def wake(self) -> None:
        """There is work."""
        self._woken.set()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work until the block ends; rows that are under way then are asked for again later."""
        loop = asyncio.create_task(self._run())
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._sweep_sometimes()
                pause = 0.0 if await self._step() else _IDLE * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
            except Exception as error:  # noqa: BLE001 - the store may be away for a while
                _LOG.warning("%s rest for a moment: %s", self._what, type(error).__name__)
                pause = _TROUBLED
            await self._rest(pause)

    async def _sweep_sometimes(self) -> None:
        now = time.monotonic()
        if now - self._swept >= _SWEEP:
            self._swept = now
            for sweep in self._sweeps:
                await sweep()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()
