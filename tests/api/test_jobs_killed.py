"""Servers that are killed in the middle of a job lose no row and ask for none twice in vain."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.lookup_jobs import handed_in, invented, job, results
from tests.fixtures.ports import free_port
from tests.fixtures.project import ROOT
from tests.fixtures.served import newly_granted, serving

ROWS = 450
QUOTA = 60_000
CONCURRENCY = 6


class Registry:
    """The registry's simulator as a program of its own, which counts what it is asked."""

    def __init__(self, base: str) -> None:
        self.base = base

    def asked(self) -> int:
        left: int = httpx.get(f"{self.base}/_control").json()["quota_left"]
        return QUOTA - left

    def answer_slowly(self, seconds: float) -> None:
        httpx.put(f"{self.base}/_faults", json={"slow_seconds": seconds}).raise_for_status()


def settings(database_url: str, port: int) -> dict[str, str]:
    return environment(
        database_url,
        GATEWAY_DUKCAPIL_URL=f"http://127.0.0.1:{port}/dukcapil",
        GATEWAY_JOBS_LEASE="3",
        GATEWAY_JOBS_CONCURRENCY=str(CONCURRENCY),
    )


@pytest.fixture
def outside(database_url) -> Iterator[tuple[dict[str, str], Registry]]:
    """The settings of a gateway, and the registry that they lead to."""
    port = free_port()
    environ = settings(database_url, port)
    mine = {name: text for name, text in os.environ.items() if not name.startswith("GATEWAY_")}
    told = {name: text for name, text in environ.items() if name.startswith("GATEWAY_DUKCAPIL")}
    command = [sys.executable, "-m", "gateway", "simulate", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=mine | told)
    try:
        registry = Registry(environ["GATEWAY_DUKCAPIL_URL"])
        _wait_for(registry)
        httpx.put(f"{registry.base}/_control", json={"quota": QUOTA}).raise_for_status()
        yield environ, registry
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(registry: Registry) -> None:
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, timeout=30) as http:
        assert http.get(f"{registry.base}/_control").status_code == 200


async def until(asker, job_id, enough) -> None:
    async with asyncio.timeout(60):
        while True:
            if enough(await job(asker, job_id)):
                return
            await asyncio.sleep(0.05)


async def until_two_work(gateway) -> None:
    query = "SELECT count(DISTINCT pekerja) FROM tugas_potong"
    async with asyncio.timeout(60):
        while True:
            async with gateway.parts.database.reading() as connection:
                if (await connection.exec_driver_sql(query)).scalar_one() == 2:
                    return
            await asyncio.sleep(0.05)


async def test_a_job_outlives_the_servers_that_work_on_it(outside):
    environ, registry = outside
    registry.answer_slowly(0.02)
    async with opened(environ) as gateway:
        with serving(environ, "serve") as server:
            async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
                await server.ready(http)
                asker = await newly_granted(gateway, http)
                job_id = await handed_in(asker, map(invented, range(ROWS)))
                await until(asker, job_id, lambda told: told["terjawab"] >= 60)
                server.kill()
        registry.answer_slowly(0)
        with serving(environ, "serve") as server:
            async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
                await server.ready(http)
                asker = asker.through(http)
                await until(asker, job_id, lambda told: told["status"] == "selesai")
                lines = await results(asker, job_id)
    assert sorted(line["baris"] for line in lines) == list(range(1, ROWS + 1))
    assert [line["urut"] for line in lines] == list(range(1, ROWS + 1))
    # What was under way when the first server was killed, and nothing else, was asked for again.
    assert ROWS <= registry.asked() <= ROWS + CONCURRENCY


# An SQLite file has one server.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_servers_share_a_job(outside):
    environ, registry = outside
    registry.answer_slowly(0.2)
    async with opened(environ) as gateway:
        with serving(environ, "serve") as one, serving(environ, "serve") as two:
            async with httpx.AsyncClient(base_url=one.base, timeout=30) as http:
                await one.ready(http)
                async with httpx.AsyncClient(base_url=two.base, timeout=30) as other:
                    await two.ready(other)
                asker = await newly_granted(gateway, http)
                job_id = await handed_in(asker, map(invented, range(ROWS)))
                await until_two_work(gateway)
                two.kill()
                registry.answer_slowly(0)
                await until(asker, job_id, lambda told: told["status"] == "selesai")
                lines = await results(asker, job_id)
    assert sorted(line["baris"] for line in lines) == list(range(1, ROWS + 1))
    assert ROWS <= registry.asked() <= ROWS + CONCURRENCY
