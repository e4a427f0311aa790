"""The loop around a worker: every sweep has its turn, and trouble ends none of it."""

import asyncio
from collections.abc import Awaitable, Callable

from gateway.infra.job_worker import JobWorker


async def test_every_sweep_is_done_before_the_first_step():
    done, seen = [], asyncio.Event()

    def noting(name) -> Callable[[], Awaitable[bool]]:
        async def note() -> bool:
            done.append(name)
            if name == "step":
                seen.set()
            return False

        return note

    async with JobWorker(noting("step"), noting("one"), noting("two")).working():
        await asyncio.wait_for(seen.wait(), 10)
    assert done[:3] == ["one", "two", "step"]
