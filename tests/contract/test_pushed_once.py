"""A batch is stored once under its key, however often, wherever and when it is brought again."""

import asyncio
from datetime import timedelta
from hashlib import blake2b

import msgspec
import pytest

from gateway.api.v1.batch_body import NdjsonRecords
from gateway.application.caller.caller import Caller
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.push_records import PushRecords
from gateway.domain.errors import Conflict, Unavailable
from gateway.domain.grant import JenisGrant, Scope
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.records.person_tables import KIRIMAN_BATCH
from gateway.infra.db.records.record_stores import RecordStores
from tests.contract.shelf import ALL_ATTRIBUTES, KEYRING, nik
from tests.fakes import FakeAudit
from tests.fixtures.oauth import grant_of

BLOCK = 1000
SHORT, LONG = 2, BLOCK + 2
REUSED = "idempotency_key_reused"


class Crash(Exception):
    """The process is no more."""


class Dying:
    """A store of a process that ends after it has stored so many blocks."""

    def __init__(self, store, blocks) -> None:
        self.answered = store.answered
        self._store, self._left = store, blocks

    async def save(self, *block):
        done = await self._store.save(*block)
        self._left -= 1
        if not self._left:
            raise Crash
        return done


class Halting:
    """A store of a process that stands still while its second block comes."""

    def __init__(self, store, meanwhile) -> None:
        self.answered = store.answered
        self._store, self._meanwhile = store, meanwhile

    async def save(self, batch, nomor, dibaca):
        if nomor:
            await self._meanwhile()
        return await self._store.save(batch, nomor, dibaca)


class AwayCache:
    """A cache that cannot be reached."""

    async def purge(self, _nik):
        raise Unavailable("cache", code="cache_unavailable")


class Instance:
    """One process, with connections and an audit log of its own."""

    def __init__(self, store, clock) -> None:
        self.store = store
        self.clock = clock
        self.audit = FakeAudit()

    async def push(self, body, key="kunci-0001", *, store=None, cache=None, wilayah="*"):
        """What became of the records, or the code of the refusal."""
        store = store or self.store
        forget = ForgetPerson(cache)
        push = PushRecords(store, self.audit, blake2b, forget, self.clock, most=10_000)
        reader = NdjsonRecords(self.clock)
        try:
            answer = await push(caller(wilayah), key, reader, pieces(body))
        except Conflict as refusal:
            return refusal.code
        return [one.hasil.value for one in answer.hasil]

    @property
    def written(self):
        """Records that were written, as the audit log has it."""
        return sum(entry.jumlah or 0 for entry in self.audit.entries)


def caller(wilayah):
    grant = grant_of(
        "dinkes",
        "G-1",
        jenis=JenisGrant.TULIS,
        scopes=frozenset({Scope.PPKS_WRITE}),
        atribut=ALL_ATTRIBUTES - {"sumber"} | {"status_penduduk"},
        wilayah=frozenset({wilayah}),
    )
    grant = msgspec.structs.replace(grant, berlaku_sampai=grant.berlaku_sampai.replace(year=2036))
    return Caller(client_id="dinkes", grant=grant, scopes=grant.scopes, request_id="r-1")


def body(count=SHORT, urutan=1, **more):
    told = {"urutan": urutan, "kode_wilayah": "64.02.06", **more}
    rows = ({"id_sumber": f"R-{n}", "nama_lengkap": f"CONTOH {n}", **told} for n in range(count))
    return b"\n".join(map(msgspec.json.encode, rows))


async def pieces(text):
    yield text


async def versions(shelf):
    return {row["urutan"] for row in await shelf.rows("ppks")}


@pytest.fixture
def one(shelf):
    return Instance(shelf.records.pushes, shelf.clock)


@pytest.fixture
async def two(shelf):
    """Another instance over the same store."""
    database = Database(open_engine(shelf.url))
    yield Instance(RecordStores(database, KEYRING, shelf.clock).pushes, shelf.clock)
    await database.close()


@pytest.mark.parametrize("count", [SHORT, LONG])
async def test_of_two_bodies_at_one_moment_one_is_stored(shelf, one, two, count):
    bodies = [body(count, urutan) for urutan in (1, 2)]
    told = await asyncio.gather(one.push(bodies[0]), two.push(bodies[1]))
    first = told.index(["baru"] * count)
    assert told[1 - first] == REUSED
    assert await versions(shelf) == {1 + first}


@pytest.mark.parametrize("count", [SHORT, LONG])
async def test_one_body_twice_at_one_moment_is_stored_once_and_told_alike(one, two, count):
    for round_ in range(3):
        sent = body(count, urutan=round_)
        told = await asyncio.gather(
            *(at.push(sent, f"kunci-{round_:04}") for at in (one, two, one))
        )
        assert told == [["berubah" if round_ else "baru"] * count] * 3
        assert one.written + two.written == count * (round_ + 1)


async def test_many_bodies_at_one_moment(shelf, one, two):
    told = await asyncio.gather(
        *(at.push(body(urutan=urutan)) for urutan in range(4) for at in (one, two))
    )
    assert (told.count(["baru"] * SHORT), told.count(REUSED)) == (2, 6)
    assert len(await versions(shelf)) == 1


@pytest.mark.parametrize("blocks", [1, 2])
async def test_what_a_crash_left_is_told_as_if_it_had_not_been(shelf, one, two, blocks):
    with pytest.raises(Crash):
        await one.push(body(LONG), store=Dying(one.store, blocks))
    stored = len(await shelf.rows("ppks"))
    assert stored == min(LONG, BLOCK * blocks)
    # The key is that body's though it was never answered, and who has it is not locked out.
    assert await two.push(body(LONG, urutan=2)) == REUSED
    assert await two.push(body(LONG)) == ["baru"] * LONG
    assert two.written == LONG - stored


async def test_a_key_is_free_again_after_a_day(shelf, one, two):
    with pytest.raises(Crash):
        await one.push(body(LONG), store=Dying(one.store, 1))
    await one.push(body(), "kunci-0002")
    shelf.clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert await two.push(body(urutan=2)) == REUSED
    shelf.clock.advance(timedelta(seconds=1))
    assert await two.push(body(urutan=2)) == ["berubah"] * SHORT
    assert await two.push(body(), "kunci-0002") == ["usang"] * SHORT
    assert len(await shelf.rows(KIRIMAN_BATCH.name)) == 2


async def test_who_stood_still_for_a_day_is_told_of_the_body_that_came_since(shelf, one, two):
    async def other_body() -> None:
        shelf.clock.advance(timedelta(days=1))
        await two.push(body(urutan=2))

    assert await one.push(body(LONG), store=Halting(one.store, other_body)) == REUSED
    assert await two.push(body(urutan=2)) == ["berubah"] * SHORT


async def test_who_stood_still_for_a_day_stores_the_rest(shelf, one):
    async def nobody() -> None:
        shelf.clock.advance(timedelta(days=1))

    assert await one.push(body(LONG), store=Halting(one.store, nobody)) == ["baru"] * LONG
    assert await one.push(body(LONG)) == ["tetap"] * LONG


async def test_the_first_answer_stays_though_the_grant_changes(one):
    assert await one.push(body()) == ["baru"] * SHORT
    assert await one.push(body(), wilayah="65") == ["baru"] * SHORT
    assert await one.push(body(urutan=2), "kunci-0002", wilayah="65") == ["ditolak"] * SHORT
    assert await one.push(body(urutan=2), "kunci-0002") == ["ditolak"] * SHORT


async def test_a_batch_of_which_nothing_is_stored_has_its_key(one):
    for key, empty in (("kunci-0001", b""), ("kunci-0002", body(nik="1"))):
        told = ["ditolak"] * len(empty.splitlines())
        assert await one.push(empty, key) == told
        assert await one.push(body(), key) == REUSED
        assert await one.push(empty, key) == told
    assert one.written == 0


async def test_what_cannot_be_forgotten_elsewhere_is_not_stored(shelf, one):
    dead = body(1, nik=nik(1), status_penduduk="MENINGGAL")
    with pytest.raises(Unavailable):
        await one.push(dead, cache=AwayCache())
    assert await shelf.rows("ppks") == []
    assert await one.push(dead) == ["baru"]


async def test_what_is_kept_of_an_answer_lies_sealed(shelf, one):
    await one.push(body(nik="1"))
    [row] = await shelf.rows(KIRIMAN_BATCH.name)
    assert b"R-1" not in row["jawaban"]
    assert b"ditolak" not in row["jawaban"]
