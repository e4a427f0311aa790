"""Cached lookups: the gateway under load against bare servers and against peers; its waits."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import click
import msgspec

from bench.contest import Contender, contest, middle, ratio, ratio_by_cpu
from bench.load.wrk import Run
from bench.lookup_calls import calls_table
from bench.lookup_load import by_bearer, by_holder, with_headers
from bench.lookup_people import fill_cache, one_answer, people
from bench.lookup_waits import paced, waits_table
from bench.peers.starting import bare, fastapi, fastify, surroundings
from bench.result import Cell, Scale, Table
from bench.serving.cores import on_load_core
from bench.serving.gateway import Gateway, gateways_at_work
from bench.serving.tools import ToolsMissing, need
from tests.fixtures.redis_alone import lone_redis

BARE: Final = "Litestar, bare"
_TOOLS: Final = ("wrk", "redis-server", "taskset")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who takes part."""

    folder: Path
    gateways: dict[str, Gateway]
    own: dict[str, Contender]
    """The bare servers and the gateways."""
    peers: dict[str, Contender]


def measure(scale: Scale) -> list[Table]:
    """Speed against the others, what reaches the registry, and the waits at half the speed."""
    need(_TOOLS)
    with _field(scale) as field:
        file = field.folder / "requests"
        runs = contest(field.own | field.peers, file, scale.rounds, scale.seconds)
        calls = calls_table(field.gateways)
        half = paced(field.own, runs, list(field.gateways.values()))
        return [_speed_table(runs, scale), calls, waits_table(half, file, scale)]


@contextmanager
def _field(scale: Scale) -> Iterator[Field]:
    with ExitStack() as stack:
        stack.enter_context(on_load_core())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppks-bench-")))
        niks, _ = people()
        gateways = gateways_at_work(scale, stack, folder)
        answer = folder / "answer.json"
        for gateway in gateways.values():
            fill_cache(gateway, niks)
            answer.write_bytes(one_answer(gateway, niks[0]))
        own = {
            name: Contender(
                server=stack.enter_context(bare(app, answer, folder)), load=with_headers(niks, {})
            )
            for name, app in ((BARE, "litestar"), ("ASGI callable, bare", "asgi"))
        }
        for store, gateway in gateways.items():
            own |= _issuers(store, gateway, niks)
        yield Field(folder=folder, gateways=gateways, own=own, peers=_peers(stack, folder, niks))


def _issuers(store: str, gateway: Gateway, niks: list[str]) -> dict[str, Contender]:
    ways = {
        "legacy issuer": by_bearer(niks, gateway.legacy),
        "strict issuer": by_holder(niks, gateway.strict),
    }
    return {
        f"gateway, {issuer}, {store}": Contender(server=gateway.server, load=load)
        for issuer, load in ways.items()
    }


def _peers(stack: ExitStack, folder: Path, niks: list[str]) -> dict[str, Contender]:
    """Those whose packages can be had; of the others a line tells why not."""
    around = surroundings(folder / "peers", stack.enter_context(lone_redis()).url)
    ways = {
        "FastAPI, a sync each": partial(fastapi, around, "each"),
        "FastAPI, write-behind": partial(fastapi, around, "behind"),
        "Fastify, a sync each": partial(fastify, around, "usual", "each"),
        "Fastify, write-behind": partial(fastify, around, "usual", "behind"),
        "Fastify tuned, group sync": partial(fastify, around, "tuned", "group"),
        "Fastify tuned, write-behind": partial(fastify, around, "tuned", "behind"),
    }
    load = with_headers(niks, around.headers())
    started: dict[str, Contender] = {}
    for name, start in ways.items():
        try:
            server = stack.enter_context(start())
        except ToolsMissing as missing:
            click.echo(f"left out: {name}: {missing}", err=True)
        else:
            started[name] = Contender(server=server, load=load)
    return started


def _speed_table(runs: Mapping[str, list[Run]], scale: Scale) -> Table:
    return Table(
        title="Cached lookups on 64 connections",
        columns=(
            *("server", "requests/s", "to bare Litestar", "CPU µs/request", "speed by CPU"),
            *("p50 ms", "p99 ms"),
        ),
        rows=tuple(_row(name, each, runs[BARE]) for name, each in runs.items()),
        note=f"Rounds: {scale.rounds} of {scale.seconds:g} s, in turns. CPU is the server's own, "
        "not that of Redis and PostgreSQL, which share the other core with the load; speed by CPU "
        "is what it would be, to bare Litestar, if nothing else limited it.",
    )


def _row(name: str, runs: list[Run], base: list[Run]) -> tuple[Cell, ...]:
    run = middle(runs)
    speed, by_cpu = ratio(runs, base), ratio_by_cpu(runs, base)
    return name, run.per_second, speed, run.cpu_us, by_cpu, run.p50_ms, run.p99_ms
