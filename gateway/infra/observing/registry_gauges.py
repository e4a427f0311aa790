"""Shows at each scrape how the outside systems are: breakers, quota, hours and who waits."""

from collections.abc import Iterator
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.application.civil_registry.registry_desk import RegistryDesk
from gateway.domain.registry_terms import Ketentuan
from gateway.infra.systems import Systems
from gateway.kit.clock import Clock
from gateway.kit.transport import BreakerState

_STATES: Final = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


class RegistryGauges(Collector):
    """What this process knows; it asks nobody. The quota is that of its own last call today."""

    def __init__(self, systems: Systems, desk: RegistryDesk, clock: Clock) -> None:
        self._systems = systems
        self._desk = desk
        self._clock = clock

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing ahead: the systems are connected later."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge of every connected system."""
        yield self._breakers()
        accounts = {
            name: system.ketentuan
            for name, system in self._systems.connected.items()
            if system.ketentuan is not None
        }
        for what, text in _TEXTS.items():
            family = GaugeMetricFamily(f"gateway_registry_{what}", text, labels=("system",))
            for name, terms in accounts.items():
                value = self._numbers(name, terms)[what]
                if value is not None:
                    family.add_metric((name,), value)
            yield family

    def _breakers(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "gateway_breaker_state",
            "Circuit breakers: 0 closed, 1 half-open, 2 open",
            labels=("system", "operation"),
        )
        for name, system in self._systems.connected.items():
            for operation, state in system.health().breakers.items():
                family.add_metric((name, operation), _STATES[state])
        return family

    def _numbers(self, name: str, terms: Ketentuan) -> dict[str, float | None]:
        queue = self._desk.queue(name, terms)
        balance = self._desk.account(name, terms).seen
        left = None if balance is None else balance.left(terms)
        told_at = None if balance is None else balance.told_at
        return {
            "quota_left": None if left is None else max(0, left),
            "quota_told_seconds": None if told_at is None else told_at.timestamp(),
            "open": float(terms.terbuka(self._clock())),
            "waiting": queue.waiting,
            "at_work": queue.at_work,
        }


_TEXTS: Final = {
    "quota_left": "Calls left today, as this process last saw it",
    "quota_told_seconds": "When the system last told it, in seconds since 1970",
    "open": "Whether the access hours allow calls now",
    "waiting": "Callers of this process that wait for their turn",
    "at_work": "Calls of this process under way",
}
