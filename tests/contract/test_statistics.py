"""What the store counts is what one counts by hand, on both engines."""

import random
from collections import defaultdict
from datetime import date
from itertools import combinations

import msgspec
import pytest

from gateway.domain.merging.identity import PALING_BANYAK_SUMBER
from gateway.domain.person import JenisKelamin
from gateway.domain.policy import View, tampak
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori
from gateway.domain.statistics import (
    BAWAH_UMUR,
    BEDA_INSTANSI,
    TINGKAT_DIMENSI,
    Dimensi,
    Hitungan,
    PermintaanHitung,
    PermintaanTerbitan,
)
from gateway.infra.db.reading.statistics import SqlStatistik
from gateway.sandbox.world import disabled_people
from tests.contract.shelf import EVERYTHING, Shelf, count, person, record

YEAR = 2026
MOST = 10_000
KINDS = ("ppks:a", "ppks:b", "pas:anak")
AREAS = (None, "64", "64.02", "64.02.06", "64.02.06.1001", "64.02.07", "64.021", "65.01")


@pytest.fixture
def statistics(shelf: Shelf) -> SqlStatistik:
    return SqlStatistik(shelf.database)


# A number that so many records have proves nobody, so they stay records of their own.
SHARED = PALING_BANYAK_SUMBER + 1


def invented(chance: random.Random, number: int) -> RekamanPpks:
    born = chance.choice((date(2024, 2, 2), date(2010, 1, 1), date(1990, 12, 31), date(1950, 6, 1)))
    kinds = chance.sample(KINDS, chance.randint(0, 2))
    return record(
        number,
        orang=person(
            number % (400 // SHARED),
            kode_wilayah=chance.choice(AREAS),
            tanggal_lahir=born,
            jenis_kelamin=chance.choice(tuple(JenisKelamin)),
        ),
        sistem=chance.choice(("sijosku", "siks_ng")),
        kategori=tuple(
            Kategori(
                kode=kind,
                skema=SkemaKategori.PPKS_2012,
                subjenis=chance.choice((None, "fisik:kronis")),
                asli="CONTOH \0 \\u0000",
            )
            for kind in kinds
        ),
        versi=chance.choice((None, "2024", "contoh \0 edisi")),
        dihapus=number % 20 == 0,
    )


def values(one: RekamanPpks, item: Kategori | None) -> dict[Dimensi, str | None]:
    """Every dimension of a record, counted for one of its categories."""
    area = one.orang.kode_wilayah or ""
    code = area.split(".") if area.startswith(("64.02", "65.")) and area != "64.021" else [area[:2]]
    areas = {
        level: ".".join(code[: depth + 1]) if len(code) > depth and code[0] else None
        for depth, level in enumerate(TINGKAT_DIMENSI)
    }
    age = YEAR - one.orang.tanggal_lahir.year
    band = max((youngest, name) for name, youngest in BAWAH_UMUR.items() if youngest <= age)[1]
    return areas | {
        Dimensi.KATEGORI: item and item.kode,
        Dimensi.SUBJENIS: item and item.subjenis,
        Dimensi.JENIS_KELAMIN: one.orang.jenis_kelamin.value,
        Dimensi.KELOMPOK_UMUR: band.value,
        Dimensi.SISTEM: one.sistem,
        Dimensi.PERIODE: one.versi,
    }


def by_hand(records, view, asked: PermintaanHitung):
    """Cell -> (records, persons)."""
    found = defaultdict(lambda: (set(), set()))
    split = bool({Dimensi.KATEGORI, Dimensi.SUBJENIS} & asked.dimensi)
    for one in records:
        if one.dihapus or not tampak(view, one.orang.kode_wilayah, [k.kode for k in one.kategori]):
            continue
        items = one.kategori or (None,) if split else (None,)
        for item in items:
            if split and view.kategori is not None and item.kode not in view.kategori:
                continue
            told = values(one, item)
            if all(told[name] == value for name, value in asked.hanya.items()):
                cell = found[tuple(told[name] for name in asked.menurut)]
                cell[0].add((one.sistem, one.id_sumber))
                cell[1].add(one.orang.nik)
    return {cell: (len(some), len(people)) for cell, (some, people) in found.items()}


def readable(text: str | None) -> str | None:
    """The engines read no U+0000, so it is told as a space."""
    return None if text is None else text.replace("\0", " ")


async def told(statistics, view, asked):
    hitungan = Hitungan(permintaan=asked, ambang=None, tahun=YEAR)
    cells = await statistics.hitung(view, hitungan, MOST)
    assert not any(cell.ditahan for cell in cells)
    return {tuple(cell.nilai.values()): (cell.rekaman, cell.orang) for cell in cells}


async def test_every_division_counts_what_one_counts_by_hand(shelf, statistics):
    chance = random.Random(33)
    records = {}
    for number in range(400):
        one = invented(chance, number)
        records[one.sistem, one.id_sumber] = one
    await shelf.save(*records.values())
    limited = View(
        atribut=frozenset(),
        atribut_cocok=frozenset(),
        wilayah=frozenset(("64.02",)),
        kategori=frozenset(KINDS[:1]),
    )
    for menurut in (pair for size in (0, 1, 2, 3) for pair in combinations(Dimensi, size)):
        view = chance.choice((EVERYTHING, limited))
        some = values(chance.choice(list(records.values())), None)
        hanya = {name: some[name] for name in chance.sample(list(some), 1) if some[name]}
        hanya.pop(Dimensi.PERIODE, None)
        asked = PermintaanHitung(menurut=menurut, hanya=chance.choice(({}, hanya)))
        right = by_hand(records.values(), view, asked)
        right = {tuple(map(readable, cell)): numbers for cell, numbers in right.items()}
        assert await told(statistics, view, asked) == right, asked


async def test_the_published_table_is_counted_cell_by_cell(shelf, statistics):
    people = disabled_people()
    kind = "ppks:penyandang-disabilitas"
    await shelf.save(
        *(
            record(
                number,
                orang=one.orang,
                kategori=(Kategori(kode=kind, skema=SkemaKategori.PPKS_2012, subjenis=one.slug),),
            )
            for number, one in enumerate(people)
        )
    )
    asked = PermintaanHitung(menurut=(Dimensi.KECAMATAN, Dimensi.SUBJENIS))
    right = defaultdict(int)
    for one in people:
        right[one.orang.kode_wilayah, one.slug] += 1
    cells = await told(statistics, EVERYTHING, asked)
    assert cells == {cell: (number, number) for cell, number in right.items()}
    assert sum(records for records, _ in cells.values()) == 1385


async def test_small_cells_of_the_table_add_to_nothing(shelf, statistics):
    sizes = {"64.02.06": 5, "64.02.07": 4, "64.02.08": 7}
    people = [area for area, size in sizes.items() for _ in range(size)]
    await shelf.save(
        *(record(n, orang=person(n, kode_wilayah=area)) for n, area in enumerate(people))
    )
    table = TINGKAT_DIMENSI[:3]

    async def cells(*menurut: Dimensi) -> list[tuple[object, ...]]:
        asked = PermintaanHitung(menurut=menurut)
        hitungan = Hitungan(permintaan=asked, tabel=table, ambang=5, tahun=YEAR)
        found = await statistics.hitung(EVERYTHING, hitungan, MOST)
        return [
            (*cell.nilai.values(), cell.rekaman, cell.orang, cell.sel_ditahan) for cell in found
        ]

    assert await cells(Dimensi.KECAMATAN) == [
        ("64.02.06", 5, 5, 0),
        ("64.02.07", None, None, 1),
        ("64.02.08", 7, 7, 0),
    ]
    assert await cells(Dimensi.KAB_KOTA) == [("64.02", 12, 12, 1)]
    assert await cells() == [(12, 12, 1)]


async def test_persons_decide_and_not_records(shelf, statistics):
    same = [record(n, orang=person(1), id_sumber=f"S-{n}") for n in range(SHARED)]
    await shelf.save(*same)
    asked = PermintaanHitung()
    hitungan = Hitungan(permintaan=asked, tabel=TINGKAT_DIMENSI, ambang=5, tahun=YEAR)
    [cell] = await statistics.hitung(EVERYTHING, hitungan, MOST)
    assert (cell.rekaman, cell.orang, cell.ditahan) == (None, None, True)
    whole = msgspec.structs.replace(hitungan, tabel=(), ambang=None)
    [cell] = await statistics.hitung(EVERYTHING, whole, MOST)
    assert (cell.rekaman, cell.orang, cell.ditahan) == (SHARED, 1, False)


async def test_nothing_is_no_cell(statistics):
    hitungan = Hitungan(permintaan=PermintaanHitung(), ambang=None, tahun=YEAR)
    assert await statistics.hitung(EVERYTHING, hitungan, MOST) == ()


async def test_published_counts_lie_in_the_view(shelf, statistics):
    areas = ("65", "65.01", "650", "64.02")
    await shelf.save(*(count(n, kode_wilayah=area) for n, area in enumerate(areas)))
    await shelf.save(count(0, kode_wilayah="65", tahun=2023, nilai=3))
    view = View(
        atribut=frozenset(),
        atribut_cocok=frozenset(),
        wilayah=frozenset(("65",)),
        kategori=frozenset(("ppks:jenis-0", "ppks:jenis-1", "ppks:jenis-2")),
        rekaman=False,
    )

    async def found(**asked: object) -> list[tuple[str, int, int]]:
        rows = await statistics.terbitan(view, PermintaanTerbitan(**asked), MOST)
        return [(row.kode_wilayah, row.tahun, row.nilai) for row in rows]

    assert await found() == [("65", 2023, 3), ("65", 2024, 7), ("65.01", 2024, 7)]
    assert await found(kode_wilayah="65.01") == [("65.01", 2024, 7)]
    assert await found(tahun=2023) == [("65", 2023, 3)]
    assert await found(kategori="ppks:jenis-1") == [("65.01", 2024, 7)]
    assert await found(kategori="ppks:jenis-3") == []


async def test_what_two_agencies_state_differently_is_marked_whoever_was_stored_first(
    shelf, statistics
):
    told = {"kode_wilayah": "64.02", "nilai": 158}
    await shelf.save(count(0, instansi="DINAS A", **told), count(1, instansi="DINAS A", **told))
    await shelf.save(count(0, instansi="DINAS B", kode_wilayah="64.02", nilai=712))
    await shelf.save(count(1, instansi="DINAS B", **told), count(2, instansi="DINAS B", **told))
    rows = await statistics.terbitan(EVERYTHING, PermintaanTerbitan(), MOST)
    marked = {(row.kategori, row.instansi) for row in rows if BEDA_INSTANSI in row.peringatan}
    assert marked == {("ppks:jenis-0", "DINAS A"), ("ppks:jenis-0", "DINAS B")}
    assert len(rows) == 5
