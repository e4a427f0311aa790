"""Exports under leases: one moment of the store, one worker at a time, nothing half."""

import asyncio
from asyncio import CancelledError
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.domain.ekspor import AlasanEkspor, FormatEkspor, StatusEkspor
from gateway.domain.errors import Unavailable
from gateway.domain.ports_tugas import LeaseLost
from gateway.domain.umpan import JenisPerubahan
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import STORE_AWAY
from tests.contract.copier import Copier
from tests.contract.shelf import nik, person, record
from tests.fixtures.oauth import client_of

LEASE = timedelta(seconds=60)


@pytest.fixture
async def copier(shelf, tmp_path):
    await shelf.save(*(record(number) for number in range(1, 8)))
    # What is asked for at once is counted one after the other: the client's row is the lock.
    await SqlClients(shelf.database, shelf.clock).save_client(client_of(), oleh="CONTOH A")
    return Copier(shelf, tmp_path / "ekspor")


@asynccontextmanager
async def entered(opened: Any, happens: Callable[[], Awaitable[Any]]) -> AsyncIterator[Any]:
    """The same block; something happens once it is entered."""
    async with opened as found:
        await happens()
        yield found


def broken(*_args: Any) -> Any:
    raise RuntimeError("CONTOH")


def cut_off(*_args: Any) -> Any:
    raise OperationalError("SELECT 1", {}, ConnectionError("CONTOH"))


async def test_an_export_shows_one_moment(shelf, copier):
    """What is written while it is made is in the next one."""
    plain = copier.source.moment
    copier.source.moment = lambda *args: entered(
        plain(*args), lambda: shelf.save(record(1, dihapus=True), record(99))
    )
    found = await copier.update()
    assert found.ekspor.jumlah == 7
    assert len(copier.copy) == 7
    copier.source.moment = plain
    await copier.update()
    assert len(copier.left) == 1
    assert copier.copy == await copier.shown_as_json()


async def test_files_are_bounded(copier):
    found = await copier.update()
    assert [one.baris for one in found.berkas] == [3, 3, 1]
    assert found.ekspor.tertulis == found.ekspor.jumlah == 7


async def test_one_worker_has_an_export_at_a_time(shelf, copier):
    await copier.ask()
    first = await copier.queue.claim("a", now=shelf.clock(), lease=LEASE)
    assert first is not None
    assert await copier.queue.claim("b", now=shelf.clock(), lease=LEASE) is None
    shelf.clock.advance(LEASE)
    second = await copier.queue.claim("b", now=shelf.clock(), lease=LEASE)
    assert second is not None
    assert (first.id, first.percobaan, second.percobaan) == (second.id, 1, 2)
    with pytest.raises(LeaseLost):
        await copier.queue.renew("a", first, until=shelf.clock() + LEASE, tertulis=1)


async def test_a_worker_that_died_leaves_nothing_that_can_be_read(shelf, copier, tmp_path):
    ekspor_id = await copier.ask()
    lost = await copier.queue.claim("a", now=shelf.clock(), lease=LEASE)
    assert lost is not None
    async with copier.files.writing(lost, ("id",)) as files:
        await files.put(JenisPerubahan.ADA, [], list)
        assert (await copier.found(ekspor_id)).berkas == ()
    assert (tmp_path / "ekspor" / lost.id / "1").is_dir()
    shelf.clock.advance(LEASE)
    worker = copier.worker()
    await worker.step()
    found = await copier.found(ekspor_id)
    assert (found.ekspor.status, found.ekspor.percobaan) == (StatusEkspor.SELESAI, 2)
    assert len(await copier.lines(found, JenisPerubahan.ADA)) == 7
    await worker.sweep()
    assert [one.name for one in (tmp_path / "ekspor" / lost.id).iterdir()] == ["2"]


async def test_an_export_that_is_removed_meanwhile_leaves_nothing(copier, tmp_path):
    ekspor_id = await copier.ask()
    plain = copier.files.writing
    copier.files.writing = lambda *args: entered(
        plain(*args), lambda: copier.store.remove(ekspor_id)
    )
    assert await copier.worker().step()
    assert not await copier.worker().step()
    await copier.worker().sweep()
    assert [*(tmp_path / "ekspor").rglob("*")] == []


@pytest.mark.parametrize("cut", [OperationalError("COMMIT", {}, OSError()), CancelledError()])
async def test_files_of_an_export_that_is_made_stay_though_nobody_hears_of_it(copier, cut):
    """A commit may be done though its answer is lost, or its worker ended."""
    plain = copier.queue.finish

    async def finished(*args: Any, **values: Any) -> None:
        await plain(*args, **values)
        raise cut

    copier.queue.finish = finished
    ekspor_id = await copier.ask()
    with suppress(CancelledError):
        await copier.worker(away=STORE_AWAY).step()
    await copier.worker().sweep()
    found = await copier.found(ekspor_id)
    assert found.ekspor.status is StatusEkspor.SELESAI
    assert len(await copier.lines(found, JenisPerubahan.ADA)) == 7


async def test_what_fails_in_the_gateway_is_tried_again_and_then_failed(shelf, copier):
    ekspor_id = await copier.ask()
    copier.files.writing = broken
    worker = copier.worker()
    for tries in range(1, 5):
        assert await worker.step()
        found = (await copier.found(ekspor_id)).ekspor
        assert (found.alasan, found.percobaan) == (AlasanEkspor.INTERNAL, tries)
        assert not await worker.step()
        shelf.clock.advance(timedelta(minutes=5))
    assert await worker.step()
    assert (await copier.found(ekspor_id)).ekspor.status is StatusEkspor.GAGAL
    assert not await worker.step()


async def test_a_store_that_goes_away_again_and_again_does_not_end_an_export(shelf, copier):
    """However often its worker is cut off: the export is made once the store stays."""
    ekspor_id = await copier.ask()
    whole, copier.files.writing = copier.files.writing, cut_off
    worker = copier.worker(away=(Unavailable, *STORE_AWAY))
    for tries in range(1, 10):
        assert await worker.step()
        found = (await copier.found(ekspor_id)).ekspor
        assert (found.alasan, found.percobaan) == (AlasanEkspor.TERHENTI, tries)
        shelf.clock.advance(timedelta(minutes=1))
    copier.files.writing = whole
    assert await worker.step()
    assert (await copier.found(ekspor_id)).ekspor.status is StatusEkspor.SELESAI


async def test_only_what_failed_in_the_gateway_is_counted_as_a_failure(shelf, copier):
    """One that was handed on and waited often is not given up when it fails for the first time."""
    ekspor_id = await copier.ask()
    for _ in range(3):  # workers that end with their instance
        assert await copier.queue.claim("a", now=shelf.clock(), lease=LEASE) is not None
        shelf.clock.advance(LEASE)
    whole, copier.files.writing = copier.files.writing, cut_off
    worker = copier.worker(away=(Unavailable, *STORE_AWAY))
    for _ in range(3):
        assert await worker.step()
        shelf.clock.advance(timedelta(minutes=1))
    copier.files.writing = broken
    assert await worker.step()
    found = (await copier.found(ekspor_id)).ekspor
    assert (found.status, found.percobaan, found.kegagalan) == (StatusEkspor.BERJALAN, 7, 1)
    shelf.clock.advance(timedelta(minutes=1))
    copier.files.writing = whole
    assert await worker.step()
    assert (await copier.found(ekspor_id)).ekspor.status is StatusEkspor.SELESAI


async def test_a_second_try_is_not_paid_again(shelf, copier):
    copier.history.amend(baris_per_hari=10)
    ekspor_id = await copier.ask()
    plain = copier.files.writing
    copier.files.writing = broken
    await copier.worker().step()
    copier.files.writing = plain
    shelf.clock.advance(timedelta(minutes=1))
    await copier.worker().step()
    assert (await copier.found(ekspor_id)).ekspor.status is StatusEkspor.SELESAI
    assert sum(copier.allowance.taken.values()) == 7


class Beats:
    """The renewals of a lease, each when it is told."""

    def __init__(self, queue: Any) -> None:
        self._renew, queue.renew = queue.renew, self.renew
        self._due, self._done = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def sleep(self, _seconds: float) -> None:
        await self._due.acquire()

    async def renew(self, *args: Any, **values: Any) -> None:
        try:
            await self._renew(*args, **values)
        finally:
            self._done.release()

    async def __call__(self) -> None:
        async with asyncio.timeout(5):
            self._due.release()
            await self._done.acquire()


async def test_nobody_takes_an_export_whose_records_are_still_counted(shelf, copier):
    """However long that takes: it would be begun anew for ever, and paid each time."""
    copier.history.amend(baris_per_hari=10)
    beat = Beats(copier.queue)

    async def long_counted() -> None:
        for _ in range(3):
            shelf.clock.advance(LEASE / 2)
            await beat()
        assert await copier.queue.claim("b", now=shelf.clock(), lease=LEASE) is None

    ekspor_id = await copier.ask()
    plain = copier.source.moment
    copier.source.moment = lambda *args: entered(plain(*args), long_counted)
    assert await copier.worker(sleep=beat.sleep).step()
    found = (await copier.found(ekspor_id)).ekspor
    assert (found.status, found.percobaan) == (StatusEkspor.SELESAI, 1)
    assert sum(copier.allowance.taken.values()) == 7


async def test_who_lost_an_export_while_it_was_counted_pays_nothing(shelf, copier):
    copier.history.amend(baris_per_hari=10)
    beat = Beats(copier.queue)

    async def lost() -> None:
        shelf.clock.advance(LEASE)
        assert await copier.queue.claim("b", now=shelf.clock(), lease=LEASE) is not None
        await beat()

    await copier.ask()
    plain = copier.source.moment
    copier.source.moment = lambda *args: entered(plain(*args), lost)
    assert await copier.worker(sleep=beat.sleep).step()
    assert sum(copier.allowance.taken.values()) == 0


async def test_those_who_ask_at_once_have_no_more_than_they_may(shelf, copier):
    copier.start._most = 2
    asked = (
        copier.ask(None, atribut=frozenset({name})) for name in ("kategori", "status", "sumber")
    )
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(isinstance(one, Exception) for one in done) == [False, False, True]


async def test_nobody_finds_a_word_of_it_on_the_disk(shelf, copier, tmp_path):
    copier.history.amend(atribut=frozenset({"nik", "nama_lengkap"}))
    found = await copier.update()
    told = await copier.lines(found, JenisPerubahan.ADA)
    assert nik(1) in {one["nik"] for one in told}
    lying = b"".join(one.read_bytes() for one in (tmp_path / "ekspor").rglob("*") if one.is_file())
    assert len(lying) > 0
    for word in (b"CONTOH", nik(1).encode(), b"nama_lengkap", b"\x1f\x8b\x08"):
        assert word not in lying
    assert nik(1).encode() not in await shelf.everything()


async def test_a_parquet_file_tells_what_the_lines_tell(copier, tmp_path):
    import io
    import json

    import pyarrow.parquet

    ekspor_id = await copier.ask(format=FormatEkspor.PARQUET)
    await copier.worker().step()
    found = await copier.found(ekspor_id)
    rows = []
    for one in found.berkas:
        pieces = copier.files.reading(found.ekspor, one, packed=False)
        raw = b"".join([piece async for piece in pieces])
        table = pyarrow.parquet.read_table(io.BytesIO(raw))
        assert table.num_rows == one.baris
        rows += table.to_pylist()
    shown = await copier.shown_as_json()
    assert {row["id"] for row in rows} == set(shown)
    for row in rows:
        like = shown[row["id"]]
        assert row["nama_lengkap"] == like["nama_lengkap"]
        assert json.loads(row["kategori"]) == like["kategori"]
        assert row["diubah_pada"].isoformat().startswith(like["diubah_pada"][:19])


@pytest.mark.parametrize(
    "words", ['"quoted" \\ back', "new\nline\ttab", "\u2028 \u00e9 \U0001f600", '","atribut":["']
)
async def test_an_export_tells_any_words_as_the_list_does(shelf, copier, words):
    """Also where the provenance holds what looks like its own JSON."""
    told = person(20, nama_lengkap=f"CONTOH {words}")
    await shelf.save(record(20, orang=told, id_sumber=f"S-{words}", versi=words))
    await copier.update()
    assert copier.copy == await copier.shown_as_json()
