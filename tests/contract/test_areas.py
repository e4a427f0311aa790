"""The table of areas is loaded as often as one likes, and read back in the order of its codes."""

import pytest

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.wilayah import Wilayah, baca_tabel


def area(kode: str, nama: str = "CONTOH", **more: object) -> Wilayah:
    return Wilayah(
        **{"kode": kode, "nama": nama, "edisi_pertama": 2018, "edisi_terakhir": 2025, **more}
    )


async def kept(shelf) -> list[Wilayah]:
    return [one async for one in shelf.wilayah.all()]


async def test_loading_twice_is_loading_once(shelf):
    areas = [area("64.99.02"), area("64.99"), area("64.99.01.2001", penerus="64.99.02.2001")]
    assert [await shelf.wilayah.load(areas) for _ in range(2)] == [3, 3]
    assert await kept(shelf) == sorted(areas, key=lambda one: one.kode)


async def test_a_newer_table_replaces_what_it_names_and_keeps_the_rest(shelf):
    await shelf.wilayah.load([area("64.99.01", "LAMA"), area("64.99.02", penerus="64.99.03")])
    newer = [area("64.99.01", "BARU", edisi_terakhir=2026), area("64.99.03")]
    assert await shelf.wilayah.load(newer) == 3
    names = {one.kode: one.nama for one in await kept(shelf)}
    assert names == {"64.99.01": "BARU", "64.99.02": "CONTOH", "64.99.03": "CONTOH"}
    assert [one.penerus for one in await kept(shelf)] == [None, "64.99.03", None]


async def test_a_table_of_many_pages_is_loaded_whole(shelf):
    areas = [area(f"64.99.{number // 100:02}.{1000 + number % 100}") for number in range(2_500)]
    assert await shelf.wilayah.load(iter(areas)) == 2_500
    assert await kept(shelf) == areas


async def test_a_table_that_breaks_off_changes_nothing(shelf):
    await shelf.wilayah.load([area("64.99.01", "LAMA")])
    lines = ["kode,nama,edisi_pertama,edisi_terakhir"]
    lines += [f"64.99.01.{number},BARU,2018,2025" for number in range(1001, 2501)]
    with pytest.raises(ValueError, match="Kemendagri"):
        await shelf.wilayah.load(baca_tabel([*lines, "6499,RUSAK,2018,2025"]))
    assert [one.nama for one in await kept(shelf)] == ["LAMA"]


async def test_codes_are_ordered_byte_by_byte_on_either_engine(shelf):
    codes = ["64.99", "64.99.01", "64.99.01.1001", "64.99.10", "65"]
    await shelf.wilayah.load(map(area, reversed(codes)))
    assert [one.kode for one in await kept(shelf)] == codes
    assert IndeksWilayah(await kept(shelf)).name("64.99.10") == "CONTOH"
