"""How long cached lookups wait at half of the greatest speed: registry well, slow and dead.

Meanwhile others ask about people whom the cache does not know, so that the registry is asked.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

import msgspec

from bench.contest import Contender, middle
from bench.load.steady import Pace, Waits, send_all
from bench.load.wrk import Run, RunFailed
from bench.lookup_load import by_bearer
from bench.lookup_people import strangers
from bench.result import Scale, Table
from bench.serving.gateway import Gateway
from bench.serving.registry import Registry

_ASKED_PER_SECOND: Final = 20
_SLOW: Final = 2.0
_STATES: Final[dict[str, Callable[[Registry], AbstractContextManager[None]]]] = {
    "well": lambda _registry: nullcontext(),
    f"{_SLOW:g} s slow": lambda registry: registry.slow(_SLOW),
    "dead": lambda registry: registry.dead(),
}


class Paced(msgspec.Struct, frozen=True, kw_only=True):
    """A contender at half of its speed, and the gateway that it asks, if it is one."""

    name: str
    contender: Contender
    per_second: float
    gateway: Gateway | None = None


def paced(
    contenders: Mapping[str, Contender], runs: Mapping[str, list[Run]], gateways: list[Gateway]
) -> list[Paced]:
    """Those that are no peers, at half of the speed that they had."""
    of_port = {gateway.server.port: gateway for gateway in gateways}
    return [
        Paced(
            name=name,
            contender=each,
            per_second=middle(runs[name]).per_second / 2,
            gateway=of_port.get(each.server.port),
        )
        for name, each in contenders.items()
    ]


def waits_table(all_: list[Paced], file: Path, scale: Scale) -> Table:
    """One row for each server and each state of the registry behind it."""
    found: dict[tuple[str, str], list[Waits]] = {}
    new = strangers()
    for _ in range(scale.rounds):
        for each in all_:
            for state, waits in _states(each, new, file, scale.seconds):
                found.setdefault((each.name, state), []).append(waits)
    speed = {each.name: each.per_second for each in all_}
    return Table(
        title="Cached lookups at half of the greatest speed, at a constant pace",
        columns=("server", "registry", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "worst ms"),
        rows=tuple(
            (name, state, speed[name], *_middle(waits)) for (name, state), waits in found.items()
        ),
        note=f"Rounds: {scale.rounds} of {scale.seconds:g} s; waits count from the moment at which "
        f"a request was due. Beside them {_ASKED_PER_SECOND} a second ask about people whom the "
        "cache does not know.",
    )


def _states(
    each: Paced, new: Iterator[str], file: Path, seconds: float
) -> Iterator[tuple[str, Waits]]:
    if each.gateway is None:
        yield "none", _waits(each, file, seconds)
        return
    for state, enter in _STATES.items():
        with enter(each.gateway.registry), _asking(each.gateway, new, seconds):
            yield state, _waits(each, file, seconds)


def _waits(each: Paced, file: Path, seconds: float) -> Waits:
    total = int(each.per_second * seconds)
    each.contender.load(file, total)
    pace = Pace(
        file=str(file), port=each.contender.server.port, total=total, per_second=each.per_second
    )
    waits = send_all(pace)
    if waits.statuses != {"200": total}:
        raise RunFailed(f"{each.name}: not every cached answer came: {waits.statuses}")
    return waits


@contextmanager
def _asking(gateway: Gateway, new: Iterator[str], seconds: float) -> Iterator[None]:
    """Others ask about strangers until the end of the block, at most three times `seconds`."""
    total = int(_ASKED_PER_SECOND * seconds * 3)
    file = gateway.folder / "strangers.requests"
    by_bearer([next(new) for _ in range(total)], gateway.legacy)(file, total)
    pace = Pace(
        file=str(file), port=gateway.server.port, total=total, per_second=float(_ASKED_PER_SECOND)
    )
    told = msgspec.json.encode(pace).decode()
    command = [sys.executable, "-m", "bench.load.steady", told]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as asking:
        try:
            yield
        finally:
            asking.terminate()


def _middle(waits: list[Waits]) -> tuple[float, ...]:
    names = ("p50_ms", "p99_ms", "p999_ms", "worst_ms")
    return tuple(statistics.median(getattr(each, name) for each in waits) for name in names)
