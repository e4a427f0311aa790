"""What it costs to give entries their places in the log: in their own commit, or afterwards.

`python -m bench.sealed_places WAY URL SECONDS` is one instance that writes as fast as it can.
"""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from bench.audit_groups import audit_entry
from bench.result import Cell, Scale, Table
from bench.stores import Stores
from gateway.infra.audit.groups import GroupWriter
from gateway.infra.audit.postgres import PostgresAuditTable
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import open_thread_engine, sync_url
from gateway.infra.observing.metrics import Metrics
from gateway.infra.sealing.sealer import Sealer
from gateway.infra.sealing.working import Sealing
from gateway.kit.clock import system_clock

NOT_AT_ALL: Final = "none (not sealed)"
AFTERWARDS: Final = "afterwards, by one of them"
IN_ITS_COMMIT: Final = "in the group's own commit"
WAYS: Final = (NOT_AT_ALL, AFTERWARDS, IN_ITS_COMMIT)
_AT_ONCE: Final = 32
_INSTANCES: Final = (1, 2, 4)
# The least that it takes: the head is moved, and its row locked until the disk has the group.
_WITH_PLACES: Final = (
    "WITH kepala AS (UPDATE audit_kepala SET ukuran = ukuran + json_array_length(%s::json))"
)


class _Placing(PostgresAuditTable):
    """Gives a group its places in its own statement."""

    async def _insert(self, statement: str, group: str) -> None:
        connection = self._connection or await self._connect()
        await connection.execute(f"{_WITH_PLACES} {statement}", (group, group))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one instance did."""

    entries: int
    p50_ms: float
    p99_ms: float


def places_table(stores: Stores, scale: Scale) -> Table:
    """All ways with one, two and four instances on one PostgreSQL."""
    rows: list[tuple[Cell, ...]] = []
    for instances in _INSTANCES:
        runs: dict[str, list[Told]] = {way: [] for way in WAYS}
        for _ in range(scale.rounds):
            for way, told in runs.items():
                told.append(_run(stores, way, instances, scale.seconds))
        for way, told in runs.items():
            rows.append((instances, way, *_numbers(told, runs[NOT_AT_ALL], scale.seconds)))
    return Table(
        title=f"How entries get their places in one log ({stores.name})",
        columns=("instances", "places are given", "entries/s", "to none", "p50 ms", "p99 ms"),
        rows=tuple(rows),
        note=f"{_AT_ONCE} entries wait at a time at each instance; rounds: {scale.rounds} of "
        f"{scale.seconds:g} s, in turns. In the group's own commit only the head is "
        "moved: the tree and the signature would come on top.",
    )


def _numbers(runs: Sequence[Told], base: Sequence[Told], seconds: float) -> tuple[Cell, ...]:
    """Medians; the ratio is that of each round by itself."""
    middle = statistics.median
    return (
        middle(run.entries / seconds for run in runs),
        middle(run.entries / other.entries for run, other in zip(runs, base, strict=True)),
        middle(run.p50_ms for run in runs),
        middle(run.p99_ms for run in runs),
    )


def _run(stores: Stores, way: str, instances: int, seconds: float) -> Told:
    with stores.fresh() as url, contextlib.ExitStack() as stack:
        _sealer(url).check()
        command = [sys.executable, "-m", "bench.sealed_places", way, url, str(seconds)]
        processes = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
            for _ in range(instances)
        ]
        told = [msgspec.json.decode(process.communicate()[0], type=Told) for process in processes]
        return Told(
            entries=sum(each.entries for each in told),
            p50_ms=max(each.p50_ms for each in told),
            p99_ms=max(each.p99_ms for each in told),
        )


def _sealer(url: str) -> Sealer:
    keyring = Keyring({"bench": b"b" * 32}, b"b" * 32)
    return Sealer(open_thread_engine(url), keyring, system_clock, "bench/audit")


async def _write(way: str, url: str, seconds: float) -> Told:
    metrics = Metrics()
    async with contextlib.AsyncExitStack() as stack:
        if way == AFTERWARDS:
            sealing = Sealing(_sealer(url), metrics.sealing, lambda: None)
            await stack.enter_async_context(sealing.working())
        table = _Placing if way == IN_ITS_COMMIT else PostgresAuditTable
        return await _load(GroupWriter(table(sync_url(url)), metrics.audit), seconds)


async def _load(writer: GroupWriter, seconds: float) -> Told:
    waits: list[float] = []
    end = time.perf_counter() + seconds

    async def one() -> None:
        while (began := time.perf_counter()) < end:
            await writer.write(audit_entry())
            waits.append(time.perf_counter() - began)

    await writer.write(audit_entry())
    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
    await writer.close()
    waits.sort()
    return Told(
        entries=len(waits),
        p50_ms=1000 * waits[len(waits) // 2],
        p99_ms=1000 * waits[len(waits) * 99 // 100],
    )


def main() -> None:
    """One instance."""
    way, url, seconds = sys.argv[1:]
    told = asyncio.run(_write(way, url, float(seconds)))
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main()
