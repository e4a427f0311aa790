"""An agency's program over real HTTP, which does not give up: it asks again until it is answered."""

import asyncio
import time
from collections.abc import Sequence
from random import Random
from typing import Final

import httpx

from gateway.kit.clock import system_clock
from tests.fixtures.dpop import Possession
from tests.fixtures.oauth import token_form
from tests.kills.journal import Journal

_TOKEN_SECONDS: Final = 200.0
"""Well below the 300 s that a token lives."""
_PAUSE: Final = 0.15


class Agency:
    """One client with one grant, and a way to every instance."""

    def __init__(
        self,
        client_id: str,
        grant_id: str,
        ways: Sequence[httpx.AsyncClient],
        journal: Journal,
        chance: Random,
    ) -> None:
        self.client_id = client_id
        self.grant_id = grant_id
        self.chance = chance
        self._ways = ways
        self._journal = journal
        self._token = ""
        self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self, path: str, *, expected: tuple[int, ...] = (200,)) -> httpx.Response:
        """The first sound answer."""
        return await self.ask("GET", path, expected=expected)

    async def ask(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        expected: tuple[int, ...] = (200,),
        **headers: str,
    ) -> httpx.Response:
        """The first answer that is one of the expected, however often it must be asked for."""
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        while True:
            possession = Possession(system_clock, await self._valid_token())
            name = self._journal.name()
            answer = await self._try(
                method,
                path,
                content=content,
                headers=told | {"x-request-id": name},
                auth=possession,
            )
            if answer is not None and self._journal.note(name, answer, expected):
                return answer
            await asyncio.sleep(_PAUSE)

    async def _valid_token(self) -> str:
        async with self._fetching:
            while time.monotonic() - self._fetched > _TOKEN_SECONDS:
                form = token_form(self.client_id, self.grant_id, system_clock())
                name = self._journal.name()
                answer = await self._try(
                    "POST",
                    "/oauth2/token",
                    data=form,
                    headers={"x-request-id": name},
                    auth=Possession(system_clock),
                )
                if answer is not None and self._journal.note(name, answer, (200,)):
                    self._token, self._fetched = answer.json()["access_token"], time.monotonic()
                else:
                    await asyncio.sleep(_PAUSE)
        return self._token

    async def _try(self, method: str, path: str, **more: object) -> httpx.Response | None:
        try:
            return await self.chance.choice(self._ways).request(method, path, **more)  # type: ignore[arg-type]  # handed on
        except httpx.TransportError:
            self._journal.cut()
            return None
