"""Registry answers are kept sealed under names that tell nothing, in process and on Redis."""

import asyncio
from datetime import UTC, datetime

import pytest
from redis.exceptions import RedisError

from gateway.domain.outcome import Outcome
from gateway.domain.person import JenisKelamin, NilaiAsli, Penduduk, Peringatan
from gateway.domain.ports import CachedAnswer
from gateway.domain.systems import LookupAnswer
from gateway.infra.cache import SealedNikCache
from gateway.infra.crypto import Keyring
from gateway.infra.memory import MemoryStore
from gateway.infra.redis import RedisStore, open_redis

NIK, OTHER = "9901014101900001", "9901014101900002"
KEYRING = Keyring({"k1": b"k" * 32}, b"i" * 32)
KEPT = CachedAnswer(
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
    pada=datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
)


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Shelf:
    """A value store, all that a thief finds in it, and a hand that changes it."""

    def __init__(self, redis_url: str | None) -> None:
        self.client = None if redis_url is None else open_redis(redis_url)
        self.ticks = Ticks()
        self._memory = MemoryStore(clock=self.ticks)
        self.store = self._memory if self.client is None else RedisStore(self.client)

    async def contents(self) -> dict[bytes, bytes]:
        if self.client is None:
            return {key.encode(): value for key, (_, value) in self._memory._values.items()}
        return {key: await self.client.get(key) for key in await self.client.keys()}

    async def overwrite(self, key: bytes, value: bytes) -> None:
        if self.client is None:
            self._memory._values[key.decode()] = (1e9, value)
        else:
            await self.client.set(key, value)

    async def wait(self, seconds: float) -> None:
        self.ticks.now += seconds
        if self.client is not None:
            await asyncio.sleep(seconds)


@pytest.fixture(params=["memory", "redis"])
async def shelf(request):
    redis = request.param == "redis"
    opened = Shelf(request.getfixturevalue("redis_url") if redis else None)
    yield opened
    if opened.client is not None:
        await opened.client.aclose()


@pytest.fixture
def cache(shelf):
    return SealedNikCache(shelf.store, KEYRING)


async def test_what_was_kept_comes_back_as_it_was(cache):
    assert await cache.get(NIK) is None
    await cache.put(NIK, KEPT, 60)
    assert await cache.get(NIK) == KEPT
    assert await cache.get(OTHER) is None
    newer = CachedAnswer(
        answer=LookupAnswer(outcome=Outcome.NOT_FOUND), sistem="dukcapil", pada=KEPT.pada
    )
    await cache.put(NIK, newer, 60)
    assert await cache.get(NIK) == newer


async def test_a_thief_finds_neither_the_person_nor_who_it_is_about(shelf, cache):
    await cache.put(NIK, KEPT, 60)
    await cache.put(OTHER, KEPT, 60)
    contents = await shelf.contents()
    assert len(contents) == 2
    found = b"".join([*contents, *contents.values()])
    for clear in (NIK, OTHER, "CONTOH", "dukcapil", NIK[:6]):
        assert clear.encode() not in found
    # The names cannot be made from a NIK without the key.
    stranger = SealedNikCache(shelf.store, Keyring({"k1": b"k" * 32}, b"j" * 32))
    assert await stranger.get(NIK) is None


async def test_an_answer_is_kept_no_longer_than_told(shelf, cache):
    await cache.put(NIK, KEPT, 0.15)
    await cache.put(OTHER, KEPT, 60)
    assert await cache.get(NIK) == KEPT
    await shelf.wait(0.2)
    assert await cache.get(NIK) is None
    assert await cache.get(OTHER) == KEPT


async def test_one_person_is_forgotten(shelf, cache):
    await cache.put(NIK, KEPT, 60)
    await cache.put(OTHER, KEPT, 60)
    for _ in range(2):
        await cache.purge(NIK)
    assert await cache.get(NIK) is None
    assert await cache.get(OTHER) == KEPT
    assert len(await shelf.contents()) == 1


@pytest.mark.parametrize("spoil", [lambda v: v[:-1], lambda v: v[:-1] + bytes([v[-1] ^ 1]), lambda _: b"", lambda _: b"\x01"])  # fmt: skip
async def test_a_value_that_was_changed_counts_as_missing(shelf, cache, spoil):
    await cache.put(NIK, KEPT, 60)
    [(key, value)] = (await shelf.contents()).items()
    await shelf.overwrite(key, spoil(value))
    assert await cache.get(NIK) is None
    await cache.put(NIK, KEPT, 60)
    assert await cache.get(NIK) == KEPT


async def test_a_value_that_was_moved_to_another_person_counts_as_missing(shelf, cache):
    await cache.put(NIK, KEPT, 60)
    [(_, value)] = (await shelf.contents()).items()
    await cache.put(OTHER, KEPT, 60)
    for key in await shelf.contents():
        await shelf.overwrite(key, value)
    assert await cache.get(NIK) == KEPT
    assert await cache.get(OTHER) is None


async def test_after_a_rotation_of_keys_old_answers_open_and_without_the_key_they_are_missing(
    shelf,
):
    await SealedNikCache(shelf.store, KEYRING).put(NIK, KEPT, 60)
    rotated = Keyring({"k2": b"n" * 32, "k1": b"k" * 32}, b"i" * 32)
    assert await SealedNikCache(shelf.store, rotated).get(NIK) == KEPT
    dropped = Keyring({"k2": b"n" * 32}, b"i" * 32)
    assert await SealedNikCache(shelf.store, dropped).get(NIK) is None


async def test_a_value_of_another_shape_counts_as_missing(shelf, cache):
    await cache.put(NIK, KEPT, 60)
    [(key, _)] = (await shelf.contents()).items()
    name = key.removeprefix(b"ppks:cache:")
    await shelf.overwrite(key, KEYRING.seal(b"\x93\x01\x02\x03", name))
    assert await cache.get(NIK) is None


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///tmp/ppks-no-such-socket"])
async def test_without_redis_nothing_is_found_and_nothing_is_thought_forgotten(url):
    client = open_redis(url)
    cache = SealedNikCache(RedisStore(client), KEYRING)
    await cache.put(NIK, KEPT, 60)
    assert await cache.get(NIK) is None
    with pytest.raises(RedisError):
        await cache.purge(NIK)
    await client.aclose()


async def test_the_memory_keeps_a_bounded_number_and_drops_what_was_unused_longest():
    store = MemoryStore(most=3)
    for key in "abc":
        await store.put(key, key.encode(), 60)
    await store.get("a")
    await store.put("d", b"d", 60)
    assert [await store.get(key) for key in "abcd"] == [b"a", None, b"c", b"d"]
