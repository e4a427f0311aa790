"""What the sealed log costs: a route with it and without, its places, its proofs, its export."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.contest import Contender, contest, middle, ratio, ratio_by_cpu
from bench.load.wrk import Run
from bench.lookup_load import by_bearer
from bench.lookup_people import fill_cache, people
from bench.result import Cell, Scale, Table
from bench.sealed_offline import offline_table
from bench.sealed_places import places_table
from bench.sealed_proofs import proofs_table
from bench.sealed_store import store_table
from bench.serving.cores import on_load_core
from bench.serving.gateway import Program, gateway_at_work
from bench.serving.tools import need
from bench.stores import Stores, opened_stores
from tests.fixtures.redis_alone import lone_redis

_OTHER: Final = "bench.serving.other_log"
_UNSEALED: Final = {"GATEWAY_AUDIT_SEALER": "false"}
NO_LOG: Final = "no log"
PROGRAMS: Final = {
    NO_LOG: Program(module=_OTHER, words=(), environment={"BENCH_AUDIT": "none"} | _UNSEALED),
    "sealed log": Program(),
    "log, not sealed": Program(environment=_UNSEALED),
    "a sync for each entry": Program(
        module=_OTHER, words=(), environment={"BENCH_AUDIT": "each"} | _UNSEALED
    ),
}


def measure(scale: Scale) -> list[Table]:
    """The route on every store, places on PostgreSQL, proofs in memory, export, both checks."""
    need(("wrk", "redis-server", "taskset"))
    with opened_stores(scale) as opened:
        tables = [_route_table(stores, scale) for stores in opened]
        tables += [places_table(each, scale) for each in opened if each.name == "PostgreSQL"]
        return [*tables, proofs_table(), store_table(opened, scale), offline_table(scale)]


def _route_table(stores: Stores, scale: Scale) -> Table:
    with ExitStack() as stack:
        stack.enter_context(on_load_core())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppks-bench-")))
        niks, _ = people()
        contenders = {}
        for number, (name, program) in enumerate(PROGRAMS.items()):
            url = stack.enter_context(stores.fresh())
            redis = stack.enter_context(lone_redis())
            working = gateway_at_work(url, redis.url, folder / str(number), program)
            gateway = stack.enter_context(working)
            fill_cache(gateway, niks)
            contenders[name] = Contender(
                server=gateway.server, load=by_bearer(niks, gateway.legacy)
            )
        runs = contest(contenders, folder / "requests", scale.rounds, scale.seconds)
    return Table(
        title=f"Cached lookups on 64 connections, with another log each ({stores.name})",
        columns=(
            *("log", "requests/s", "to no log", "CPU µs/request", "speed by CPU"),
            *("p50 ms", "p99 ms", "p50 added", "p99 added"),
        ),
        rows=tuple(_row(name, each, runs[NO_LOG]) for name, each in runs.items()),
        note=f"Rounds: {scale.rounds} of {scale.seconds:g} s, in turns, on one core. CPU is the "
        "server's own, what seals included; speed by CPU is what it would be if nothing else "
        "limited it.",
    )


def _row(name: str, runs: list[Run], base: list[Run]) -> tuple[Cell, ...]:
    run, other = middle(runs), middle(base)
    added = (run.p50_ms - other.p50_ms, run.p99_ms - other.p99_ms)
    speeds = (run.per_second, ratio(runs, base), run.cpu_us, ratio_by_cpu(runs, base))
    return name, *speeds, run.p50_ms, run.p99_ms, *added
