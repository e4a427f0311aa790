"""The sealing beside the server: it goes on after trouble, says so, and seals what is left at the end."""

import asyncio

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from gateway.infra.sealing.report import SealReport
from gateway.infra.sealing.rows import LogBroken
from gateway.infra.sealing.unsealed import BATCH
from gateway.infra.sealing.working import Sealing


class Hand:
    """A sealer that does what a test tells it."""

    def __init__(self) -> None:
        self.rounds = 0
        self.trouble: Exception | None = None
        self.rows = 0

    def seal(self) -> int:
        self.rounds += 1
        if self.trouble is not None:
            raise self.trouble
        rows = min(BATCH, self.rows)
        self.rows -= rows
        return rows


class Bench:
    def __init__(self) -> None:
        self.now = 0.0
        self.hand = Hand()
        self.registry = CollectorRegistry()
        self.closed = False
        self.sealing = Sealing(
            self.hand, SealReport(self.registry), self.close, monotonic=lambda: self.now
        )

    def close(self) -> None:
        self.closed = True

    def count(self, name: str) -> float:
        return self.registry.get_sample_value(name) or 0.0


async def test_what_is_left_is_sealed_at_the_end():
    bench = Bench()
    async with bench.sealing.working():
        await asyncio.sleep(0.05)
        assert bench.hand.rounds == 1
        bench.hand.rows = 7
    assert bench.count("gateway_audit_sealed_entries_total") == 7
    await bench.sealing.close()
    assert bench.closed


@pytest.mark.parametrize(
    "trouble", [LogBroken("contoh"), sa.exc.OperationalError("x", {}, Exception()), OSError()]
)
async def test_trouble_is_told_and_does_not_end_the_work(trouble):
    bench = Bench()
    bench.hand.trouble = trouble
    async with bench.sealing.working():
        await asyncio.sleep(0.05)
        assert bench.sealing.is_well()
        bench.now = 31.0
        assert not bench.sealing.is_well()
        bench.hand.trouble = None
    assert bench.sealing.is_well()
    assert bench.count("gateway_audit_seal_failures_total") == 1
    await bench.sealing.close()


async def test_much_that_waits_is_sealed_batch_after_batch_without_a_pause():
    bench = Bench()
    bench.hand.rows = 3 * BATCH + 1
    async with bench.sealing.working():
        await asyncio.sleep(0.1)
        assert (bench.hand.rounds, bench.hand.rows) == (4, 0)
    await bench.sealing.close()


async def test_an_instance_that_does_not_seal_is_well():
    bench = Bench()
    bench.now = 1000.0
    assert bench.sealing.is_well()
    await bench.sealing.close()
