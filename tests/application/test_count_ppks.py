"""Small cells stay unknown, whatever a caller asks and however it subtracts."""

from collections.abc import Iterator
from itertools import chain, combinations, product

import msgspec
import pytest

from gateway.application.caller.caller import Caller
from gateway.application.records.count_ppks import CountPpks
from gateway.domain.errors import BadInput, NotPermitted, Unavailable
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.domain.narrowing import RAR_TYPE, Penyempitan
from gateway.domain.person import JenisKelamin
from gateway.domain.statistics import (
    Dimensi,
    PermintaanHitung,
    PermintaanTerbitan,
    Sel,
    dimensi_terbuka,
)
from gateway.infra.db.reading.statistics import SqlStatistik
from tests.contract.shelf import Shelf, person, record
from tests.fakes import FakeAudit
from tests.fixtures.oauth import grant_of

THRESHOLD = 4
ANAK, LANSIA = "ppks:anak-terlantar", "ppks:lanjut-usia-terlantar"
ATRIBUT = frozenset(("provinsi", "kategori", "jenis_kelamin"))
AREAS = (None, "64", "65")
Cell = tuple[str, str, JenisKelamin]

SIZES: dict[Cell, int] = {
    # Each margin has one small cell beside large ones: what simple suppression gives away.
    ("64", ANAK, JenisKelamin.L): 6,
    ("64", ANAK, JenisKelamin.P): 1,
    ("64", LANSIA, JenisKelamin.L): 4,
    ("64", LANSIA, JenisKelamin.P): 5,
    ("65", ANAK, JenisKelamin.L): 5,
    ("65", ANAK, JenisKelamin.P): 7,
    ("65", LANSIA, JenisKelamin.L): 3,
    ("65", LANSIA, JenisKelamin.P): 4,
}


class World:
    """A store with so many persons in each cell, and what counts them."""

    def __init__(self, url: str) -> None:
        self.shelf = Shelf(url)
        self.audit = FakeAudit()
        store = SqlStatistik(self.shelf.database)
        self.count = CountPpks(store, self.audit, self.shelf.clock, THRESHOLD)

    async def hold(self, sizes: dict[Cell, int]) -> None:
        """Make it so; who was there before is deleted where the cell has become smaller."""
        most = THRESHOLD * 4
        await self.shelf.save(
            *(
                record(
                    number,
                    kind,
                    orang=person(number, kode_wilayah=area, jenis_kelamin=sex),
                    dihapus=place >= sizes[area, kind, sex],
                )
                for number, ((area, kind, sex), place) in enumerate(product(sizes, range(most)))
            )
        )


@pytest.fixture
async def world(sqlite_url):
    made = World(sqlite_url)
    await made.hold(SIZES)
    yield made
    await made.shelf.close()


def caller(sempit: Penyempitan | None = None, **changes: object) -> Caller:
    usual: dict[str, object] = {
        "jenis": JenisGrant.STATISTIK,
        "atribut": ATRIBUT,
        "wilayah": frozenset("*"),
    }
    grant: Grant = grant_of("bappeda", "G-1", **usual | changes)
    return Caller(
        client_id="bappeda", grant=grant, scopes=frozenset(Scope), request_id="r-1", sempit=sempit
    )


def narrowed(**fields: tuple[str, ...]) -> Penyempitan:
    return Penyempitan(type=RAR_TYPE, **fields)


def every_question() -> Iterator[PermintaanHitung]:
    """All divisions by all filters that the grant allows in this world."""
    dimensions = dimensi_terbuka(ATRIBUT)
    divisions = chain(*(combinations(dimensions, n) for n in range(len(dimensions) + 1)))
    kinds = ({}, {Dimensi.KATEGORI: ANAK}, {Dimensi.KATEGORI: LANSIA})
    sexes = ({}, {Dimensi.JENIS_KELAMIN: "L"}, {Dimensi.JENIS_KELAMIN: "P"})
    for division, area, kind, sex in product(divisions, AREAS, kinds, sexes):
        yield PermintaanHitung(menurut=division, kode_wilayah=area, hanya=kind | sex)


async def every_answer(world: World, who: Caller) -> list[tuple[Sel, ...]]:
    return [(await world.count(who, question)).sel for question in every_question()]


async def test_no_set_of_answers_tells_the_size_of_a_withheld_cell(world):
    """Two worlds that differ in every small cell answer every question alike.

    So whatever is computed from the answers, it comes out the same in both.
    """
    seen = await every_answer(world, caller())
    others = {
        cell: (THRESHOLD - size if size < THRESHOLD else size) for cell, size in SIZES.items()
    }
    assert others != SIZES
    whole = PermintaanHitung(menurut=(Dimensi.PROVINSI,))
    before = await world.count(caller(sel_kecil=True), whole)
    await world.hold(others)
    assert await every_answer(world, caller()) == seen
    # Where nothing is withheld, a single question sees the difference.
    assert (await world.count(caller(sel_kecil=True), whole)).sel != before.sel
    # The attack itself: what is told, and any sum of it, are sums of whole cells that are told.
    told = [size for size in SIZES.values() if size >= THRESHOLD]
    sums = {sum(some) for n in range(len(told) + 1) for some in combinations(told, n)}
    cells = {cell.orang for answer in seen for cell in answer if cell.orang is not None}
    totals = {sum(cell.orang or 0 for cell in answer) for answer in seen}
    assert cells | totals <= sums
    assert (min(cells), max(cells)) == (THRESHOLD, sum(told))


async def test_the_right_to_small_cells_shows_all_of_them(world):
    question = PermintaanHitung(menurut=(Dimensi.PROVINSI, Dimensi.KATEGORI, Dimensi.JENIS_KELAMIN))
    result = await world.count(caller(sel_kecil=True), question)
    told = {tuple(cell.nilai.values()): cell.orang for cell in result.sel}
    assert told == SIZES
    assert result.ambang is None
    assert not any(cell.ditahan for cell in result.sel)


async def test_a_grant_may_be_stricter_and_never_laxer(world):
    async def smallest(**changes: object) -> tuple[int | None, int | None]:
        result = await world.count(caller(**changes), PermintaanHitung())
        return result.ambang, result.sel[0].orang

    assert await smallest(ambang_sel=6) == (6, 6 + 7)
    assert await smallest(ambang_sel=2) == (THRESHOLD, 31)


@pytest.mark.parametrize(
    ("fields", "atribut", "refused"),
    [
        ({"wilayah": ("64",)}, ATRIBUT, ()),
        ({"wilayah": ("64.02",)}, ATRIBUT, ("wilayah",)),
        ({"wilayah": ("64",)}, frozenset(("kategori",)), ("wilayah",)),
        ({"kategori": (ANAK,)}, ATRIBUT, ()),
        ({"kategori": (ANAK,)}, frozenset(("provinsi",)), ("kategori",)),
        ({"atribut": ("kategori",)}, ATRIBUT, ()),
    ],
)
async def test_a_token_may_not_cut_through_the_cells(world, fields, atribut, refused):
    who = caller(narrowed(**fields), atribut=atribut)
    if not refused:
        assert (await world.count(who, PermintaanHitung())).sel
        return
    with pytest.raises(NotPermitted) as caught:
        await world.count(who, PermintaanHitung())
    assert caught.value.code == "narrower_than_cells"
    assert tuple(error.field for error in caught.value.errors) == refused
    # Who is told every cell may cut as it likes.
    allowed = caller(narrowed(**fields), atribut=atribut, sel_kecil=True)
    await world.count(allowed, PermintaanHitung())


async def test_a_narrowed_token_counts_in_the_same_cells(world):
    """Fewer dimensions in the token do not make larger cells, of which the small ones were told."""
    wide = await world.count(caller(), PermintaanHitung(menurut=(Dimensi.KATEGORI,)))
    token = caller(narrowed(atribut=("kategori",)))
    assert (await world.count(token, PermintaanHitung(menurut=(Dimensi.KATEGORI,)))).sel == wide.sel


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        (PermintaanHitung(menurut=(Dimensi.DESA_KELURAHAN,)), {"desa_kelurahan"}),
        (PermintaanHitung(kode_wilayah="64.02"), {"kab_kota"}),
        (PermintaanHitung(menurut=(Dimensi.KELOMPOK_UMUR,)), {"kelompok_umur"}),
        (PermintaanHitung(hanya={Dimensi.PERIODE: "2024"}), {"periode"}),
        (PermintaanHitung(menurut=(Dimensi.SISTEM,)), {"sistem"}),
    ],
)
async def test_what_is_not_granted_is_not_counted_by(world, question, refused):
    for right in ({}, {"sel_kecil": True}):
        with pytest.raises(NotPermitted) as caught:
            await world.count(caller(**right), question)
        assert {error.field for error in caught.value.errors} == refused
    assert [entry.hasil.value for entry in world.audit.entries] == ["ditolak", "ditolak"]


async def test_publications_need_the_right_to_small_cells(world):
    asked = PermintaanTerbitan()
    atribut = ATRIBUT | {"sumber"}
    with pytest.raises(NotPermitted) as caught:
        await world.count.published(caller(atribut=atribut), asked)
    assert caught.value.code == "small_cells_not_granted"
    with pytest.raises(NotPermitted) as caught:
        await world.count.published(caller(sel_kecil=True), asked)
    assert caught.value.code == "attribute_not_granted"
    assert await world.count.published(caller(sel_kecil=True, atribut=atribut), asked) == ()


async def test_an_answer_is_noted_by_its_dimensions_and_without_a_value(world):
    question = PermintaanHitung(menurut=(Dimensi.PROVINSI,), hanya={Dimensi.KATEGORI: ANAK})
    await world.count(caller(), question)
    [entry] = world.audit.entries
    assert (entry.peristiwa, entry.hasil.value, entry.jumlah) == ("statistik.ppks", "diberikan", 2)
    assert entry.atribut == ("kategori", "provinsi")
    assert ANAK not in msgspec.json.encode(entry).decode()


async def test_nothing_leaves_without_the_audit_log(world):
    world.audit.away = True
    with pytest.raises(Unavailable):
        await world.count(caller(), PermintaanHitung())


class Endless:
    """A store with more cells than any answer holds."""

    async def hitung(self, _view, _hitungan, most):
        cell = Sel(nilai={}, rekaman=9, orang=9, ditahan=False, sel_ditahan=0)
        return (cell,) * most

    async def terbitan(self, _view, _permintaan, _most):
        return ()


async def test_an_answer_without_end_is_refused(clock):
    count = CountPpks(Endless(), FakeAudit(), clock, THRESHOLD)
    with pytest.raises(BadInput) as caught:
        await count(caller(), PermintaanHitung())
    assert caught.value.code == "too_many_cells"
