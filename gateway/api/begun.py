"""Streams whose first part is there before the answer begins."""

from collections.abc import AsyncIterator
from typing import TypeVar

Part = TypeVar("Part")


async def begun(parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """The same parts, the first one taken already: what refuses it can still be said by status."""
    first = await anext(parts, None)

    async def all_of_them() -> AsyncIterator[Part]:
        if first is not None:
            yield first
            async for part in parts:
                yield part

    return all_of_them()
