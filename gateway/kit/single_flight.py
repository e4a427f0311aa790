"""One piece of work for all who want the same thing at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Joined(NamedTuple, Generic[T]):
    """What the work brought, and whether it was begun for somebody else."""

    result: T
    by_another: bool


class SingleFlight(Generic[T]):
    """Work by key. Whoever stops waiting leaves the work to the others; it is always done."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Task[T]] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._flights

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> Joined[T]:
        """The result of the work under way for a key, or of this one. Raises what it raises."""
        flight = self._flights.get(key)
        known = flight is not None
        if flight is None:
            flight = self.start(key, work)
        return Joined(await asyncio.shield(flight), known)

    def start(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Begin the work for a key for which none is under way, and wait for nothing."""
        flight = asyncio.create_task(work())
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    async def close(self) -> None:
        """Break off whatever is under way."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _landed(self, key: Hashable, flight: asyncio.Task[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            # Where everybody has left, nobody else looks at it, and Python would complain.
            flight.exception()
