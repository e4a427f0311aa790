"""Lets servers take turns under the same load, round after round, and takes medians."""

import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from bench.load.requests import Load
from bench.load.wrk import Run, run_wrk
from bench.serving.process import Server

_WARM_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_IDLE_SHARE = 0.2
"""Of a core, which a server takes that does nothing."""


class Contender(msgspec.Struct, frozen=True, kw_only=True):
    """A server, and what writes its requests just before each run."""

    server: Server
    load: Load
    most_per_second: int = 6_000
    """Requests that are good once only; a run in which more are answered ends sooner."""
    least_seconds: float = 0
    """For a server that needs long for an answer."""


def contest(
    contenders: Mapping[str, Contender], file: Path, rounds: int, seconds: float
) -> dict[str, list[Run]]:
    """The runs of each, after one that does not count. Raises RunFailed."""
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    servers = [contender.server for contender in contenders.values()]
    for contender in contenders.values():
        _run(contender, file, _WARM_SECONDS)
    for _ in range(rounds):
        for name, contender in contenders.items():
            _wait_for_rest(servers)
            runs[name].append(_run(contender, file, seconds))
    return runs


def middle(runs: list[Run]) -> Run:
    """The median of each number by itself."""
    return Run(
        **{
            name: statistics.median(getattr(run, name) for run in runs)
            for name in Run.__struct_fields__
        }
    )


def ratio(runs: list[Run], base: list[Run]) -> float:
    """The median of each round's speed to that of the other one in the same round."""
    return statistics.median(
        run.per_second / other.per_second for run, other in zip(runs, base, strict=True)
    )


def ratio_by_cpu(runs: list[Run], base: list[Run]) -> float:
    """The same where a request's processor time is all that limits; other work disturbs it less."""
    return statistics.median(
        other.cpu_us / run.cpu_us for run, other in zip(runs, base, strict=True)
    )


def _wait_for_rest(servers: Iterable[Server]) -> None:
    """Some work on at what nobody waits for any more, and share the core with who comes next."""
    for server in servers:
        spent = _LOOK_SECONDS
        while spent > _IDLE_SHARE * _LOOK_SECONDS:
            before = server.cpu_seconds()
            time.sleep(_LOOK_SECONDS)
            spent = server.cpu_seconds() - before


def _run(contender: Contender, file: Path, seconds: float) -> Run:
    seconds = max(seconds, contender.least_seconds)
    replay = contender.load(file, int(contender.most_per_second * seconds))
    return run_wrk(contender.server, replay, seconds)
