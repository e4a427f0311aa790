"""The store of lookup jobs on both engines: leases, order, ends, and nothing personal in clear."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gateway.domain.nik_cache import CachedAnswer
from gateway.domain.outcome import Outcome
from gateway.domain.ports import SealBroken
from gateway.domain.ports_tugas import LeaseLost, TooManyOpen
from gateway.domain.systems import LookupAnswer
from gateway.domain.tugas import (
    Baris,
    BarisSalah,
    JawabanBaris,
    KodeBaris,
    PemilikTugas,
    StatusTugas,
    Tugas,
)
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.jobs.jobs import SqlJobs
from gateway.infra.db.jobs.queue import SqlJobQueue
from gateway.infra.db.jobs.standing import job_standings
from gateway.infra.db.tables import TUGAS_POTONG
from gateway.kit.ids import new_id
from tests.contract.shelf import KEYRING, START, nik, person
from tests.fixtures.oauth import client_of

OWNER = PemilikTugas(client_id="dinkes", grant_id="G-1")
LEASE = timedelta(seconds=60)
LATER = START + LEASE + timedelta(seconds=1)


@pytest.fixture
def jobs(shelf):
    return SqlJobs(shelf.database, KEYRING, keep_hours=24)


@pytest.fixture
def queue(shelf):
    return SqlJobQueue(shelf.database, KEYRING, keep_hours=24, longest=timedelta(days=30))


def rows(first: int, last: int) -> list[Baris]:
    return [Baris(baris=number, nik=nik(number)) for number in range(first, last + 1)]


def answer(row: Baris) -> JawabanBaris:
    found = LookupAnswer(outcome=Outcome.FOUND, penduduk=person(row.baris))
    cached = CachedAnswer(answer=found, sistem="dukcapil", pada=START)
    return JawabanBaris(baris=row.baris, nik=row.nik, jawaban=cached)


async def queued(jobs, *blocks, salah=(), owner=OWNER, key=None, at=START, most=99) -> str:
    tugas = Tugas(
        id=new_id(), pemilik=owner, status=StatusTugas.MENERIMA, sempit=None, dibuat_pada=at
    )
    await jobs.begin(tugas)
    await jobs.add_rows(tugas.id, blocks, salah)
    assert await jobs.hand_in(tugas.id, key or tugas.id, "sidik", now=at, most=most)
    return tugas.id


async def done(jobs, job_id):
    return [one.baris for one in await jobs.results(job_id, 0, 10_000, 10_000)]


async def test_a_block_is_lent_to_one_worker_until_its_lease_ends(jobs, queue):
    await queued(jobs, rows(1, 3))
    block = await queue.claim("a", now=START, lease=LEASE)
    assert [row.nik for row in block.baris] == [nik(1), nik(2), nik(3)]
    assert await queue.claim("b", now=START, lease=LEASE) is None
    await queue.store("a", block, [answer(block.baris[0])])
    again = await queue.claim("b", now=LATER, lease=LEASE)
    assert [row.baris for row in again.baris] == [2, 3]
    for late in (
        queue.store("a", block, [answer(block.baris[1])]),
        queue.renew("a", block, until=LATER + LEASE),
        queue.finish("a", block, now=LATER),
        queue.give_back("a", block, until=LATER, alasan="x", tried=False),
    ):
        with pytest.raises(LeaseLost):
            await late


async def test_a_renewed_lease_holds(jobs, queue):
    await queued(jobs, rows(1, 3))
    block = await queue.claim("a", now=START, lease=LEASE)
    await queue.renew("a", block, until=LATER + LEASE)
    assert await queue.claim("b", now=LATER, lease=LEASE) is None


async def test_workers_who_ask_at_once_get_different_blocks(jobs, queue):
    await queued(jobs, *(rows(10 * i + 1, 10 * i + 10) for i in range(6)))
    claims = (queue.claim(f"w{i}", now=START, lease=LEASE) for i in range(6))
    found = await asyncio.gather(*claims)
    assert sorted(block.nomor for block in found if block) == [1, 2, 3, 4, 5, 6]


async def test_a_block_that_no_key_opens_holds_up_no_other_job(shelf, jobs, queue):
    broken = await queued(jobs, rows(1, 3))
    await queued(jobs, rows(4, 6), at=LATER)
    async with shelf.database.writing() as connection:
        await connection.execute(
            sa.update(TUGAS_POTONG).where(TUGAS_POTONG.c.tugas_id == broken).values(masukan=b"k1 x")
        )
    with pytest.raises(SealBroken):
        await queue.claim("a", now=LATER, lease=LEASE)
    block = await queue.claim("a", now=LATER, lease=LEASE)
    assert [row.baris for row in block.baris] == [4, 5, 6]


async def test_a_job_ends_with_its_last_block_and_its_numbers_are_erased(shelf, jobs, queue):
    job_id = await queued(jobs, rows(1, 2), rows(3, 3))
    first = await queue.claim("a", now=START, lease=LEASE)
    second = await queue.claim("b", now=START, lease=LEASE)
    for who, block in (("a", first), ("b", second)):
        await queue.store(who, block, [answer(row) for row in block.baris])
        assert (await jobs.one(OWNER, job_id)).terbuka
    await asyncio.gather(queue.finish("a", first, now=START), queue.finish("b", second, now=START))
    tugas = await jobs.one(OWNER, job_id)
    assert (tugas.status, tugas.terjawab, tugas.sisa) == (StatusTugas.SELESAI, 3, 0)
    assert tugas.hapus_pada == START + timedelta(hours=24)
    assert [row["masukan"] for row in await shelf.rows("tugas_potong")] == [None, None]


async def test_results_are_numbered_without_a_gap_whoever_stores_them(jobs, queue):
    wrong = [BarisSalah(baris=100 + i, kode=KodeBaris.NOT_JSON) for i in range(2)]
    job_id = await queued(jobs, *(rows(10 * i + 1, 10 * i + 10) for i in range(4)), salah=wrong)
    blocks = [await queue.claim(f"w{i}", now=START, lease=LEASE) for i in range(4)]

    async def store(i) -> None:
        for row in blocks[i].baris:
            await queue.store(f"w{i}", blocks[i], [answer(row)])

    await asyncio.gather(*map(store, range(4)))
    found = await jobs.results(job_id, 0, 1000, 1000)
    assert [one.urut for one in found] == list(range(1, 43))
    assert [one.salah for one in found[:2]] == [KodeBaris.NOT_JSON] * 2
    assert found[5].jawaban.jawaban.answer.penduduk.nama_lengkap.startswith("CONTOH")
    assert [one.urut for one in await jobs.results(job_id, 40, 41, 1000)] == [41]


async def test_a_row_has_one_result(jobs, queue):
    job_id = await queued(jobs, rows(1, 2))
    block = await queue.claim("a", now=START, lease=LEASE)
    await queue.store("a", block, [answer(block.baris[0])])
    with pytest.raises(IntegrityError):
        await queue.store("a", block, [answer(block.baris[0])])
    assert await done(jobs, job_id) == [1]


async def test_a_job_that_waits_is_lent_when_its_time_comes(jobs, queue):
    job_id = await queued(jobs, rows(1, 2), rows(3, 4))
    block = await queue.claim("a", now=START, lease=LEASE)
    await queue.give_back("a", block, until=LATER, alasan="upstream_busy", tried=True)
    assert await queue.claim("b", now=START, lease=LEASE) is None
    tugas = await jobs.one(OWNER, job_id)
    assert (tugas.menunggu(START), tugas.alasan) == (True, "upstream_busy")
    again = await queue.claim("b", now=LATER, lease=LEASE)
    assert (again.nomor, again.percobaan) == (1, 1)
    assert (await jobs.one(OWNER, job_id)).alasan is None


async def test_a_cancelled_job_takes_nothing_more(shelf, jobs, queue):
    job_id = await queued(jobs, rows(1, 2))
    block = await queue.claim("a", now=START, lease=LEASE)
    tugas = await jobs.cancel(OWNER, job_id, now=START)
    assert tugas.status is StatusTugas.DIBATALKAN
    with pytest.raises(LeaseLost):
        await queue.store("a", block, [answer(block.baris[0])])
    assert await shelf.rows("tugas_potong") == []
    assert await jobs.cancel(PemilikTugas(client_id="x", grant_id="G-1"), job_id, now=START) is None


async def test_workers_and_cancellers_do_not_wait_for_each_other(jobs, queue):
    ids = [await queued(jobs, rows(1, 5), rows(6, 10)) for _ in range(4)]

    async def work(name) -> None:
        for _ in range(6):
            block = await queue.claim(name, now=START, lease=LEASE)
            if block is None:
                return
            try:
                await queue.store(name, block, [answer(row) for row in block.baris])
                await queue.finish(name, block, now=START)
            except LeaseLost:
                continue

    async with asyncio.timeout(20):
        await asyncio.gather(
            *(work(f"w{i}") for i in range(3)),
            *(jobs.cancel(OWNER, job_id, now=START) for job_id in ids[:2]),
        )
    for job_id in ids:
        tugas = await jobs.one(OWNER, job_id)
        assert not tugas.terbuka
        assert len(await done(jobs, job_id)) == tugas.terjawab


async def test_the_same_key_is_one_job(jobs):
    await queued(jobs, rows(1, 1), key="k")
    other = Tugas(
        id=new_id(), pemilik=OWNER, status=StatusTugas.MENERIMA, sempit=None, dibuat_pada=START
    )
    await jobs.begin(other)
    assert await jobs.one(OWNER, other.id) is None
    assert not await jobs.hand_in(other.id, "k", "lain", now=START, most=99)
    assert (await jobs.by_key(OWNER, "k"))[1] == "sidik"


async def test_of_many_at_once_no_more_are_open_than_an_owner_may_have(shelf, jobs):
    # Whoever has a job is registered: the client's row is the lock.
    await SqlClients(shelf.database, shelf.clock).save_client(client_of(), oleh="CONTOH A")
    tries = [queued(jobs, rows(1, 1), most=2) for _ in range(5)]
    came = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, TooManyOpen) for one in came) == 3
    assert await jobs.count_open(OWNER) == 2
    # What has nothing to ask for is not open, and another owner has jobs of its own.
    await queued(jobs, most=2)
    another = PemilikTugas(client_id="dinkes", grant_id="G-2")
    await queued(jobs, rows(1, 1), owner=another, most=2)


async def test_no_number_and_no_name_lies_in_clear(shelf, jobs, queue):
    await queued(jobs, rows(1, 3), rows(4, 5))
    block = await queue.claim("a", now=START, lease=LEASE)
    await queue.store("a", block, [answer(row) for row in block.baris])
    kept = await shelf.everything()
    for number in range(1, 6):
        assert nik(number).encode() not in kept
    assert b"CONTOH WARGA" not in kept


async def test_what_never_arrived_whole_is_destroyed(shelf, jobs, queue):
    tugas = Tugas(
        id=new_id(), pemilik=OWNER, status=StatusTugas.MENERIMA, sempit=None, dibuat_pada=START
    )
    await jobs.begin(tugas)
    await jobs.add_rows(tugas.id, [rows(1, 2)], [])
    assert await queue.claim("a", now=START, lease=LEASE) is None
    assert await queue.sweep(now=START) == 0
    assert await queue.sweep(now=START + timedelta(hours=2)) == 1
    assert await shelf.rows("tugas_potong") == []


async def test_how_jobs_stand_is_told_by_state(shelf, jobs, queue):
    await queued(jobs, rows(1, 3), salah=[BarisSalah(baris=9, kode=KodeBaris.NOT_JSON)])
    await queued(jobs, rows(1, 2), at=START - LEASE)
    block = await queue.claim("a", now=START, lease=LEASE)
    await queue.store("a", block, [answer(block.baris[0])])
    told = {each.status: each for each in await job_standings(shelf.database)}
    begun, waiting = told[StatusTugas.BERJALAN], told[StatusTugas.ANTRE]
    assert (begun.tugas, begun.terjawab, begun.sisa, begun.giliran) == (1, 1, 1, START)
    assert (waiting.tugas, waiting.terjawab, waiting.sisa, waiting.salah) == (1, 0, 3, 1)
    assert len(told) == 2
