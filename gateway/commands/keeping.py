"""What the commands about stored records share."""

from collections.abc import Awaitable, Callable
from typing import Any

from gateway.application.keep_records import KeepRecords
from gateway.commands.running import opened, run
from gateway.rules import lifetimes


def asked(question: Callable[[KeepRecords], Awaitable[Any]]) -> Any:
    """What the use case answers."""

    async def work() -> Any:
        async with opened() as parts:
            days = lifetimes(parts.settings)
            keep = KeepRecords(parts.records.keeping, parts.forget_person, days, parts.clock)
            return await question(keep)

    return run(work)
