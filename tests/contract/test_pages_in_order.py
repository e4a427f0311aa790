"""Pages are found by an index in their order, so that they cost the same however many records lie.

SQLite's plans depend on its tables and indexes alone; PostgreSQL's on how many rows there are, so
of PostgreSQL only the indexes are looked at.
"""

import msgspec
import pytest
import sqlalchemy as sa

from gateway.domain.ports import KondisiPpks
from gateway.domain.umpan import Telusur
from gateway.infra.db.reading.feed import SqlFeed
from tests.contract.shelf import EVERYTHING, Shelf, category, nik, person, record

KIND = category().kode
SORTED = "TEMP B-TREE"


def view(*areas, kinds=None):
    return msgspec.structs.replace(
        EVERYTHING,
        wilayah=frozenset(areas) if areas else None,
        kategori=None if kinds is None else frozenset(kinds),
    )


async def plan(shelf: Shelf, read) -> str:
    """How the first query on records that is made meanwhile is answered."""
    told = []
    engine = shelf.database.engine.sync_engine

    def listen(_connection, _cursor, statement, parameters, _context, _many) -> None:
        told.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        await read()
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
    statement, parameters = next(one for one in told if "FROM ppks" in one[0])
    async with shelf.database.reading() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row[3] for row in rows)


@pytest.fixture
async def lite(tmp_path):
    from gateway.infra.db.upgrading.migrate import upgrade

    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    (tmp_path / "gateway.db").touch()
    upgrade(url)
    opened = Shelf(url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("shown", "asked", "index"),
    [
        (view(), {}, "ix_ppks_diubah_pada_id"),
        (view(), {"kategori": KIND}, "ix_ppks_diubah_pada_id"),
        (view(), {"kode_wilayah": "64"}, "ix_ppks_diubah_pada_id"),
        (view(), {"kode_wilayah": "64.02"}, "ix_ppks_kab_kota_diubah_pada_id"),
        (view(), {"status": "TERDATA"}, "ix_ppks_status_diubah_pada_id"),
        (view("64.02"), {}, "ix_ppks_kab_kota_diubah_pada_id"),
        (view("64.02", kinds=[KIND]), {}, "ix_ppks_kab_kota_diubah_pada_id"),
        (view("64.02", "64.03"), {}, "ix_ppks_diubah_pada_id"),
    ],
)
async def test_a_page_is_not_sorted(lite, shown, asked, index):
    found = await plan(lite, lambda: lite.ppks.page(shown, KondisiPpks(**asked), None, 100))
    assert index in found
    assert SORTED not in found


@pytest.mark.parametrize("shown", [view(), view("64.02"), view("64.02.06", kinds=[KIND])])
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"nik": nik(1)}, "ix_ppks_nik_indeks"),
        ({"nama_lengkap": "CONTOH WARGA 1"}, "ix_ppks_nama_lengkap"),
        ({"tanggal_lahir": person().tanggal_lahir}, "ix_ppks_tanggal_lahir"),
        ({"nama_lengkap": "CONTOH WARGA 1", "kode_wilayah": "64.02"}, "ix_ppks_nama_lengkap"),
    ],
)
async def test_a_person_is_searched_for_by_what_few_share(lite, shown, asked, index):
    found = await plan(lite, lambda: lite.ppks.page(shown, KondisiPpks(**asked), None, 100))
    assert index in found


@pytest.mark.parametrize(
    ("shown", "index"),
    [
        (view(), "ix_ppks_nomor"),
        (view(kinds=[KIND]), "ix_ppks_nomor"),
        (view("64.02"), "ix_ppks_kab_kota_nomor"),
        (view("64.02", kinds=[KIND]), "ix_ppks_kab_kota_nomor"),
    ],
)
async def test_a_page_of_changes_begins_where_the_reader_stands(lite, shown, index):
    feed = SqlFeed(lite.database, lite.ppks.shower)
    found = await plan(lite, lambda: feed.page(Telusur(view=shown, nomor=5, awal=9), 100))
    assert f"{index} (" in found
    assert "nomor>?" in found
    assert SORTED not in found


async def test_indexes_by_an_expression_are_there(shelf):
    names = {"ix_ppks_kab_kota_diubah_pada_id", "ix_ppks_kab_kota_nomor"}
    tables = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    async with shelf.database.reading() as connection:
        found = await connection.exec_driver_sql(tables[connection.dialect.name])
        assert names <= {row[0] for row in found}


@pytest.mark.parametrize("area", ["64", "64.02", "64.02.06", "64.02.06.1001"])
async def test_an_area_holds_what_lies_in_it_by_segment(shelf, area):
    codes = ["64", "64.02", "64.02.06", "64.02.06.1001", "64.020", "64.03", "640", "65", None]
    people = [
        record(number, orang=person(number, kode_wilayah=kode))
        for number, kode in enumerate(codes, 1)
    ]
    await shelf.save(*people)
    lying = {kode for kode in codes if kode and f"{kode}.".startswith(f"{area}.")}
    for shown, asked in (
        (view(area), {}),
        (view(), {"kode_wilayah": area}),
        (view(area, "99"), {}),
        (view(area), {"tanggal_lahir": person().tanggal_lahir}),
    ):
        told = await shelf.shown(shown, **asked)
        assert sorted(one["kode_wilayah"] for one in told) == sorted(lying)
