"""Asks once for all who ask at the same moment: within one turn of the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[Q, A]):
    """Questions that need no order between them. Nobody waits for company that may yet come."""

    def __init__(
        self, ask: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]], most: int = 1000
    ) -> None:
        """`ask` gives one answer, or one failure, for each of at most `most` questions."""
        self._ask = ask
        self._most = most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._rounds: set[asyncio.Task[None]] = set()

    async def __call__(self, question: Q) -> A:
        """The answer. Raises the failure that stands for it, or what `ask` raises.

        Whoever stops waiting holds up nobody; the question may be asked all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._begin)
        self._waiting.append((question, future))
        return await future

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), self._most):
            part = waiting[start : start + self._most]
            task = asyncio.get_running_loop().create_task(self._round(part))
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)

    async def _round(self, waiting: Sequence[tuple[Q, "asyncio.Future[A]"]]) -> None:
        answers: Sequence[A | Exception]
        try:
            answers = await self._ask([question for question, _ in waiting])
        except Exception as error:  # noqa: BLE001 - it is theirs who wait, and raised there
            answers = [error] * len(waiting)
        except BaseException:
            for _, future in waiting:
                future.cancel()
            raise
        for (_, future), answer in zip(waiting, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
