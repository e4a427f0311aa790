"""JSON exports: the DTKS view, and every way in which objects may stand in a file."""

import json
import tracemalloc

import pytest

from adapters.siks_ng.berkas.source import BerkasSiksNg
from gateway.domain.importing import FileRefused, KodeMasalah
from gateway.domain.person import StatusPenduduk
from gateway.domain.ppks import StatusBantuan, StatusPadan, StatusPpks
from tests.systems.siks_ng.support import (
    DTKS,
    KK,
    KODE,
    NAMA,
    NIK,
    PENDUDUK,
    SEL,
    SatuDesa,
    baca,
    baris,
    bnba,
    kode_masalah,
    satu_rekaman,
)


def test_s06_keys_of_any_case_are_read_and_the_state_of_buttons_is_left_aside(tmp_path):
    rekaman = satu_rekaman(tmp_path, [DTKS])
    orang = rekaman.orang
    assert (orang.nik, orang.no_kk, orang.nama_lengkap, orang.kode_wilayah) == (NIK, KK, NAMA, KODE)
    assert {b.program: (b.status, b.periode) for b in rekaman.bantuan} == {
        "pkh": (StatusBantuan.MENERIMA, "TAHAP 2 2024"),
        "bpnt-ppkm": (StatusBantuan.TIDAK_MENERIMA, "2021"),
        "atensi": (StatusBantuan.TIDAK_DIKETAHUI, None),
    }
    assert rekaman.tambahan == {
        "id_kec": "9901010",
        "is_nonaktif": "false",
        "isAktifHamil": "true",
        "masih_hidup_label": "Masih Hidup",
    }
    assert rekaman.dtks.sk_pertama == "SK CONTOH 2021"
    assert (rekaman.padan.status, rekaman.padan.pada) == (
        StatusPadan.TIDAK_DIKETAHUI, "2024-03-02 08:00:00",
    )  # fmt: skip
    assert rekaman.status is StatusPpks.TERDATA


def test_s06_an_inactive_person_is_inactive_and_a_dead_one_is_dead(tmp_path):
    objek = DTKS | {"is_nonaktif": True, "masih_hidup_label": "Sudah Meninggal"}
    rekaman = satu_rekaman(tmp_path, [objek])
    assert rekaman.status is StatusPpks.NONAKTIF
    assert rekaman.dtks.status == "NONAKTIF"
    assert rekaman.orang.status_penduduk is StatusPenduduk.MENINGGAL


def test_s07_the_two_identifiers_of_a_person_are_never_merged(tmp_path):
    dari_berkas = satu_rekaman(tmp_path, bnba(baris(**{"ID DTKS": "990000000001"})))
    dari_json = satu_rekaman(tmp_path, [DTKS])
    assert dari_berkas.id_sumber == "dtks:990000000001"
    assert dari_json.id_sumber == "semesta:990000000001"
    assert (dari_berkas.dtks.id_dtks, dari_berkas.dtks.idsemesta) == ("990000000001", None)
    assert (dari_json.dtks.id_dtks, dari_json.dtks.idsemesta) == (None, "990000000001")


@pytest.mark.parametrize(
    "isi",
    [
        [DTKS, PENDUDUK],
        {"data": [DTKS, PENDUDUK]},
        {"status": True, "total": 2, "data": [DTKS, PENDUDUK], "links": {"next": None}},
        "\n".join(json.dumps(o) for o in (DTKS, PENDUDUK)).encode(),
        "\r\n".join(json.dumps(o) for o in (DTKS, PENDUDUK, "")[:2]).encode() + b"\r\n",
        "\N{BOM} \n".encode() + json.dumps([DTKS, PENDUDUK], indent=2).encode() + b"\n ",
    ],
    ids=["array", "envelope", "full envelope", "lines", "windows lines", "pretty with bom"],
)
def test_objects_are_found_in_every_kind_of_file(tmp_path, isi):
    rows = baca(tmp_path, isi)
    assert [row.baris for row in rows] == [1, 2]
    assert [row.isi[0].orang.nik for row in rows] == [NIK, NIK]


def test_a_file_may_be_one_object(tmp_path):
    assert satu_rekaman(tmp_path, DTKS).orang.nik == NIK


def test_a_bad_line_does_not_take_the_others_along(tmp_path):
    baik = json.dumps(DTKS).encode()
    rows = baca(tmp_path, b"\n".join([baik, b"{rusak", b"", b"[1]", b"\xff", baik]))
    assert [(row.baris, kode_masalah(row)) for row in rows] == [
        (1, []),
        (2, ["VALUE_FORMAT"]),
        (4, ["VALUE_FORMAT"]),
        (5, ["VALUE_FORMAT"]),
        (6, []),
    ]


def test_something_else_among_the_objects_is_a_row_of_its_own(tmp_path):
    rows = baca(tmp_path, [DTKS, 7, None, {"asing": 1}, {}, DTKS])
    assert [kode_masalah(row) for row in rows] == [
        [], ["VALUE_FORMAT"], ["VALUE_FORMAT"], ["HEADER_UNKNOWN"], ["HEADER_UNKNOWN"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "isi",
    [
        b"[", b"{", b'{"data": [', b"[1 2]", b"[{},]x", b'{"data": []} {}', b'{"a" 1}', b"{1: 2}", b"[{}",
        b'["\xff"]', b"[" * 100_000, b'{"data": [}', b"[nul]",
    ],
)  # fmt: skip
def test_broken_json_is_refused(tmp_path, isi):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, isi)
    assert refused.value.masalah.kode is KodeMasalah.FILE_UNREADABLE


def test_what_stood_before_the_break_was_read(tmp_path):
    isi = json.dumps([DTKS, DTKS]).encode()[:-20]
    path = tmp_path / "terpotong"
    path.write_bytes(isi)
    rows = BerkasSiksNg().read(path, {}, SatuDesa())
    assert len(next(rows).isi) == 1
    with pytest.raises(FileRefused):
        next(rows)


def test_a_large_array_is_read_piece_by_piece(tmp_path):
    isi = json.dumps([DTKS | {"idsemesta": f"99{n}"} for n in range(20_000)]).encode()
    assert len(isi) > 8 << 20
    path = tmp_path / "besar"
    path.write_bytes(isi)
    del isi
    tracemalloc.start()
    try:
        assert sum(len(row.isi) for row in BerkasSiksNg().read(path, {}, SatuDesa())) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_an_object_larger_than_a_block_is_read_whole(tmp_path):
    rekaman = satu_rekaman(tmp_path, [DTKS | {"catatan": "x" * (3 << 20)}])
    assert len(rekaman.tambahan["catatan"]) == 3 << 20


@pytest.mark.parametrize("nilai", [9901014101800001, 9.901014101800001e15, 990101410180])
def test_s18_a_nik_that_is_a_number_is_refused(tmp_path, nilai):
    [row] = baca(tmp_path, [DTKS | {"NIK": nilai}])
    assert (row.isi, kode_masalah(row)) == ((), ["NIK_FLOAT"])
    assert row.masalah[0].kolom == "NIK"


@pytest.mark.parametrize("nilai", [None, "", 0, "-"])
def test_a_missing_nik_is_no_reason_to_refuse(tmp_path, nilai):
    rekaman = satu_rekaman(tmp_path, [DTKS | {"NIK": nilai}])
    assert not rekaman.orang.nik
    assert rekaman.id_sumber == "semesta:990000000001"


def test_a_nested_value_in_the_place_of_a_text_refuses_the_row(tmp_path):
    [row] = baca(tmp_path, [DTKS | {"Nama": {"depan": "CONTOH"}}])
    assert (row.isi, kode_masalah(row)) == ((), ["VALUE_FORMAT"])
    assert row.masalah[0].kolom == "nama"


def test_unknown_keys_are_kept_without_any_nik_in_them(tmp_path):
    objek = DTKS | {"nik_lama": NIK, "foto": [{"url": "\ud800"}], "kosong": ""}
    tambahan = satu_rekaman(tmp_path, [objek]).tambahan
    assert tambahan["nik_lama"] == "[16-digit]"
    assert tambahan["foto"] == '[{"url": "?"}]'
    assert "kosong" not in tambahan


def test_half_a_character_and_a_nul_do_not_get_into_a_record(tmp_path):
    rekaman = satu_rekaman(tmp_path, b'[{"idsemesta": "9", "Nama": "CONTOH \\ud800\\u0000X"}]')
    assert rekaman.orang.nama_lengkap == "CONTOH ?X"


def test_the_keys_of_a_json_shape_may_also_head_a_delimited_file(tmp_path):
    judul = [kunci.upper().replace("_", " ") for kunci in PENDUDUK]
    rekaman = satu_rekaman(tmp_path, bnba("|".join(PENDUDUK.values()), judul=judul))
    assert rekaman.orang.nama_lengkap == SEL["NAMA"]
