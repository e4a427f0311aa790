"""The cache's contract, on one process's own level and on Redis; what lies there tells nothing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import Unavailable
from gateway.domain.nik_cache import CachedAnswer, Masa
from gateway.domain.outcome import Outcome
from gateway.domain.person import JenisKelamin, NilaiAsli, Penduduk, Peringatan
from gateway.domain.systems import LookupAnswer
from gateway.infra.crypto import Keyring
from gateway.infra.nik_cache.opening import open_nik_cache
from gateway.infra.redis.client import open_redis
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import KEYRING, NIK, OTHER

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ANSWER = CachedAnswer(
    answer=LookupAnswer(
        outcome=Outcome.FOUND,
        penduduk=Penduduk(
            nik=NIK, nama_lengkap="CONTOH SITI", jenis_kelamin=JenisKelamin.P, agama=None
        ),
        asli={"agama": NilaiAsli(teks="-", daftar="contoh@1")},
        peringatan=(Peringatan(kode="NIK_WILAYAH_LAMA"),),
        kuota_sisa=7,
    ),
    sistem="dukcapil",
    pada=START,
)
NEWER = CachedAnswer(answer=LookupAnswer(outcome=Outcome.NOT_FOUND), sistem="dukcapil", pada=START)


class Shelf:
    """Instances of the cache over one place, and all that a thief finds there."""

    def __init__(self, redis_url: str | None) -> None:
        self.redis_url = redis_url
        self.clock = ManualClock(START)
        self.client = None if redis_url is None else open_redis(redis_url)
        self.opened = []

    def cache(self, keyring: Keyring = KEYRING):
        cache = open_nik_cache(
            keyring,
            self.client,
            self.clock,
            lambda _event: None,
            most_entries=100,
            most_bytes=1 << 20,
        )
        self.opened.append(cache)
        return cache

    def masa(self, seconds: float = 60, after: float = 0) -> Masa:
        fresh = self.clock() + timedelta(seconds=seconds)
        return Masa(segar_sampai=fresh, simpan_sampai=fresh + timedelta(seconds=after))

    async def keep(self, cache, nik=NIK, answer=ANSWER, seconds: float = 60) -> bool:
        async with cache.claim(nik) as claim:
            assert claim.held
            return await claim.keep(answer, self.masa(seconds))

    async def contents(self) -> dict[bytes, bytes]:
        return {key: await self.client.get(key) for key in await self.client.keys()}

    async def close(self) -> None:
        for cache in self.opened:
            await cache.close()
        if self.client is not None:
            await self.client.aclose()


@pytest.fixture(params=["one process", "redis"])
async def shelf(request):
    is_redis = request.param == "redis"
    opened = Shelf(request.getfixturevalue("redis_url") if is_redis else None)
    yield opened
    await opened.close()


@pytest.fixture
async def redis_shelf(redis_url):
    opened = Shelf(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
def cache(shelf):
    return shelf.cache()


async def answer_of(cache, nik=NIK):
    kept = await cache.get(nik)
    return None if kept is None else kept.jawaban


class TestContract:
    """What holds wherever answers are kept."""

    async def test_what_was_kept_comes_back_as_it_was(self, shelf, cache):
        assert await cache.get(NIK) is None
        assert await shelf.keep(cache)
        kept = await cache.get(NIK)
        assert (kept.jawaban, kept.masa) == (ANSWER, shelf.masa())
        assert await cache.get(OTHER) is None
        assert [await cache.certain(nik) for nik in (NIK, OTHER)] == [kept, None]
        assert await shelf.keep(cache, answer=NEWER)
        assert await answer_of(cache) == NEWER

    async def test_an_answer_is_kept_no_longer_than_told(self, shelf, cache):
        await shelf.keep(cache, seconds=0.2)
        await shelf.keep(cache, OTHER)
        assert await answer_of(cache) == ANSWER
        shelf.clock.advance(timedelta(seconds=0.2))
        await asyncio.sleep(0 if shelf.redis_url is None else 0.25)
        assert await cache.get(NIK) is None
        assert await answer_of(cache, OTHER) == ANSWER

    async def test_one_person_is_forgotten(self, shelf, cache):
        await shelf.keep(cache)
        await shelf.keep(cache, OTHER)
        for _ in range(2):
            await cache.purge(NIK)
            assert cache.near(NIK) is None
            assert await cache.get(NIK) is None
        assert await answer_of(cache, OTHER) == ANSWER

    async def test_what_was_being_fetched_when_a_person_was_forgotten_is_not_kept(
        self, shelf, cache
    ):
        async with cache.claim(NIK) as claim:
            await cache.purge(NIK)
            assert await claim.keep(ANSWER, shelf.masa()) is False
        assert await cache.get(NIK) is None
        assert await shelf.keep(cache) is True
        assert await answer_of(cache) == ANSWER

    async def test_a_claim_that_ends_without_an_answer_leaves_nothing(self, shelf, cache):
        async with cache.claim(NIK) as claim:
            assert claim.found is None
        assert await cache.get(NIK) is None
        assert await shelf.keep(cache)


class TestOnRedis:
    """What a thief finds, and what becomes of values that are not as they were."""

    async def test_neither_the_person_nor_who_it_is_about(self, redis_shelf):
        cache = redis_shelf.cache()
        await redis_shelf.keep(cache)
        await redis_shelf.keep(cache, OTHER)
        contents = await redis_shelf.contents()
        assert len(contents) == 2
        lying = b"".join([*contents, *contents.values()])
        for clear in (NIK, OTHER, "CONTOH", "dukcapil", NIK[:6]):
            assert clear.encode() not in lying
        # The names cannot be made from a NIK without the key.
        stranger = redis_shelf.cache(Keyring({"k1": b"k" * 32}, b"j" * 32))
        assert await stranger.get(NIK) is None

    @pytest.mark.parametrize("spoil", [lambda v: v[:-1], lambda v: v[:-1] + bytes([v[-1] ^ 1]), lambda _: b"", lambda _: b"\x01"])  # fmt: skip
    async def test_a_value_that_was_changed_counts_as_missing(self, redis_shelf, spoil):
        await redis_shelf.keep(redis_shelf.cache())
        [(key, value)] = (await redis_shelf.contents()).items()
        await redis_shelf.client.set(key, spoil(value))
        cache = redis_shelf.cache()
        assert await cache.get(NIK) is None
        await redis_shelf.keep(cache)
        assert await answer_of(redis_shelf.cache()) == ANSWER

    async def test_a_value_that_was_moved_to_another_person_counts_as_missing(self, redis_shelf):
        cache = redis_shelf.cache()
        await redis_shelf.keep(cache)
        [(_, value)] = (await redis_shelf.contents()).items()
        await redis_shelf.keep(cache, OTHER)
        for key in await redis_shelf.contents():
            await redis_shelf.client.set(key, value)
        fresh = redis_shelf.cache()
        assert await answer_of(fresh) == ANSWER
        assert await fresh.get(OTHER) is None

    async def test_old_answers_open_after_a_rotation_and_not_without_the_key(self, redis_shelf):
        await redis_shelf.keep(redis_shelf.cache())
        rotated = Keyring({"k2": b"n" * 32, "k1": b"k" * 32}, b"i" * 32)
        assert await answer_of(redis_shelf.cache(rotated)) == ANSWER
        dropped = Keyring({"k2": b"n" * 32}, b"i" * 32)
        assert await redis_shelf.cache(dropped).get(NIK) is None

    async def test_a_value_of_another_shape_counts_as_missing(self, redis_shelf):
        await redis_shelf.keep(redis_shelf.cache())
        [key] = await redis_shelf.contents()
        name = KEYRING.cache_name(NIK).encode()
        await redis_shelf.client.set(key, KEYRING.seal(b"\x93\x01\x02\x03", name))
        assert await redis_shelf.cache().get(NIK) is None

    async def test_a_kept_answer_ends_on_redis_too(self, redis_shelf):
        await redis_shelf.keep(redis_shelf.cache(), seconds=60)
        [key] = await redis_shelf.contents()
        assert 59_000 < await redis_shelf.client.pttl(key) <= 60_000


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///tmp/ppks-no-such-socket"])
async def test_without_redis_nothing_is_found_and_nothing_is_thought_forgotten(url):
    shelf = Shelf(url)
    cache = shelf.cache()
    await shelf.keep(cache)
    assert cache.near(NIK) is None
    assert await cache.get(NIK) is None
    for ask in (cache.purge, cache.purge, cache.certain):
        with pytest.raises(Unavailable) as caught:
            await ask(NIK)
        assert caught.value.code == "cache_unavailable"
    await shelf.close()
