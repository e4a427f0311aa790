"""Sends what many requests ask of Redis at the same moment in one go.

A round trip costs the processor about as much as all else that a cached answer needs. So the
commands of one turn of the event loop share one.
"""

import asyncio
from typing import Any, Final

from redis.asyncio import Redis

_MOST: Final = 1000
"""Commands in one go."""

_Waiting = tuple[tuple[Any, ...], "asyncio.Future[Any]"]


class RedisBatch:
    """Runs single commands, each of which stands for itself: no order is kept between them."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: list[_Waiting] = []
        self._flights: set[asyncio.Task[None]] = set()

    async def run(self, *command: Any) -> Any:
        """The answer to one command, for example `run("EXISTS", key)`. Raises RedisError, OSError.

        Whoever stops waiting holds up nobody; the command may be run all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._depart)
        self._waiting.append((command, future))
        return await future

    def _depart(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), _MOST):
            flight = asyncio.get_running_loop().create_task(
                self._fly(waiting[start : start + _MOST])
            )
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)

    async def _fly(self, waiting: list[_Waiting]) -> None:
        try:
            answers = await self._ask([command for command, _ in waiting])
        except BaseException as error:  # noqa: BLE001 - it is theirs who wait, and raised there
            answers = [error] * len(waiting)
        for (_, future), answer in zip(waiting, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    async def _ask(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        if len(commands) == 1:
            # The library publishes no types for this method.
            return [await self._client.execute_command(*commands[0])]  # type: ignore[no-untyped-call]
        pipeline = self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers
