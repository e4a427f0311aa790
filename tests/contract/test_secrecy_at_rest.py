"""A thief of the database finds no NIK and no KK number, and cannot move what is sealed."""

import re
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.domain.complaint import Pengaduan
from gateway.domain.ports import SealBroken
from gateway.infra.crypto import Keyring
from gateway.infra.db.tables import PENGADUAN, PPKS
from tests.contract.shelf import EVERYTHING, KEYRING, KK, Shelf, complaint, nik, person, record

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
SIXTEEN = re.compile(rb"(?<![0-9a-f])\d{16}(?![0-9a-f])")


def told() -> list[object]:
    return [
        record(1),
        record(2, id_sumber="nik:", sistem="siks_ng"),
        complaint(1),
        complaint(2, rahasia=True, anonim=True),
    ]


def on_disk(url: str) -> bytes:
    """The store's file and its journals."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


async def test_no_nik_and_no_kk_lies_anywhere_in_clear(shelf):
    await shelf.save(*told())
    found = await shelf.everything()
    assert SIXTEEN.findall(found) == []
    for number in (nik(1), nik(2), KK):
        assert number.encode() not in found
        assert number.encode().hex().encode() not in found


async def test_no_nik_lies_in_the_files_of_the_store(sqlite_url):
    shelf = Shelf(sqlite_url)
    await shelf.save(*told())
    files = on_disk(sqlite_url)
    assert b"CONTOH WARGA 1" in files
    await shelf.close()
    files += on_disk(sqlite_url)
    for number in (nik(1), nik(2), KK):
        assert number.encode() not in files


# As Meta writes message ids: base64 with the sender's number in it, here 6280000000001.
WAMID = "wamid.HBgNNjI4MDAwMDAwMDAwMRUCABIYFjNFQjA5OTAxMDE0MTAxODAwMDAx"


async def test_no_name_that_a_channel_gave_lies_in_clear_and_none_says_the_number(shelf):
    for own in (WAMID, "ekspor:6c82722fcf25ccf7785cf0a95d753b54"):
        await shelf.save(complaint(1, id_sumber=own))
        found = await shelf.everything()
        for part in (own, own.partition(".")[2] or own.partition(":")[2]):
            assert part.encode() not in found


async def test_a_delivery_that_comes_again_is_known_by_its_keyed_name(shelf):
    first = await shelf.save(complaint(1, id_sumber=WAMID))
    again = await shelf.save(complaint(1, id_sumber=WAMID))
    other = await shelf.save(complaint(1, id_sumber=WAMID + "A"))
    assert [first, again, other] == [(1, 0, 0), (0, 0, 1), (1, 0, 0)]
    names = [row["id_sumber"] for row in await shelf.rows("pengaduan")]
    assert [len(name) for name in names] == [len("pengaduan:") + 32] * 2


@pytest.mark.parametrize("words", [{}, {"isi": "Sudah diperbaiki"}], ids=["same", "changed"])
async def test_a_row_under_the_channel_s_own_name_is_known_and_loses_it(shelf, words):
    """As rows were kept before names were keyed."""
    await shelf.save(complaint(1, id_sumber=WAMID))
    [before] = await shelf.rows("pengaduan")
    async with shelf.database.writing() as connection:
        await connection.execute(sa.update(PENGADUAN).values(id_sumber=WAMID))
    counted = await shelf.save(complaint(1, id_sumber=WAMID, **words))
    [after] = await shelf.rows("pengaduan")
    assert counted == (0, len(words), 1 - len(words))
    assert (after["id"], after["versi"]) == (before["id"], 1 + len(words))
    assert after["id_sumber"] == before["id_sumber"]


async def test_a_row_that_an_older_instance_wrote_beside_it_harms_nothing(shelf):
    await shelf.save(complaint(1, id_sumber=WAMID), complaint(2))
    async with shelf.database.writing() as connection:
        second = PENGADUAN.c.rujukan == KEYRING.reference(nik(2))
        await connection.execute(sa.update(PENGADUAN).where(second).values(id_sumber=WAMID))
    assert await shelf.save(complaint(1, id_sumber=WAMID)) == (0, 0, 1)
    assert len(await shelf.rows("pengaduan")) == 2


async def test_what_a_citizen_wrote_is_sealed_whole_and_opens_again(shelf):
    original = complaint(1)
    await shelf.save(original)
    found = await shelf.everything()
    for clear in (b"Bantuan tetangga", b"CONTOH PELAPOR", b"6280000000001"):
        assert clear not in found
    [row] = await shelf.rows("pengaduan")
    opened = KEYRING.open(row["isi"], f"pengaduan|isi|{row['id']}".encode())
    assert msgspec.json.decode(opened, type=Pengaduan) == original
    assert row["rujukan"] == KEYRING.reference(nik(1))


async def test_a_complaint_about_nobody_names_nobody(shelf):
    await shelf.save(complaint(1, nik_terlapor=None))
    [row] = await shelf.rows("pengaduan")
    assert row["rujukan"] is None


@pytest.mark.parametrize(("column", "into"), [("nik", "nik"), ("no_kk", "no_kk"), ("no_kk", "nik")])
async def test_a_sealed_value_that_was_moved_does_not_open(shelf, column, into):
    await shelf.save(record(1), record(2))
    first, second = await shelf.rows("ppks")
    source = first if column == into else second
    async with shelf.database.writing() as connection:
        await connection.execute(
            sa.update(PPKS).where(PPKS.c.id == second["id"]).values({into: source[column]})
        )
    assert await shelf.ppks.one(EVERYTHING, first["id"]) is not None
    with pytest.raises(SealBroken):
        await shelf.ppks.one(EVERYTHING, second["id"])


async def test_a_complaint_under_another_row_does_not_open(shelf):
    await shelf.save(complaint(1), complaint(2))
    first, second = await shelf.rows("pengaduan")
    async with shelf.database.writing() as connection:
        moved = sa.update(PENGADUAN).where(PENGADUAN.c.id == second["id"]).values(isi=first["isi"])
        await connection.execute(moved)
    rows = {row["id"]: row["isi"] for row in await shelf.rows("pengaduan")}
    with pytest.raises(SealBroken):
        KEYRING.open(rows[second["id"]], f"pengaduan|isi|{second['id']}".encode())


async def test_after_a_rotation_old_values_open_and_new_ones_are_sealed_with_the_new_key(
    database_url,
):
    before = Shelf(database_url, Keyring({"lama": OLD}, INDEX))
    await before.save(record(1), record(2))
    await before.close()
    after = Shelf(database_url, Keyring({"baru": NEW, "lama": OLD}, INDEX))
    assert await after.save(
        record(1), record(2, orang=person(2, pekerjaan="NELAYAN")), record(3)
    ) == (
        1,
        1,
        1,
    )
    items = await after.shown()
    assert sorted(item["nik"] for item in items) == [nik(1), nik(2), nik(3)]
    assert [item["nik"] for item in await after.shown(nik=nik(1))] == [nik(1)]
    sealed_by = {row["id_sumber"]: bytes(row["nik"])[2:6] for row in await after.rows("ppks")}
    assert sealed_by == {"S-1": b"lama", "S-2": b"baru", "S-3": b"baru"}
    await after.close()
    without = Shelf(database_url, Keyring({"baru": NEW}, INDEX))
    with pytest.raises(SealBroken):
        await without.shown(nik=nik(1))
    assert len(await without.shown(nik=nik(2))) == 1
    await without.close()
