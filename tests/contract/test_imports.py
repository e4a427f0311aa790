"""What outside systems told is stored once, whole or not at all, and changes only by changing."""

import asyncio
import traceback
from datetime import timedelta

import msgspec
import pytest
from msgspec import UNSET

from gateway.domain.importing import RingkasanImpor
from gateway.domain.pengenal import TERPANJANG
from gateway.domain.person import Penduduk, Peringatan
from gateway.domain.ppks import StatusPpks
from tests.contract.shelf import (
    EVERYTHING,
    KEYRING,
    START,
    Shelf,
    complaint,
    count,
    nik,
    person,
    record,
)

STEP = timedelta(hours=1)


async def test_new_then_unchanged_then_changed(shelf):
    first = [record(1), record(2), complaint(1), count(1)]
    assert await shelf.save(*first) == (4, 0, 0)
    shelf.clock.advance(STEP)
    assert await shelf.save(*first) == (0, 0, 4)
    others = [
        record(1, status=StatusPpks.DITETAPKAN),
        record(2),
        complaint(1, isi="Lain"),
        count(2),
    ]
    assert await shelf.save(*others) == (1, 2, 1)


async def test_the_same_content_twice_leaves_every_row_as_it_was(shelf):
    contents = [record(1), complaint(1), count(1)]
    await shelf.save(*contents)
    before = [list(await shelf.rows(table)) for table in ("ppks", "pengaduan", "angka")]
    shelf.clock.advance(STEP)
    await shelf.save(*contents)
    assert [list(await shelf.rows(table)) for table in ("ppks", "pengaduan", "angka")] == before


async def test_a_change_makes_the_next_version_of_the_same_record(shelf):
    for step in range(3):
        await shelf.save(
            record(1, orang=person(1, nama_lengkap=f"CONTOH {step}")),
            complaint(1, isi=f"Laporan {step}"),
        )
        shelf.clock.advance(STEP)
    [row] = await shelf.rows("ppks")
    assert (row["versi"], row["nama_lengkap"]) == (3, "CONTOH 2")
    assert (row["dibuat_pada"], row["diubah_pada"]) == (START, START + 2 * STEP)
    [told] = await shelf.rows("pengaduan")
    assert (told["versi"], told["dibuat_pada"], told["diubah_pada"]) == (3, START, START + 2 * STEP)


async def test_what_is_no_longer_told_is_gone(shelf):
    await shelf.save(record(1, keberadaan="ADA", kebutuhan=("kursi-roda",)))
    bare = Penduduk(nama_lengkap="CONTOH WARGA 1")
    await shelf.save(record(1, orang=bare))
    [row] = await shelf.rows("ppks")
    assert [row[name] for name in ("nik", "nik_indeks", "no_kk", "alamat", "keberadaan")] == [
        None
    ] * 5
    assert row["kebutuhan"] is None
    assert row["rujukan"] == row["id"]


async def test_a_person_keeps_one_reference_key_in_all_systems_and_without_a_nik_has_none(shelf):
    nameless = Penduduk(nama_lengkap="CONTOH TANPA NIK")
    await shelf.save(
        record(1),
        record(1, sistem="siks_ng"),
        record(3, orang=nameless),
        record(4, orang=Penduduk(nik=None, nama_lengkap="CONTOH TANPA NIK")),
    )
    rows = await shelf.rows("ppks")
    assert len({row["rujukan"] for row in rows}) == 3
    assert len({row["rujukan"] for row in rows if row["nik"] is not None}) == 1
    assert all(row["rujukan"] == row["id"] for row in rows if row["nik"] is None)


async def test_categories_are_replaced_and_one_told_twice_is_one(shelf):
    await shelf.save(record(1, "ppks:a", "ppks:b", "ppks:b"))
    assert {row["kode"] for row in await shelf.rows("ppks_kategori")} == {"ppks:a", "ppks:b"}
    await shelf.save(record(1, "ppks:b", "ppks:c"), record(2, "ppks:a"))
    rows = await shelf.rows("ppks_kategori")
    ids = {row["id_sumber"]: row["id"] for row in await shelf.rows("ppks")}
    assert {(row["ppks_id"], row["kode"]) for row in rows} == {
        (ids["S-1"], "ppks:b"),
        (ids["S-1"], "ppks:c"),
        (ids["S-2"], "ppks:a"),
    }


async def test_a_dry_run_counts_the_same_and_stores_nothing(shelf):
    await shelf.save(record(1), complaint(1), count(1))
    before = await shelf.everything()
    changed = [record(1, dihapus=True), record(2), complaint(1, isi="Lain"), complaint(2), count(1)]
    assert await shelf.save(*changed, dry_run=True) == (2, 2, 1)
    assert await shelf.everything() == before
    assert await shelf.save(*changed) == (2, 2, 1)


async def test_a_record_told_twice_in_one_batch_is_one_record_as_it_was_told_last(shelf):
    assert await shelf.save(
        record(1),
        record(1, status=StatusPpks.DITETAPKAN),
        complaint(1),
        complaint(1),
        count(1),
        count(1),
    ) == (3, 0, 0)
    [row] = await shelf.rows("ppks")
    assert row["status"] == "DITETAPKAN"


async def test_an_empty_batch_is_nothing(shelf):
    assert await shelf.save() == (0, 0, 0)


@pytest.mark.parametrize("spoiler", ["rekaman", "pengaduan", "angka"])
async def test_a_batch_is_stored_whole_or_not_at_all(shelf, spoiler):
    await shelf.save(record(1), complaint(1), count(1))
    before = await shelf.everything()
    bad = {
        "rekaman": record(9, sistem=None),
        "pengaduan": complaint(9, kanal=None),
        "angka": count(9, nilai=None),
    }[spoiler]
    batch = [record(1, dihapus=True), record(2), complaint(1, isi="Lain"), complaint(2)]
    batch += [count(1, nilai=8), count(2), bad]
    with pytest.raises(Exception, match=r".") as broken:
        await shelf.save(*batch)
    told = "".join(traceback.format_exception(broken.value))
    assert nik(2) not in told
    assert "CONTOH WARGA" not in told
    assert await shelf.everything() == before
    assert await shelf.save(*batch[:-1]) == (3, 3, 0)


async def test_a_nik_as_source_id_is_kept_as_its_index(shelf):
    one, same, other = (
        record(1, id_sumber="nik:", sistem="siks_ng"),
        record(2, id_sumber="nik:", sistem="siks_ng", orang=person(1, pekerjaan="NELAYAN")),
        record(3, id_sumber="nik:", sistem="siks_ng"),
    )
    identities = [shelf.imports.identity(isi) for isi in (one, same, other)]
    assert identities[0] == identities[1] != identities[2]
    assert nik(1) not in "".join(identities)
    assert await shelf.save(one, other) == (2, 0, 0)
    assert await shelf.save(same) == (0, 1, 0)
    names = [row["id_sumber"] for row in await shelf.rows("ppks")]
    assert sorted(names) == sorted({identity.split("|")[2] for identity in identities})


async def test_names_without_an_id_are_keyed_and_each_category_is_a_record(shelf):
    index = KEYRING.blind_index("nik", nik(1))
    records = [record(1, *kinds, id_sumber="nik:") for kinds in (("b",), ("c", "a"))]
    records += [msgspec.structs.replace(records[0], kategori=()), record(2, id_sumber="isi:ab12")]
    assert await shelf.save(*records) == (4, 0, 0)
    rows = await shelf.told()
    assert {row["id_sumber"] for row in rows} == {
        f"nik:{index}:b",
        f"nik:{index}:a,c",
        f"nik:{index}",
        "isi:" + KEYRING.blind_index("isi", "isi:ab12"),
    }
    assert len({row["rujukan"] for row in rows}) == 2


def test_contents_of_different_kinds_and_systems_never_share_an_identity(database_url):
    imports = Shelf(database_url).imports
    contents = [
        record(1),
        record(2),
        record(1, sistem="siks_ng"),
        complaint(1),
        complaint(1, id_sumber="S-1", sistem="sijosku"),
        count(1),
        count(1, tahun=2023),
        count(1, instansi="BPS"),
        count(1, subjenis="x"),
    ]
    assert len({imports.identity(isi) for isi in contents}) == len(contents)
    assert imports.identity(count(1)) == imports.identity(count(1, nilai=9))


async def test_a_count_is_kept_once_per_agency_area_kind_and_year(shelf):
    warned = count(1, peringatan=(Peringatan(kode="SMALL_CELL", atribut="nilai", pesan="kecil"),))
    assert await shelf.save(count(1), count(1, instansi="BPS"), count(1, tahun=2023)) == (3, 0, 0)
    assert await shelf.save(count(1, nilai=9, asli="9 jiwa"), count(1, tahun=2023)) == (0, 1, 1)
    assert await shelf.save(warned) == (0, 1, 0)
    assert await shelf.save(warned) == (0, 0, 1)
    rows = {(row["instansi"], row["tahun"]): row for row in await shelf.rows("angka")}
    assert len(rows) == 3
    assert rows["Dinas Sosial", 2024]["nilai"] == 7
    assert rows["Dinas Sosial", 2024]["peringatan"][0]["kode"] == "SMALL_CELL"


async def test_a_text_may_hold_characters_that_an_engine_cannot(shelf):
    odd = person(
        1,
        nama_lengkap="CONTOH\x00WARGA",
        pekerjaan="\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    )
    contents = [record(1, id_sumber="S\x00-1", orang=odd, tambahan={"kolom\x00": "\x00"})]
    contents += [complaint(1, id_sumber="w\x00", isi="\x00"), count(1, asli="\x00", jenis="a\x00")]
    assert await shelf.save(*contents) == (3, 0, 0)
    assert await shelf.save(*contents) == (0, 0, 3)
    assert await shelf.ppks.one(EVERYTHING, "tak\x00ada") is None
    assert await shelf.shown(nama_lengkap="tak\x00ada", kode_wilayah="6\x00", kategori="\x00") == []


async def test_a_batch_may_be_large(shelf):
    # More values than PostgreSQL takes in one statement.
    numbers = [count(number) for number in range(11_000)]
    assert await shelf.save(*numbers, dry_run=True) == (11_000, 0, 0)
    records = [record(1, id_sumber=f"S-{number}") for number in range(3_000)]
    assert await shelf.save(*records) == (3_000, 0, 0)
    assert await shelf.save(*records) == (0, 0, 3_000)


async def test_two_processes_that_are_told_the_same_at_once_store_it_once(database_url):
    shelves = [Shelf(database_url) for _ in range(2)]
    contents = [record(number) for number in range(1, 40)]
    contents += [complaint(number) for number in range(1, 20)]
    contents += [count(number) for number in range(1, 20)]
    done = await asyncio.gather(*(shelf.save(*contents) for shelf in shelves))
    assert sorted(done) == [(0, 0, len(contents)), (len(contents), 0, 0)]
    for shelf in shelves:
        await shelf.close()


async def test_a_journal_says_what_was_taken_in(shelf):
    summary = RingkasanImpor(
        sistem="siks_ng",
        sha256="0" * 64,
        pengaturan={"tahun": "2024"},
        uji_coba=False,
        baris=3,
        baris_ditolak=1,
        baru=2,
        berubah=0,
        tetap=0,
        masalah={"NIK_FORMAT": 1},
    )
    await shelf.imports.journal(summary)
    [row] = await shelf.rows("impor")
    assert (row["sistem"], row["pada"], row["pengaturan"]) == ("siks_ng", START, {"tahun": "2024"})
    assert msgspec.convert(row["ringkasan"], RingkasanImpor) == summary


async def test_provenance_names_who_told_which_attribute_and_when(shelf):
    await shelf.save(record(1, versi="2024", orang=person(1, agama=None, pekerjaan=UNSET)))
    [shown] = await shelf.shown()
    source = shown["sumber"]
    assert (source["sistem"], source["id_sumber"], source["versi"]) == ("sijosku", "S-1", "2024")
    assert source["pada"] == START.isoformat().replace("+00:00", "Z")
    assert {"nik", "nama_lengkap", "alamat", "kategori"} <= set(source["atribut"])
    assert not {"agama", "pekerjaan"} & set(source["atribut"])
    assert source["asli"] == {"jenis_kelamin": {"teks": "Perempuan", "daftar": "contoh@1"}}


async def test_the_longest_names_that_sources_may_have_fit_the_indexes(shelf):
    letters = "".join(chr(0x20000 + number) for number in range(TERPANJANG))
    named = person(1, nama_lengkap=letters)
    assert await shelf.save(
        record(1, orang=named, id_sumber=letters),
        count(1, jenis="x" * TERPANJANG, instansi=letters),
    ) == (2, 0, 0)
