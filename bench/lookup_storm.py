"""Many lookups of few persons at once, over several instances: what reaches the registry."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

import msgspec

Ask = Callable[[str], Awaitable[object]]


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and how long it took."""

    lookups: int
    persons: int
    seconds: float


async def storm(
    instances: Sequence[Ask], niks: Sequence[str], *, lookups: int, concurrency: int, seed: int = 64
) -> Storm:
    """Ask `lookups` times about `niks` in random order, each time one of the instances in turn.

    Every person is asked about as often as any other. Raises what an instance raises.
    """
    order = [niks[number % len(niks)] for number in range(lookups)]
    random.Random(seed).shuffle(order)
    questions = iter(enumerate(order))

    async def ask_on() -> None:
        for number, nik in questions:
            await instances[number % len(instances)](nik)

    begun = perf_counter()
    async with asyncio.TaskGroup() as asking:
        for _ in range(concurrency):
            asking.create_task(ask_on())
    return Storm(lookups=lookups, persons=len(niks), seconds=perf_counter() - begun)
