"""Looking residents up at two gateways over one store and one Redis: shared, forgotten, truthful."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
import redis

from gateway.domain.person import StatusPenduduk
from tests.api.test_lookup import OF_THE_REQUEST
from tests.fixtures.gateway_app import build, environment, opened
from tests.fixtures.gateway_people import NIK_TAK_DIKENAL, REKAMAN, SATU
from tests.fixtures.lookups import soon

KEPT = {"boleh_cache": True, "maks_umur": 100_000}


@pytest.fixture
async def fleet(sqlite_url, redis_url):
    environ = environment(sqlite_url, GATEWAY_REDIS_URL=redis_url)
    async with opened(environ) as first:
        second = build(environ)
        await second.parts.connect_systems()
        yield first, second
        await second.close()


@pytest.fixture
async def asker(fleet):
    return await fleet[0].asking(**KEPT)


async def told(asker, gateway, **more):
    answer = await asker.through(gateway.http).lookup(SATU.nik, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()["meta"]["keadaan"]


def counted(gateway, event: str) -> float:
    name = "gateway_nik_cache_total"
    return gateway.parts.metrics.registry.get_sample_value(name, {"event": event}) or 0


def at_hand(gateway):
    return gateway.parts.nik_cache.near(SATU.nik)


async def test_what_one_gateway_fetched_the_other_tells(fleet, asker):
    first, second = fleet
    assert [await told(asker, each) for each in (first, second, second)] == [
        "segar",
        "cache",
        "cache",
    ]
    assert (counted(first, "asked"), counted(second, "asked")) == (1, 0)
    await soon(lambda: at_hand(second) is not None)
    assert await told(asker, second) == "cache"
    assert counted(second, "near") >= 1


async def test_many_questions_at_once_at_both_cost_one_call(fleet, asker):
    for each in fleet:
        await each.parts.nik_cache.get(SATU.nik)
        each.break_registry(slow_seconds=0.2)
    asking = [told(asker, fleet[number % 2]) for number in range(20)]
    assert set(await asyncio.gather(*asking)) == {"segar"}
    assert sum(counted(each, "asked") for each in fleet) == 1
    assert sum(counted(each, "coalesced") for each in fleet) == 19


class TestForgetting:
    """A person who was forgotten at one gateway is told by none."""

    async def warm(self, fleet, asker):
        for each in fleet:
            await told(asker, each)
            await soon(lambda gateway=each: gateway.parts.nik_cache._listening.hears)
            await told(asker, each)
            assert at_hand(each) is not None

    @pytest.mark.parametrize("line", ["whole", "killed"])
    async def test_by_order(self, fleet, asker, redis_url, line):
        await self.warm(fleet, asker)
        if line == "killed":
            with redis.Redis.from_url(redis_url) as client:
                # Each instance hears of erasures and of revocations.
                assert client.client_kill_filter(_type="pubsub") == 2 * len(fleet)
        await fleet[0].parts.forget_person(SATU.nik)
        await soon(lambda: at_hand(fleet[1]) is None, 1.0)
        assert await told(asker, fleet[1]) == "segar"

    async def test_by_a_record_that_tells_of_a_death(self, fleet, asker):
        await self.warm(fleet, asker)
        alive = next(each for each in REKAMAN if each.orang.nik == SATU.nik)
        orang = msgspec.structs.replace(alive.orang, status_penduduk=StatusPenduduk.MENINGGAL)
        dead = msgspec.structs.replace(alive, orang=orang)
        store = fleet[0].parts.forgetting_imports
        await store.save([alive], dry_run=False)
        await store.save([dead], dry_run=True)
        await asyncio.sleep(0.05)
        assert at_hand(fleet[1]) is not None
        await store.save([dead], dry_run=False)
        await soon(lambda: at_hand(fleet[1]) is None, 1.0)
        assert await told(asker, fleet[1]) == "segar"


class TestTruth:
    """What an answer says about its age."""

    async def answer(self, asker, gateway):
        answer = await asker.through(gateway.http).lookup(SATU.nik)
        meta = answer.json()["meta"]
        headers = {name: answer.headers[name] for name in ("age", "cache-status")}
        return meta["keadaan"], meta["dari_cache"], meta["umur"], headers

    async def test_fresh_kept_and_past_its_lifetime(self, gateway):
        asker = await gateway.asking(**KEPT)
        fresh = {"age": "0", "cache-status": "ppks-gateway; fwd=miss"}
        assert await self.answer(asker, gateway) == ("segar", False, 0, fresh)
        gateway.clock.advance(timedelta(seconds=100))
        kept = {"age": "100", "cache-status": "ppks-gateway; hit"}
        assert await self.answer(asker, gateway) == ("cache", True, 100, kept)
        gateway.clock.advance(timedelta(seconds=4900))
        gateway.break_registry(status=500)
        asker = await gateway.asker(asker.grant)
        stale = {"age": "5000", "cache-status": "ppks-gateway; hit; detail=stale"}
        assert await self.answer(asker, gateway) == ("basi", True, 5000, stale)
        assert (await gateway.audited())[-1]["sumber"] == "cache:dukcapil"

    async def test_an_answer_past_its_lifetime_is_not_told_beyond_the_grant(self, gateway):
        asker = await gateway.asking(boleh_cache=True, maks_umur=4000)
        await asker.lookup(SATU.nik)
        gateway.clock.advance(timedelta(seconds=4001))
        gateway.break_registry(status=500)
        refused = await (await gateway.asker(asker.grant)).lookup(SATU.nik)
        assert (refused.status_code, refused.json()["code"]) == (503, "upstream_unavailable")

    async def test_who_is_unknown_is_unknown_alike_fresh_kept_or_old(self, gateway):
        grant = (await gateway.asking(**KEPT)).grant
        seen = []
        for seconds in (0, 100, 400):
            gateway.clock.advance(timedelta(seconds=seconds))
            if seconds == 400:
                gateway.break_registry(status=500)
            answer = await (await gateway.asker(grant)).lookup(NIK_TAK_DIKENAL)
            headers = {**answer.headers} | dict.fromkeys(OF_THE_REQUEST, "")
            seen.append((answer.status_code, answer.json() | {"request_id": ""}, headers))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][0] == 404
