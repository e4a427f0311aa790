"""A long export of the log takes no more memory than a short one."""

import resource

import pytest
import sqlalchemy as sa
from msgspec.structs import asdict

from gateway.infra.db.tables import AUDIT
from tests.api.auditors import ENTRIES, auditor, seal
from tests.fixtures.auditors import entry

ENTRIES_IN_ALL = 12_000
SMALL = 1000
MOST_GROWTH_KIB = 8192


@pytest.fixture
async def long_log(gateway):
    """A gateway with a sealed log of many entries."""
    async with gateway.parts.database.writing() as connection:
        for _ in range(ENTRIES_IN_ALL // SMALL):
            rows = [asdict(entry()) for _ in range(SMALL)]
            await connection.execute(sa.insert(AUDIT), rows)
    await seal(gateway)
    return gateway


async def exported(gateway, reader, query):
    """The bytes of an export, of which this side keeps none."""
    app, told = gateway.app, 0

    async def thrown_away(scope, receive, send) -> None:
        async def counting(message) -> None:
            nonlocal told
            if message["type"] == "http.response.body":
                told += len(message["body"])
                message = {**message, "body": b""}
            await send(message)

        await app(scope, receive, counting)

    async with gateway.over(thrown_away) as http:
        kind = "application/x-ndjson"
        answer = await reader.through(http).get(f"{ENTRIES}?{query}", accept=kind)
    assert answer.status_code == 200
    return told


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def test_memory_stays_flat(long_log):
    reader = await auditor(long_log, bukti=True)
    query = "peristiwa=penduduk.lookup&bukti=true"
    short = await exported(long_log, reader, f"{query}&limit={SMALL}")
    before = peak_kib()
    whole = await exported(long_log, reader, query)
    assert whole > (ENTRIES_IN_ALL // SMALL - 1) * short
    assert peak_kib() - before < MOST_GROWTH_KIB
