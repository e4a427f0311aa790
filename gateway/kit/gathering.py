"""Asks once for all who ask at the same moment, or while the last round is under way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[Q, A]):
    """Questions that need no order between them. One round is under way at a time.

    The longer it takes and the more ask meanwhile, the larger the next one is; nobody waits for
    company that may yet come.
    """

    def __init__(
        self, ask: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]], most: int = 1000
    ) -> None:
        """`ask` gives one answer, or one failure, for each of at most `most` questions."""
        self._ask = ask
        self._most = most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._round: asyncio.Task[None] | None = None

    async def __call__(self, question: Q) -> A:
        """The answer. Raises the failure that stands for it, or what `ask` raises.

        Whoever stops waiting holds up nobody; the question may be asked all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        if not self._waiting and self._round is None:
            loop.call_soon(self._begin)
        self._waiting.append((question, future))
        return await future

    def _begin(self) -> None:
        if not self._waiting or self._round is not None:
            return
        part, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        self._round = asyncio.get_running_loop().create_task(self._ask_all(part))
        self._round.add_done_callback(self._ended)

    def _ended(self, _round: object) -> None:
        self._round = None
        self._begin()

    async def _ask_all(self, waiting: Sequence[tuple[Q, "asyncio.Future[A]"]]) -> None:
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
