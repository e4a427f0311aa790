"""What a sample is drawn from, alike on both stores: the records of the view, coarse already."""

from datetime import date

from msgspec.structs import replace

from gateway.infra.db.reading.sample_rows import SqlContoh
from tests.contract.shelf import EVERYTHING, person, record

LANSIA = "ppks:lanjut-usia-terlantar"


async def drawn_from(shelf, view, step=3):
    store, after, found = SqlContoh(shelf.database), "", []
    while page := await store.rekaman(view, after, step):
        found += page
        after = page[-1].id
    return found


async def test_all_records_of_the_view_are_given_once_with_nothing_but_what_is_coarse(shelf):
    await shelf.save(*(record(number) for number in range(8)))
    found = await drawn_from(shelf, EVERYTHING)
    assert len({each.id for each in found}) == 8
    assert {each.tahun_lahir for each in found} == {"1990"}
    assert {each.kategori for each in found} == {(LANSIA,)}
    assert all(name not in str(found) for name in ("CONTOH WARGA", "9901014101900"))


async def test_records_and_categories_outside_the_view_are_not_given(shelf):
    await shelf.save(
        record(1, LANSIA, "ppks:gelandangan"),
        record(2, "ppks:gelandangan"),
        record(3, orang=person(3, kode_wilayah="65.71", tanggal_lahir=date(1949, 12, 31))),
        record(4, dihapus=True),
    )
    view = replace(EVERYTHING, wilayah=frozenset(("64",)), kategori=frozenset((LANSIA,)))
    [one] = await drawn_from(shelf, view)
    assert (one.kategori, one.kode_wilayah) == ((LANSIA,), "64.02.06.1001")
    assert await drawn_from(shelf, replace(view, rekaman=False)) == []
