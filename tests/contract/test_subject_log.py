"""One person's entries in the audit log: by pseudonym, on pages, and what names nobody."""

import sqlite3
from datetime import timedelta

import pytest

from gateway.domain.audit import HasilAudit
from gateway.domain.daftar_subjek import rangkai, sebutan
from gateway.infra.db.subjects.log import SqlSubjectLog
from gateway.infra.db.tables import NAMELESS
from tests.contract.audit_entries import bare, recorded
from tests.contract.shelf import KEYRING, START, nik

ME, YOU = (KEYRING.subject(nik(number)) for number in (1, 2))
MINE, YOURS = (KEYRING.subject_of_reference(KEYRING.reference(nik(n))) for n in (1, 2))


def given(**more):
    usual = {"peristiwa": "ppks.list", "hasil": HasilAudit.DIBERIKAN, "client_id": "dinkes"}
    return bare(**usual | more)


def page(*pseudonyms, **more):
    return given(daftar=rangkai(pseudonyms), jumlah=len(pseudonyms), **more)


async def found(shelf, dari=None, sampai=None):
    log = SqlSubjectLog(shelf.database)
    return [entry async for entry in log.entries([ME], [sebutan(MINE)], dari, sampai)]


async def test_entries_under_the_pseudonym_and_pages_with_the_name_are_found_once(shelf):
    entries = [
        given(subjek=ME, peristiwa="penduduk.lookup", jumlah=1, atribut=("nama_lengkap",)),
        page(YOURS, MINE, YOURS),
        # Searched for by NIK, and on the page that was found.
        page(MINE, subjek=ME, peristiwa="ppks.search"),
        page(YOURS),
        given(subjek=YOU, jumlah=1),
        page(MINE, subjek=YOU, peristiwa="ppks.search"),
    ]
    for entry in entries:
        await shelf.audit.record(entry)
    told = await found(shelf)
    assert sorted(entry.peristiwa for entry in told) == [
        "penduduk.lookup",
        "ppks.list",
        "ppks.search",
        "ppks.search",
    ]
    (looked_up,) = [entry for entry in told if entry.peristiwa == "penduduk.lookup"]
    assert (looked_up.pada, looked_up.atribut) == (START, ("nama_lengkap",))


async def test_a_name_in_another_case_is_another_name(shelf):
    name = sebutan(MINE)
    await shelf.audit.record(given(daftar=name.swapcase(), jumlah=1))
    assert name.swapcase() != name
    assert await found(shelf) == []


async def test_a_period_holds_its_beginning_and_not_its_end(shelf):
    for hour in range(3):
        await shelf.audit.record(page(MINE, pada=START + timedelta(hours=hour)))
        await shelf.audit.record(given(subjek=ME, pada=START + timedelta(hours=hour)))
    one, two = START + timedelta(hours=1), START + timedelta(hours=2)
    assert {entry.pada for entry in await found(shelf, one, two)} == {one}
    assert len(await found(shelf, one)) == 4
    assert len(await found(shelf, None, two)) == 4


async def test_disclosures_without_names_are_counted_by_client(shelf):
    nameless = [
        given(jumlah=100, pada=START + timedelta(hours=1)),
        given(jumlah=7),
        given(jumlah=5, client_id="dinsos", peristiwa="ppks.export"),
    ]
    named = [page(MINE), given(subjek=ME, jumlah=1)]
    nothing = [given(), given(jumlah=9, peristiwa="statistik.ppks"), bare(jumlah=3)]
    # Records that an agency told, and did not read.
    nothing.append(given(jumlah=4, peristiwa="ppks.kirim"))
    for entry in (*nameless, *named, *nothing):
        await shelf.audit.record(entry)
    first, second = await SqlSubjectLog(shelf.database).unnamed(None, None)
    assert (first.client_id, first.kali, first.rekaman) == ("dinkes", 2, 107)
    assert (first.pertama, first.terakhir) == (START, START + timedelta(hours=1))
    assert (second.client_id, second.kali, second.rekaman) == ("dinsos", 1, 5)
    later = START + timedelta(minutes=30)
    assert [one.kali for one in await SqlSubjectLog(shelf.database).unnamed(later, None)] == [1]


async def test_an_empty_log_tells_nothing(shelf):
    log = SqlSubjectLog(shelf.database)
    assert await found(shelf) == []
    assert await log.oldest() is None
    assert list(await log.unnamed(None, None)) == []
    await shelf.audit.record(page(YOURS))
    assert await log.oldest() == START


async def test_more_entries_than_are_read_at_once_are_all_found(shelf):
    looked_up = (given(subjek=ME, jumlah=1) for _ in range(700))
    listed = (page(YOURS, MINE) for _ in range(600))
    assert set(await recorded(shelf.audit, [*looked_up, *listed])) == {"written"}
    assert len(await found(shelf)) == 1300


@pytest.mark.parametrize("which", ["daftar IS NOT NULL", str(NAMELESS)])
def test_no_search_reads_the_whole_log(sqlite_url, which):
    query = f"EXPLAIN QUERY PLAN SELECT nomor FROM audit WHERE {which} AND pada < '3'"
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        told = str(connection.execute(query).fetchall())
    connection.close()
    assert "ix_audit_daftar" in told or "ix_audit_nameless" in told


async def test_a_page_of_a_thousand_is_one_entry_that_holds_each_name(shelf):
    many = [KEYRING.subject_of_reference(f"r-{number}") for number in range(1000)]
    await shelf.audit.record(page(*many))
    log = SqlSubjectLog(shelf.database)
    for one in (many[0], many[500], many[999]):
        assert len([e async for e in log.entries([], [sebutan(one)], None, None)]) == 1
    assert [e async for e in log.entries([], [sebutan(MINE)], None, None)] == []
    (row,) = await shelf.rows("audit")
    assert len(row["daftar"]) == 16_000
