"""Counts what reaches the registry when many ask for few people whom nobody knows yet."""

import random
from collections.abc import Mapping
from typing import Final

from bench.load.steady import Pace, send_all
from bench.load.wrk import CONNECTIONS
from bench.lookup_load import by_bearer
from bench.lookup_people import people
from bench.result import Table
from bench.serving.gateway import Gateway

LOOKUPS: Final = 10_000
_SEED: Final = 64


def calls_table(gateways: Mapping[str, Gateway]) -> Table:
    """One row for each store."""
    _, cold = people()
    return Table(
        title=f"{LOOKUPS:,} lookups of {len(cold)} people whom the cache does not know",
        columns=("store", "connections", "answered", "calls of the registry", "seconds"),
        rows=tuple(
            (store, CONNECTIONS, *_storm(gateway, cold)) for store, gateway in gateways.items()
        ),
        note="In random order, each person as often as any other; the registry's simulator counts.",
    )


def _storm(gateway: Gateway, cold: list[str]) -> tuple[int, int, float]:
    order = [cold[number % len(cold)] for number in range(LOOKUPS)]
    random.Random(_SEED).shuffle(order)
    file = gateway.folder / "storm.requests"
    by_bearer(order, gateway.legacy)(file, LOOKUPS)
    before = gateway.registry.quota_left()
    waits = send_all(Pace(file=str(file), port=gateway.server.port, total=LOOKUPS))
    calls = before - gateway.registry.quota_left()
    return waits.statuses.get("200", 0), calls, LOOKUPS / waits.per_second
