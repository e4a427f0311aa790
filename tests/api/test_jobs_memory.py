"""A large job takes no more memory than a small one: coming in, worked off, going out."""

import resource
import secrets
from collections.abc import AsyncIterator

import pytest

from gateway.domain.audit import EntriAudit
from tests.fixtures.gateway_app import Asker, Gateway, environment, opened
from tests.fixtures.lookup_jobs import NDJSON, PATH, invented, job

ROWS = 20_000
SMALL = 1000
MOST_GROWTH_KIB = 12_288


class CountingAudit:
    """Counts what is recorded, for a list of it would grow."""

    def __init__(self) -> None:
        self.recorded = 0

    async def record(self, entry: EntriAudit) -> None:
        self.recorded += 1

    async def close(self) -> None:
        return


async def body(rows: int) -> AsyncIterator[bytes]:
    for start in range(0, rows, 500):
        lines = (f'{{"nik": "{invented(n)}"}}\n' for n in range(start, start + 500))
        yield "".join(lines).encode()


async def through(gateway: Gateway, asker: Asker, rows: int) -> None:
    """One job of so many rows, in and out, piece by piece on this side, too."""
    headers = {"content-type": NDJSON, "idempotency-key": f"k{secrets.token_hex(8)}"}
    answer = await gateway.http.post(
        PATH, content=body(rows), headers=headers, auth=asker.possession
    )
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["data"]["id"]
    told = await job(asker, job_id)
    assert told["jumlah"] == rows
    await answered(gateway, job_id)
    after, read = 0, 0
    while read < rows:
        page = await asker.get(f"{PATH}/{job_id}/results?after={after}&limit=500")
        read += page.text.count("\n") - 1
        after = int(page.headers["x-job-last"])


async def answered(gateway: Gateway, job_id: str) -> None:
    """Work off what was handed in, without a registry: it is not what is measured."""
    from datetime import timedelta

    from gateway.domain.tugas import JawabanBaris

    queue = gateway.parts.job_queue
    while block := await queue.claim("uji", now=gateway.clock(), lease=timedelta(hours=1)):
        failed = [JawabanBaris(baris=r.baris, nik=r.nik, gagal="internal") for r in block.baris]
        await queue.store("uji", block, failed)
        await queue.finish("uji", block, now=gateway.clock())


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.fixture
async def counting(sqlite_url):
    audit = CountingAudit()
    async with opened(environment(sqlite_url), audit=audit) as gateway:
        yield gateway, audit


async def test_memory_stays_flat(counting):
    gateway, audit = counting
    asker = await gateway.asking()
    await through(gateway, asker, SMALL)
    before, recorded = peak_kib(), audit.recorded
    await through(gateway, asker, ROWS)
    assert peak_kib() - before < MOST_GROWTH_KIB
    assert audit.recorded - recorded >= ROWS
