"""Seals beside the server: a round about every second, on a thread of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import sqlalchemy as sa
import structlog

from gateway.infra.sealing.report import SealReport
from gateway.infra.sealing.rows import LogBroken
from gateway.infra.sealing.sealer import Sealer
from gateway.infra.sealing.unsealed import BATCH

T = TypeVar("T")

PAUSE: Final = 0.7
"""Seconds between two rounds; with the round itself, a checkpoint comes within a second."""
_TROUBLED: Final = 5.0
_PATIENCE: Final = 30.0
"""Seconds without a round that went well after which the log counts as not sealed."""
_LOG: Final = structlog.get_logger("gateway.audit")


class Sealing:
    """One process's sealer, and whether it does its work."""

    def __init__(
        self,
        sealer: Sealer,
        report: SealReport,
        close: Callable[[], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`close` ends the sealer's connections."""
        self._sealer = sealer
        self._report = report
        self._close = close
        self._monotonic = monotonic
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sealing")
        self._went_well: float | None = None

    async def ask(self, question: Callable[[Sealer], T]) -> T:
        """Have the sealer do something on its thread; raises what that raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, question, self._sealer)

    def is_well(self) -> bool:
        """Whether rows are sealed here as they come; True where that is not this process's work."""
        if self._went_well is None:
            return True
        return self._monotonic() - self._went_well < _PATIENCE

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Seal until the block ends, and then once more what is there."""
        self._went_well = self._monotonic()
        loop = asyncio.create_task(self._run())
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await self._round()

    async def close(self) -> None:
        """Close the connections; what is under way ends first."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    async def _run(self) -> None:
        while True:
            sealed = await self._round()
            if sealed is None:
                await asyncio.sleep(_TROUBLED)
            elif sealed < BATCH:
                await asyncio.sleep(PAUSE)

    async def _round(self) -> int | None:
        """How many rows were sealed; None where that failed."""
        began = self._monotonic()
        try:
            sealed = await self.ask(lambda sealer: sealer.seal())
        except (LogBroken, sa.exc.SQLAlchemyError, OSError) as trouble:
            self._report.failed()
            said = trouble.args[0] if isinstance(trouble, LogBroken) else type(trouble).__name__
            _LOG.error("audit_not_sealed", said=said)
            return None
        self._went_well = self._monotonic()
        self._report.sealed(sealed, self._went_well - began)
        return sealed
