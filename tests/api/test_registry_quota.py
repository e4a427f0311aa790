"""The registry's quota, hours and refusals as clients and operators see them, at two gateways."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from adapters.dukcapil.simulator import simulator
from gateway.application.civil_registry.registry_desk import Asker
from gateway.domain.errors import Unavailable
from gateway.domain.registry_quota import Prioritas
from gateway.domain.systems import World
from tests.fixtures.gateway_app import build, environment, opened
from tests.fixtures.gateway_people import MENINGGAL, PENDUDUK, SATU

KEPT = {"boleh_cache": True, "maks_umur": 100_000}
HOURS = {"GATEWAY_DUKCAPIL_ACCESS_HOURS": "08:00-16:00"}


def few(quota: int, **more: str) -> dict[str, str]:
    return {"GATEWAY_DUKCAPIL_DAILY_QUOTA": str(quota), **more}


def told(answer) -> tuple[int, str | None, str | None]:
    return answer.status_code, answer.json().get("code"), answer.headers.get("retry-after")


async def registry_of(asker):
    systems = (await asker.get("/v1/systems")).json()["items"]
    return next(system for system in systems if system["nama"] == "dukcapil")


def by_the_clock(gateway):
    """The same simulator by the gateway's clock."""
    config = gateway.parts.systems.configs["dukcapil"]
    gateway.registry._app = simulator(config, World(penduduk=PENDUDUK), clock=gateway.clock)


@pytest.fixture
async def limited(sqlite_url):
    async with opened(environment(sqlite_url, **few(3))) as made:
        by_the_clock(made)
        yield made


class TestQuota:
    """A day with three calls."""

    async def test_a_spent_quota_is_a_503_until_midnight_in_jakarta(self, limited):
        asker = await limited.asking()
        for _ in range(3):
            assert (await asker.lookup(SATU.nik)).status_code == 200
        spent = (503, "registry_quota_spent", str(14 * 3600))
        assert told(await asker.lookup(SATU.nik)) == spent
        assert told(await asker.verify(SATU.nik, nama_lengkap="CONTOH")) == spent
        assert (await limited.audited())[-1]["alasan"] == "registry_quota_spent"
        limited.clock.advance(timedelta(hours=14))
        again = await limited.asker(asker.grant)
        assert (await again.lookup(SATU.nik)).status_code == 200

    async def test_the_grants_own_quota_is_a_429(self, limited):
        asker = await limited.asking(cari_per_hari=1)
        await asker.lookup(SATU.nik)
        assert told(await asker.lookup(SATU.nik)) == (429, "grant_quota_spent", str(14 * 3600))

    async def test_a_grant_that_had_its_share_of_the_reserve_is_a_429(self, sqlite_url):
        environ = environment(
            sqlite_url,
            **few(10, GATEWAY_REGISTRY_RESERVE="40", GATEWAY_REGISTRY_SHARE="25"),
        )
        async with opened(environ) as gateway:
            one, other = await gateway.asking(), await gateway.asking()
            codes = [told(await one.lookup(SATU.nik))[:2] for _ in range(8)]
            assert codes == [(200, None)] * 7 + [(429, "registry_share_spent")]
            assert (await other.lookup(SATU.nik)).status_code == 200

    async def test_kept_answers_are_told_without_a_call(self, limited):
        asker = await limited.asking(**KEPT)
        await asker.lookup(SATU.nik)
        uncached = await limited.asking()
        for _ in range(2):
            await uncached.lookup(SATU.nik)
        assert (await asker.lookup(SATU.nik)).json()["meta"]["keadaan"] == "cache"
        limited.clock.advance(timedelta(seconds=4500))
        asker = await limited.asker(asker.grant)
        stale = await asker.lookup(SATU.nik)
        assert (stale.status_code, stale.json()["meta"]["keadaan"]) == (200, "basi")
        assert told(await asker.lookup(MENINGGAL.nik))[:2] == (503, "registry_quota_spent")

    @pytest.mark.parametrize(
        "faults",
        [
            {"status": 500},
            {"refuse": True},
            {"cut_body": True},
            {"html": True},
            {"empty": True},
            {},
        ],
        ids="-".join,
    )
    async def test_a_call_that_may_have_been_received_is_counted_once_whatever_came_back(
        self, limited, faults
    ):
        asker = await limited.asking()
        limited.break_registry(**faults)
        await asker.lookup(SATU.nik)
        limited.break_registry()
        assert (await registry_of(asker))["kuota_sisa"] == 2

    async def test_calls_that_an_open_breaker_refuses_cost_nothing(self, sqlite_url):
        async with opened(environment(sqlite_url, **few(100))) as gateway:
            asker = await gateway.asking()
            gateway.break_registry(status=500)
            for _ in range(20):
                await asker.lookup(SATU.nik)
            assert (await registry_of(asker))["kuota_sisa"] == 95

    async def test_operators_see_what_is_left(self, limited):
        asker = await limited.asking()
        first = await registry_of(asker)
        assert (first["kuota_harian"], first["kuota_sisa"]) == (3, 3)
        assert "kuota_pada" not in first
        await asker.lookup(SATU.nik)
        seen = await registry_of(asker)
        assert {name: seen[name] for name in seen if name.startswith("kuota_")} == {
            "kuota_harian": 3,
            "kuota_sisa": 2,
            "kuota_pada": "2026-11-21T03:00:00Z",
            "kuota_ulang": "2026-11-21T17:00:00Z",
        }
        for _ in range(3):
            await asker.lookup(SATU.nik)
        text = (await asker.get("/metrics")).text
        for line in (
            'gateway_registry_quota_left{system="dukcapil"} 0.0',
            'gateway_registry_open{system="dukcapil"} 1.0',
            'gateway_registry_waiting{system="dukcapil"} 0.0',
            'gateway_breaker_state{operation="lookup",system="dukcapil"} 0.0',
            'gateway_registry_not_asked_total{code="registry_quota_spent",system="dukcapil"} 1.0',
        ):
            assert line in text

    async def test_jobs_leave_the_reserve_to_callers(self, sqlite_url):
        async with opened(environment(sqlite_url, **few(10))) as gateway:
            asker = await gateway.asking()
            desk, system = gateway.parts.desk, gateway.parts.systems.connected["dukcapil"]
            account = desk.account("dukcapil", system.ketentuan)
            for _ in range(8):
                await account.take("G", Prioritas.INTERACTIVE)
            call = gateway.parts.ask_registry
            job = Asker(client_id="a", grant_id="G", prioritas=Prioritas.BATCH)
            with pytest.raises(Unavailable) as caught:
                await call(SATU.nik, oldest=None, ip=None, asker=job)
            assert (caught.value.code, caught.value.retry_after) == ("registry_slowed", 14 * 3600)
            assert (await asker.lookup(SATU.nik)).status_code == 200


class TestHours:
    """From eight to four."""

    async def test_outside_them_only_kept_answers_are_told(self, sqlite_url):
        async with opened(environment(sqlite_url, **HOURS)) as gateway:
            by_the_clock(gateway)
            grant = (await gateway.asking(**KEPT)).grant
            asker = await gateway.asker(grant)
            await asker.lookup(SATU.nik)
            gateway.clock.advance(timedelta(hours=3))
            await (await gateway.asker(grant)).lookup(SATU.nik)
            gateway.clock.advance(timedelta(hours=3))
            asker = await gateway.asker(grant)
            closed = (503, "registry_outside_hours", str(16 * 3600))
            assert told(await asker.lookup(MENINGGAL.nik)) == closed
            assert (await asker.lookup(SATU.nik)).json()["meta"]["keadaan"] == "basi"
            seen = await registry_of(asker)
            assert (seen["jam_akses"], seen["terbuka"]) == ("08:00-16:00", False)
            gateway.clock.advance(timedelta(hours=16))
            asker = await gateway.asker(grant)
            assert (await asker.lookup(MENINGGAL.nik)).status_code == 200


class TestBusy:
    """More callers than turns."""

    async def test_who_waits_too_long_is_a_503_with_a_time(self, sqlite_url):
        environ = environment(
            sqlite_url,
            GATEWAY_DUKCAPIL_MAX_CONCURRENCY="1",
            GATEWAY_REGISTRY_PATIENCE="0.1",
        )
        async with opened(environ) as gateway:
            asker = await gateway.asking()
            gateway.break_registry(slow_seconds=0.3)
            answers = await asyncio.gather(*(asker.lookup(SATU.nik) for _ in range(4)))
            codes = Counter(told(answer) for answer in answers)
            assert codes == {(200, None, None): 1, (503, "busy", "1"): 3}


@pytest.fixture
async def fleet(sqlite_url, redis_url):
    """Two gateways over one Redis, before one registry."""
    environ = environment(sqlite_url, GATEWAY_REDIS_URL=redis_url, **few(20))
    async with opened(environ) as first:
        second = build(environ, wrap=lambda _own: first.registry)
        await second.parts.connect_systems()
        yield first, second
        await second.close()


class TestFleet:
    """What one gateway learns, the other heeds."""

    async def test_the_quota_is_used_once_by_both_together(self, fleet):
        asker = await fleet[0].asking()
        asking = [asker.through(fleet[number % 2].http).lookup(SATU.nik) for number in range(30)]
        codes = Counter(told(answer)[:2] for answer in await asyncio.gather(*asking))
        assert codes == {(200, None): 20, (503, "registry_quota_spent"): 10}
        for each in fleet:
            seen = await registry_of(asker.through(each.http))
            assert (seen["kuota_harian"], seen["kuota_sisa"]) == (20, 0)

    async def test_refused_credentials_stop_both_and_the_account_is_not_locked(self, fleet):
        asker = await fleet[0].asking()
        await fleet[0].control_registry(force_code="03")
        refused = "upstream_credentials_refused"
        assert told(await asker.lookup(SATU.nik)) == (503, refused, None)
        await fleet[0].control_registry(force_code="")
        other = asker.through(fleet[1].http)
        assert told(await other.lookup(SATU.nik)) == (503, refused, "3600")
        assert told(await other.verify(SATU.nik, nama_lengkap="X")) == (503, refused, "3600")
        seen = await registry_of(other)
        assert seen["ditolak_sampai"] == "2026-11-21T04:00:00Z"
        for each in fleet:
            each.clock.advance(timedelta(hours=1))
        asker = await fleet[0].asker(asker.grant)
        for each in reversed(fleet):
            assert (await asker.through(each.http).lookup(SATU.nik)).status_code == 200
        assert "ditolak_sampai" not in await registry_of(asker)

    async def test_a_person_is_not_told_from_memory_while_the_credentials_are_refused(self, fleet):
        asker = await fleet[0].asking(**KEPT)
        await asker.lookup(SATU.nik)
        await fleet[0].control_registry(force_code="03")
        await asker.lookup(MENINGGAL.nik)
        for each in fleet:
            each.clock.advance(timedelta(seconds=4500))
        asker = await fleet[0].asker(asker.grant)
        await (
            fleet[0]
            .parts.desk.account("dukcapil", fleet[0].parts.systems.connected["dukcapil"].ketentuan)
            .refused()
        )
        other = asker.through(fleet[1].http)
        assert told(await other.lookup(SATU.nik))[:2] == (503, "upstream_credentials_refused")
