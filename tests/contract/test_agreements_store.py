"""Agreements are kept with who changed them, and a report is handed in once."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from gateway.domain.errors import Conflict, NotFound
from gateway.domain.perjanjian import JenisLaporan, SumberParam
from gateway.domain.ports_perjanjian import Diserahkan
from gateway.infra.db.admin_log import SqlAdminLog
from gateway.infra.db.agreements.agreements import SqlAgreements
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START
from tests.reports.agreements import PKS, agreement

BY = "CONTOH A"
DONE = Diserahkan(nomor=PKS, jenis=JenisLaporan.SEMESTER, periode="2026-S1")


@pytest.fixture
def agreements(database):
    return SqlAgreements(database, ManualClock(START))


def with_another(name):
    return lambda one: msgspec.structs.replace(one, pihak=(*one.pihak, name))


async def notes(database):
    return [(note.peristiwa, note.objek) async for note in SqlAdminLog(database).entries(None)]


async def test_what_is_recorded_reads_back_the_same(agreements):
    ours = agreement(balikan_param={"AKTA": SumberParam.TUJUAN}, balikan_simpanan=True)
    await agreements.add(ours, oleh=BY)
    await agreements.add(agreement("PKS/000"), oleh=BY)
    assert await agreements.one(PKS) == ours
    assert [one.nomor for one in await agreements.all()] == ["PKS/000", PKS]
    assert await agreements.one("PKS/404") is None


async def test_a_number_is_given_once(agreements, database):
    await agreements.add(agreement(), oleh=BY)
    with pytest.raises(Conflict):
        await agreements.add(agreement(), oleh=BY)
    assert await notes(database) == [("perjanjian.tambah", PKS)]


async def test_changes_at_the_same_moment_are_all_kept(agreements, database):
    await agreements.add(agreement(pihak=("A",)), oleh=BY)

    changes = [
        agreements.update(PKS, with_another(name), oleh=BY, peristiwa="perjanjian.ubah")
        for name in "BCDE"
    ]
    await asyncio.gather(*changes)
    assert sorted((await agreements.one(PKS)).pihak) == list("ABCDE")
    assert len(await notes(database)) == 5
    with pytest.raises(NotFound):
        await agreements.update("PKS/404", with_another("x"), oleh=BY, peristiwa="x")


async def test_a_report_is_handed_in_once(agreements, database):
    await agreements.add(agreement(), oleh=BY)
    at = datetime(2026, 7, 1, tzinfo=UTC)
    await asyncio.gather(*(agreements.hand_in(DONE, pada=at, oleh=BY) for _ in range(3)))
    assert await agreements.handed_in() == {DONE}
    assert (await notes(database)).count(("perjanjian.laporan_diserahkan", PKS)) == 1
    with pytest.raises(NotFound):
        await agreements.hand_in(msgspec.structs.replace(DONE, nomor="x"), pada=at, oleh=BY)
