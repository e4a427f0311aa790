"""What a token adds to a request, step by step, and how many tokens are issued in a second."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.contest import Contender, contest, middle
from bench.load.requests import Load, Replay, request, write_requests
from bench.load.wrk import Run
from bench.result import Cell, Scale, Table
from bench.serving.agencies import Agency
from bench.serving.cores import on_load_core
from bench.serving.gateway import Gateway, gateways_at_work
from bench.serving.tools import need
from bench.token_parts import parts_table

_TOOLS: Final = ("wrk", "redis-server", "taskset")
_PUBLIC: Final = "/health/live"
_PROTECTED: Final = "/v1/systems"
_NO_TOKEN, _LEGACY, _STRICT = "no token", "legacy issuer", "strict issuer"
_ISSUING: Final = 1_500
# A client secret is checked at the price that its hash is meant to have.
_SLOW: Final = 6.0
_ROWS: Final = ((_NO_TOKEN, _PUBLIC), (_LEGACY, _PROTECTED), (_STRICT, _PROTECTED))


def measure(scale: Scale) -> list[Table]:
    """The price of a token in processor time, its steps, and the speed of issuing."""
    need(_TOOLS)
    with ExitStack() as stack:
        stack.enter_context(on_load_core())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppks-bench-")))
        gateways = gateways_at_work(scale, stack, folder)
        prices: list[tuple[Cell, ...]] = []
        issued: list[tuple[Cell, ...]] = []
        for store, gateway in gateways.items():
            file = folder / "requests"
            runs = contest(_field(gateway), file, scale.rounds, scale.seconds)
            prices += _prices(store, runs)
            issued += _issued(store, runs)
        return [
            _price_table(prices, scale),
            parts_table(gateways, scale),
            _issuing_table(issued, scale),
        ]


def _field(gateway: Gateway) -> dict[str, Contender]:
    loads = {
        _NO_TOKEN: _reading(_PUBLIC),
        _LEGACY: _reading_as(gateway.legacy),
        _STRICT: _reading_proved(gateway.strict),
    }
    field = {name: Contender(server=gateway.server, load=load) for name, load in loads.items()}
    for agency in (gateway.strict, gateway.legacy):
        field[agency.token_path] = Contender(
            server=gateway.server,
            load=_issuing(agency),
            most_per_second=_ISSUING,
            least_seconds=0 if agency.key else _SLOW,
        )
    return field


def _reading(path: str, headers: Mapping[str, str] | None = None) -> Load:
    def load(file: Path, _count: int) -> Replay:
        return write_requests(file, [request("GET", path, headers)])

    return load


def _reading_as(agency: Agency) -> Load:
    def load(file: Path, count: int) -> Replay:
        return _reading(_PROTECTED, agency.headers())(file, count)

    return load


def _reading_proved(agency: Agency) -> Load:
    def load(file: Path, count: int) -> Replay:
        headers = agency.proved_headers(_PROTECTED, count, method="GET")
        requests = (request("GET", _PROTECTED, each) for each in headers)
        return write_requests(file, requests, once=True)

    return load


def _issuing(agency: Agency) -> Load:
    def load(file: Path, count: int) -> Replay:
        requests = (
            request("POST", agency.token_path, headers, body)
            for headers, body in agency.token_requests(count)
        )
        return write_requests(file, requests, once=True)

    return load


def _prices(store: str, runs: Mapping[str, list[Run]]) -> list[tuple[Cell, ...]]:
    middles = {name: middle(runs[name]) for name, _ in _ROWS}
    base = middles[_NO_TOKEN].cpu_us
    return [
        (store, f"{name}, GET {path}", run.per_second, run.cpu_us, run.cpu_us - base)
        for (name, path), run in zip(_ROWS, middles.values(), strict=True)
    ]


def _price_table(rows: Sequence[tuple[Cell, ...]], scale: Scale) -> Table:
    return Table(
        title="What a token adds to a request",
        columns=("store", "request", "requests/s", "CPU µs/request", "added µs"),
        rows=tuple(rows),
        note=f"Rounds: {scale.rounds} of {scale.seconds:g} s on 64 connections, in turns. Both "
        "routes do next to nothing, but only one wants a token, its scope and the client's rate; "
        "it answers more, so that what a token adds is rather less.",
    )


def _issued(store: str, runs: Mapping[str, list[Run]]) -> list[tuple[Cell, ...]]:
    return [
        (store, path, (run := middle(each)).per_second, run.cpu_us, run.p50_ms, run.p99_ms)
        for path, each in runs.items()
        if path.startswith("/")
    ]


def _issuing_table(rows: Sequence[tuple[Cell, ...]], scale: Scale) -> Table:
    return Table(
        title="Issuing tokens",
        columns=("store", "endpoint", "tokens/s", "CPU µs/token", "p50 ms", "p99 ms"),
        rows=tuple(rows),
        note=f"Rounds: {scale.rounds} of {scale.seconds:g} s on 64 connections. Strict is "
        "private_key_jwt and a DPoP proof, legacy a client secret; each is audited first.",
    )
