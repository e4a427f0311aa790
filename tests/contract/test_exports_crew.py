"""A large export is written by several processes, and is what one process would have written."""

import asyncio
import os
import select
import signal
from base64 import b64encode
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvloop

from gateway.domain.ekspor import AlasanEkspor, Ekspor, FormatEkspor, StatusEkspor
from gateway.domain.tugas import PemilikTugas
from gateway.domain.umpan import JenisPerubahan
from gateway.infra.db.driver_rows import driver_rows
from gateway.infra.db.engine import STORE_AWAY
from gateway.infra.db.exports.shared_moment import join_moment, share_moment
from gateway.infra.db.exports.source import SqlExportSource, SqlMoment
from gateway.infra.db.reading.feed import feed_state
from gateway.infra.exports.crew import CrewLost, crew
from gateway.infra.exports.crew_source import CrewSource
from gateway.infra.exports.crew_words import Tools
from gateway.infra.exports.shelf import ExportFiles
from tests.contract.copier import Copier
from tests.contract.shelf import EVERYTHING, KEYRING, START, Shelf, record

DATA_KEY = b64encode(b"k" * 32).decode()
RECORDS = 20


def with_crew(shelf, folder: Path, *, most_bytes: int = 1 << 30) -> Copier:
    copier = Copier(shelf, folder)
    copier.files = ExportFiles(folder, KEYRING, rows_per_file=3, most_bytes=most_bytes)
    tools = Tools(
        database_url=shelf.url,
        data_keys=f"k1:{DATA_KEY}",
        index_key=b64encode(b"i" * 32).decode(),
        folder=str(folder),
        rows_per_file=3,
        most_bytes=most_bytes,
    )
    copier.source = CrewSource(copier.source, tools, processes=2, large=RECORDS)
    return copier


@pytest.fixture
async def copier(shelf, tmp_path):
    await shelf.save(*(record(number) for number in range(1, RECORDS + 1)))
    return with_crew(shelf, tmp_path / "ekspor")


def members() -> list[int]:
    """Processes of crews that this one has started."""
    threads = Path("/proc/self/task").glob("*/children")
    children = [int(pid) for one in threads for pid in one.read_text().split()]
    return [pid for pid in children if b"crew_member" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def told_of_itself(pid: int) -> bytes:
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def ekspor() -> Ekspor:
    return Ekspor(
        id="E-1",
        pemilik=PemilikTugas(client_id="dinkes", grant_id="G-1"),
        sempit=None,
        pandangan=EVERYTHING,
        permintaan="/v1/exports",
        format=FormatEkspor.NDJSON,
        dibuat_pada=START,
    )


class Meanwhile:
    """An audit log; something happens when the first names come."""

    def __init__(self, happens: Any) -> None:
        self.happens = happens

    async def record(self, _entry: Any) -> None:
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()


async def test_several_processes_write_what_one_would(shelf, copier):
    found = await copier.update()
    assert copier.copy == await copier.shown_as_json()
    assert [one.nomor for one in found.berkas] == list(range(1, len(found.berkas) + 1))
    assert sum(one.baris for one in found.berkas) == found.ekspor.jumlah == RECORDS
    assert max(one.baris for one in found.berkas) <= 3
    noted = copier.disclosed.entries
    assert sum(entry.jumlah for entry in noted) == RECORDS
    assert members() == []


def test_the_event_loop_of_the_server_can_start_them(sqlite_url, tmp_path):
    async def exported() -> None:
        shelf = Shelf(sqlite_url)
        await shelf.save(*(record(number) for number in range(1, RECORDS + 1)))
        copier = with_crew(shelf, tmp_path / "ekspor")
        await copier.update()
        assert copier.copy == await copier.shown_as_json()
        assert members() == []
        await shelf.close()

    uvloop.run(exported())


async def test_what_is_gone_comes_behind_the_files_of_the_crew(shelf, copier):
    await copier.update()
    await shelf.save(*(record(number, "ppks:lain") for number in range(1, RECORDS + 2)))
    await shelf.save(record(1, dihapus=True))
    found = await copier.update()
    assert [one.nomor for one in found.berkas] == list(range(1, len(found.berkas) + 1))
    assert [one.jenis for one in found.berkas].index(JenisPerubahan.HAPUS) == len(found.berkas) - 1
    assert copier.copy == await copier.shown_as_json()


async def test_all_of_them_see_one_moment(shelf, copier):
    """Whatever is committed while they join, all see it or none."""

    async def meanwhile() -> None:
        await shelf.save(record(1, dihapus=True), record(99))

    copier.disclosed = Meanwhile(meanwhile)
    found = await copier.update()
    assert found.ekspor.jumlah == len(copier.copy) == RECORDS
    await copier.update()
    assert copier.copy == await copier.shown_as_json()


async def test_nothing_is_committed_between_who_shares_a_moment_and_who_joins_it(shelf):
    async def state(connection: Any) -> int:
        return (await feed_state(connection)).terakhir

    async with shelf.database.snapshot() as mine, shelf.database.snapshot() as other:
        saved: list[asyncio.Task[Any]] = []

        async def share(name: str) -> None:
            saved.append(asyncio.create_task(shelf.save(record(1))))
            await asyncio.wait(saved, timeout=0.3)
            await join_moment(other, name)

        await share_moment(shelf.database, mine, share)
        await saved[0]
        assert await state(mine) == await state(other) == 0
    async with shelf.database.snapshot() as later:
        assert await state(later) == 1


async def test_an_export_is_given_the_time_it_takes(postgres_url):
    """Its query lasts for minutes, and whoever shares the moment has nothing to ask meanwhile."""
    hasty = "-c idle_in_transaction_session_timeout=100 -c statement_timeout=60000"
    url = sa.make_url(postgres_url).update_query_dict({"options": hasty})
    shelf = Shelf(url.render_as_string(hide_password=False))
    source, found = SqlExportSource(shelf.database, KEYRING), ekspor()
    async with AsyncExitStack() as stack:
        moments: list[SqlMoment] = []

        async def share(name: str) -> None:
            moments.append(await stack.enter_async_context(source.joined(found, name)))

        moments.append(await stack.enter_async_context(source.moment(found, share)))
        await asyncio.sleep(0.3)
        bound = sa.text("SHOW statement_timeout")
        assert [await one.count() for one in moments] == [0, 0]
        assert [await one._connection.scalar(bound) for one in moments] == ["0", "0"]
    await shelf.close()


async def test_a_store_that_goes_while_rows_are_fetched_is_told_as_away(postgres_url):
    """By itself it would count as a failure of the gateway's own, of which the fifth is final."""
    shelf = Shelf(postgres_url)
    cut = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    async with shelf.database.snapshot() as reading, shelf.database.snapshot() as other:
        rows = driver_rows(reading, sa.select(sa.func.generate_series(1, 1_000_000)), 250)
        assert await anext(rows)
        await other.execute(cut)
        with pytest.raises(STORE_AWAY):
            async for _ in rows:
                pass
        await reading.invalidate()
    await shelf.close()


async def test_a_killed_process_has_the_export_tried_again(shelf, copier, tmp_path):
    async def kill() -> None:
        os.kill(members()[0], signal.SIGKILL)

    ekspor_id = await copier.ask()
    told, copier.disclosed = copier.disclosed, Meanwhile(kill)
    assert await copier.worker().step()
    found = await copier.found(ekspor_id)
    assert (found.ekspor.alasan, found.ekspor.kegagalan) == (AlasanEkspor.INTERNAL, 1)
    assert found.berkas == ()
    assert [*(tmp_path / "ekspor").rglob("*")] == []
    assert members() == []
    copier.disclosed = told
    shelf.clock.advance(timedelta(minutes=1))
    assert await copier.worker().step()
    found = await copier.found(ekspor_id)
    assert found.ekspor.status is StatusEkspor.SELESAI
    assert len(await copier.lines(found, JenisPerubahan.ADA)) == RECORDS


async def test_an_export_that_is_cancelled_ends_its_processes(copier, tmp_path):
    """Whether its lease is lost, or the gateway goes."""
    ekspor_id = await copier.ask()
    working: list[asyncio.Task[bool]] = []

    async def stop() -> None:
        working[0].cancel()

    copier.disclosed = Meanwhile(stop)
    working.append(asyncio.create_task(copier.worker().step()))
    await asyncio.wait(working)
    assert working[0].cancelled()
    assert members() == []
    assert [*(tmp_path / "ekspor").rglob("*")] == []
    assert (await copier.found(ekspor_id)).ekspor.kegagalan == 0


async def test_a_disk_that_is_full_is_told(shelf, tmp_path):
    await shelf.save(*(record(number) for number in range(1, RECORDS + 1)))
    copier = with_crew(shelf, tmp_path / "ekspor", most_bytes=10)
    ekspor_id = await copier.ask()
    assert await copier.worker().step()
    found = (await copier.found(ekspor_id)).ekspor
    assert found.alasan is AlasanEkspor.TERLALU_BESAR


async def test_keys_stand_in_no_public_place(shelf, copier):
    """Arguments of processes are there for all to read, and their environment lives long."""
    seen: list[bytes] = []

    async def look() -> None:
        seen.extend(told_of_itself(pid) for pid in members())

    copier.disclosed = Meanwhile(look)
    await copier.update()
    assert len(seen) == 2
    assert not any(word.encode() in text for text in seen for word in (DATA_KEY, shelf.url))


async def test_a_process_does_not_outlive_the_gateway(copier):
    """Killed, it cannot end its processes; they see that nobody gives them orders."""
    async with crew(copier.source._tools, 1) as working:
        (pid,) = members()
        working._members[0]._out.close()
        ended = os.pidfd_open(pid)
        try:
            assert await asyncio.to_thread(select.select, [ended], [], [], 20) == ([ended], [], [])
        finally:
            os.close(ended)


async def test_a_process_whose_reports_nobody_took_is_ended(sqlite_url, tmp_path):
    """What it had told by then stands between it and its end."""
    shelf = Shelf(sqlite_url)
    tools = with_crew(shelf, tmp_path).source._tools
    async with asyncio.timeout(20), crew(tools, 1) as working:
        working._members[0]._in.feed_data(bytes(1 << 18))
    assert members() == []
    await shelf.close()


async def test_a_process_runs_the_gateways_own_code(sqlite_url, tmp_path, monkeypatch):
    """Whatever lies in the folder in which the gateway was started."""
    (tmp_path / "gateway").mkdir()
    (tmp_path / "gateway" / "__init__.py").write_text("raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    shelf = Shelf(sqlite_url)
    async with crew(with_crew(shelf, tmp_path).source._tools, 1):
        assert len(members()) == 1
    await shelf.close()


async def test_a_process_that_hangs_does_not_keep_others_from_writing(sqlite_url, tmp_path):
    """While a moment is shared nobody can write on SQLite."""
    shelf = Shelf(sqlite_url)
    copier = with_crew(shelf, tmp_path)
    found = ekspor()
    async with crew(copier.source._tools, 1) as working:
        os.kill(*members(), signal.SIGSTOP)
        with pytest.raises(CrewLost):
            async with copier.source._source.moment(found, partial(working.join, found)):
                pytest.fail("nobody joined")
    await shelf.save(record(1))
    await shelf.close()
