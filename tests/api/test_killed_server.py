"""A server that is killed under load has the row of every answer that left it."""

import asyncio

import httpx

from tests.fixtures.gateway_app import Asker, environment, opened
from tests.fixtures.served import newly_granted, serving

AT_ONCE = 24
ENOUGH_ANSWERS = 300


class Crowd:
    """Asks without a pause, each time under a name of its own, until nobody answers."""

    def __init__(self, asker: Asker, name: str = "r") -> None:
        self._asker = asker
        self._name = name
        self.asked: list[str] = []
        self.answered: list[str] = []

    async def ask(self) -> None:
        while True:
            name = f"{self._name}-{len(self.asked)}"
            self.asked.append(name)
            try:
                answer = await self._asker.get("/v1/ppks", x_request_id=name)
            except httpx.TransportError:
                return
            assert (answer.status_code, answer.headers["x-request-id"]) == (200, name)
            self.answered.append(name)


async def test_every_answer_that_left_has_its_row_exactly_once(database_url):
    environ = environment(database_url)
    async with opened(environ) as gateway:
        with serving(environ, "serve") as server:
            async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
                await server.ready(http)
                crowd = Crowd(await newly_granted(gateway, http))
                asking = [asyncio.create_task(crowd.ask()) for _ in range(AT_ONCE)]
                while len(crowd.answered) < ENOUGH_ANSWERS:
                    done, _ = await asyncio.wait(asking, timeout=0.01)
                    assert not done, [task.exception() for task in done]
                server.kill()
                await asyncio.gather(*asking)
        rows = [row["request_id"] for row in await gateway.audited()]
    assert len(rows) == len(set(rows))
    assert set(crowd.answered) <= set(rows) <= set(crowd.asked)
    assert len(crowd.answered) < len(crowd.asked)
