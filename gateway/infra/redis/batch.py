"""Sends what many requests ask of Redis at the same moment in one go.

A round trip costs the processor about as much as all else that a cached answer needs. So the
commands of one turn of the event loop share one.
"""

from collections.abc import Sequence
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from gateway.kit.gathering import Gathering

Command = tuple[Any, ...]


class Script:
    """A program for Redis, which knows it by its hash once it has seen it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.name = sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisBatch:
    """Runs single commands, each of which stands for itself: no order is kept between them."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._gathering: Gathering[Command, Any] = Gathering(self._ask)

    async def run(self, *command: Any) -> Any:
        """The answer to one command, for example `run("EXISTS", key)`. Raises RedisError, OSError.

        Whoever stops waiting holds up nobody; the command may be run all the same.
        """
        return await self._gathering(command)

    async def at_once(self, *command: Any) -> Any:
        """The answer to one command that stands for many already. Raises RedisError, OSError."""
        # The library publishes no types for this method.
        return await self._client.execute_command(*command)  # type: ignore[no-untyped-call] # redis's own

    async def run_script(
        self, script: Script, keys: Sequence[str], values: Sequence[str | float]
    ) -> Any:
        """What a script gives that stands for many already. Raises RedisError, OSError."""
        told = (len(keys), *keys, *values)
        try:
            return await self.at_once("EVALSHA", script.name, *told)
        except NoScriptError:
            return await self.at_once("EVAL", script.text, *told)

    async def _ask(self, commands: Sequence[Command]) -> Sequence[Any]:
        if len(commands) == 1:
            return [await self.at_once(*commands[0])]
        pipeline = self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers
