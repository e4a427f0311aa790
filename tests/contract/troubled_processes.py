"""Processes that die, or stand still while others go on, at one use of their stores."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Protocol

_NO_USE = frozenset({"lying", "identity"})


class Crash(BaseException):
    """The process is no more: nobody in it has anything to say about that."""


class Trouble(Protocol):
    """What becomes of a process; several stores share one."""

    async def use(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """One use of a store."""


class Crashing:
    """The n-th use is the last thing that the process does, or what it just does not."""

    def __init__(self, random: Random) -> None:
        self._left = random.randrange(1, 12)
        self._before = random.random() < 0.5

    async def use(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """One use."""
        self._left -= 1
        if self._left == 0 and self._before:
            raise Crash
        done = await call()
        if self._left == 0:
            raise Crash
        return done


class Sleeping:
    """The process stands still before that use; `meanwhile` is what others do then."""

    def __init__(self, before: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._left = before
        self._meanwhile = meanwhile

    async def use(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """One use."""
        self._left -= 1
        if self._left == 0:
            await self._meanwhile()
        return await call()


def around(trouble: Trouble) -> Callable[[Any], Any]:
    """What stands before the stores of such a process."""
    return lambda store: _Store(trouble, store)


class _Store:
    def __init__(self, trouble: Trouble, store: Any) -> None:
        self._trouble = trouble
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name in _NO_USE:
            return found

        async def use(*words: Any, **named: Any) -> Any:
            return await self._trouble.use(lambda: found(*words, **named))

        return use
