"""Exported chats: every phone's way of writing, and the same complaints each time."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.simasos.support import ISI, NIK, read

PETUGAS = "Admin SIMASOS"
HEAD = "13/03/2024, 09:12 - "


@pytest.fixture
def export(tmp_path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "WhatsApp Chat.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def complaints(rows):
    return [each for row in rows for each in row.isi]


def only(rows):
    (complaint,) = complaints(rows)
    return complaint


@pytest.mark.parametrize(
    "head",
    [
        "13/03/24 09.12 - CONTOH: ",
        "13/03/2024 09.12 - CONTOH: ",
        "13/03/24 pukul 09.12 - CONTOH: ",
        "13/03/2024, 09:12 - CONTOH: ",
        "13/3/24, 9:12 AM - CONTOH: ",
        "13/03/2024, 9:12\u202fam - CONTOH: ",
        "3/13/24, 9:12 AM - CONTOH: ",
        "2024-03-13, 09:12 - CONTOH: ",
        "13-03-24 09:12 - CONTOH: ",
        "13.03.24, 09:12 - CONTOH: ",
        "[13/03/24 09.12.00] CONTOH: ",
        "[13/03/24, 09.12.00] CONTOH: ",
        "[3/13/24, 9:12:00\u202fAM] CONTOH: ",
        "\u200e[13/03/2024, 09:12:00] CONTOH: \u200e",
        "\ufeff[13/03/2024, 9:12:00 a.m.] ~\u202fCONTOH: ",
    ],
)
def test_every_phone_writes_the_same_moment(export, head):
    complaint = only(read(export(f"{head}{ISI}\n"), petugas=PETUGAS))
    assert complaint.diterima_pada == datetime(2024, 3, 13, 1, 12, tzinfo=UTC)
    assert complaint.isi == ISI
    assert complaint.pelapor.nama == "CONTOH"
    assert complaint.sistem == "simasos"


@pytest.mark.parametrize(
    ("zona", "hour"),
    [("Asia/Makassar", 1), ("wita", 1), ("WIB", 2), ("Asia/Jayapura", 0), ("+09:30", 23),
     ("-01:00", 10)],
)  # fmt: skip
def test_the_zone_may_be_said(export, zona, hour):
    path = export("13/03/2024, 09:12 - CONTOH: halo\n")
    assert only(read(path, petugas=PETUGAS, zona=zona)).diterima_pada.hour == hour


@pytest.mark.parametrize(
    ("settings", "kode"),
    [
        ({"zona": "Asia/Antah"}, KodeMasalah.VALUE_FORMAT),
        ({"tanggal": "ymd"}, KodeMasalah.VALUE_FORMAT),
        ({"jenis": "surat"}, KodeMasalah.VALUE_FORMAT),
    ],
)
def test_a_setting_that_nobody_knows_refuses_the_file(export, settings, kode):
    with pytest.raises(FileRefused) as refused:
        read(export("13/03/2024, 09:12 - CONTOH: halo\n"), **settings)
    assert refused.value.masalah.kode is kode


@pytest.mark.parametrize(
    "sender", ["+62 800-0000-0001", "\u202a+62 800-0000-0001\u202c", "0800 0000 0001"]
)
def test_a_number_is_kept_in_one_form(export, sender):
    assert only(read(export(f"{HEAD}{sender}: halo\n"), petugas=PETUGAS)).pelapor.nomor == (
        "6280000000001"
    )


def test_the_nik_in_a_message_is_who_it_is_about(export):
    complaint = only(read(export(f"{HEAD}CONTOH: {ISI}, NIK {NIK}\n"), petugas=PETUGAS))
    assert complaint.nik_terlapor == NIK
    assert complaint.isi.endswith(NIK)


def test_the_same_file_twice_and_an_extended_one_give_the_same_names(export):
    first = f"{HEAD}CONTOH: tolong\n{HEAD}CONTOH: tolong\n14/03/2024, 10:00 - CONTOH: halo\n"
    once = [each.id_sumber for each in complaints(read(export(first), petugas=PETUGAS))]
    again = [each.id_sumber for each in complaints(read(export(first), petugas=PETUGAS))]
    longer = first + "14/03/2024, 10:00 - CONTOH: halo\n15/03/2024, 08:00 - CONTOH: baru\n"
    more = [each.id_sumber for each in complaints(read(export(longer), petugas=PETUGAS))]
    assert once == again == more[:3]
    assert len(set(more)) == 5


def test_two_phones_export_the_same_chat_under_the_same_names(export):
    android = "13/03/24 09.12 - CONTOH: satu\n13/03/24 09.12 - CONTOH: <Media tidak disertakan>\n"
    iphone = "[13/03/24 09.12.05] CONTOH: satu\n[13/03/24 09.12.48] CONTOH: \u200egambar tidak disertakan\n"
    one, other = (
        [each.id_sumber for each in complaints(read(export(text), petugas=PETUGAS))]
        for text in (android, iphone)
    )
    assert one == other


@pytest.mark.parametrize("petugas", ["Admin SIMASOS", "admin simasos , Lain", "+62 800-0000-0000"])
def test_what_the_staff_writes_is_no_complaint(export, petugas):
    text = f"{HEAD}Admin SIMASOS: Baik\n{HEAD}+62 800-0000-0000: Baik\n{HEAD}CONTOH: tolong\n"
    assert len(complaints(read(export(text), petugas=petugas))) == 2


def test_staff_may_stand_in_the_config_and_the_setting_wins():
    from adapters.simasos.config import Config
    from adapters.simasos.settings import read_settings

    config = Config(petugas=("Admin SIMASOS",))
    assert read_settings({}, config).petugas.nama == {"admin-simasos"}
    assert read_settings({"petugas": "Lain"}, config).petugas.nama == {"lain"}
    assert not read_settings({"petugas": ""}, config).petugas


@pytest.mark.parametrize(
    "line",
    [
        "13/03/24 09.12 - Pesan dan panggilan dienkripsi secara end-to-end.",
        '13/03/24 09.12 - Anda membuat grup "SIMASOS"',
        "13/03/24 09.12 - CONTOH keluar",
        "13/03/24 09.12 - \u200eCONTOH changed their phone number to a new number.",
        '13/03/24 09.12 - CONTOH changed the subject from "a" to "b: c"',
    ],
)
def test_lines_of_the_app_are_no_complaints(export, line):
    assert read(export(f"{line}\n"), petugas=PETUGAS) == []


@pytest.mark.parametrize(
    "text",
    [
        "\u200eMessages and calls are end-to-end encrypted. No one outside of this chat can read.",
        "\u200ePanggilan suara tak terjawab",
        "\u200eMissed video call",
        "\u200eCONTOH bergabung menggunakan tautan undangan grup ini",
    ],
)
def test_lines_of_the_app_that_name_a_sender_are_no_complaints(export, text):
    assert read(export(f"[13/03/24 09.12.33] CONTOH: {text}\n"), petugas=PETUGAS) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ibu saya keluar dari daftar, bantuan tidak masuk",
        "Nomor saya mengubah: 0800",
        "Call center tidak menjawab",
    ],
)
def test_what_citizens_write_in_the_apps_words_is_kept(export, text):
    assert only(read(export(f"[13/03/24 09.12.33] CONTOH: {text}\n"), petugas=PETUGAS)).isi == text


@pytest.mark.parametrize(
    ("text", "jenis", "rujukan"),
    [
        ("<Media tidak disertakan>", "media", None),
        ("<Media omitted>", "media", None),
        ("\u200eimage omitted", "image", None),
        ("\u200estiker tidak disertakan", "sticker", None),
        ("\u200eGIF omitted", "video", None),
        ("\u200eContact card omitted", "contacts", None),
        ("surat keluar.pdf \u2022 2 halaman \u200edokumen tidak disertakan", "document", None),
        ("IMG-20240313-WA0001.jpg (file terlampir)", "image", "IMG-20240313-WA0001.jpg"),
        ("PTT-20240313-WA0002.opus (file attached)", "audio", "PTT-20240313-WA0002.opus"),
        ("STK-20240313-WA0003.webp (file terlampir)", "sticker", "STK-20240313-WA0003.webp"),
        ("CONTOH.vcf (file terlampir)", "contacts", "CONTOH.vcf"),
        ("\u200e<terlampir: 00000007-VIDEO-keluar.mp4>", "video", "00000007-VIDEO-keluar.mp4"),
        ("\u200e<attached: 00000008-surat.xlsx>", "document", "00000008-surat.xlsx"),
    ],
)
def test_media_become_references(export, text, jenis, rujukan):
    complaint = only(read(export(f"[13/03/24 09.12.33] CONTOH: {text}\n"), petugas=PETUGAS))
    (lampiran,) = complaint.lampiran
    assert (lampiran.jenis, lampiran.rujukan) == (jenis, rujukan)
    assert complaint.isi == ""


def test_the_words_around_media_are_the_message(export):
    text = f"{HEAD}CONTOH: IMG-1.jpg (file terlampir)\nrumah rusak\n{HEAD}CONTOH: ini <terlampir: a.jpg>\n"
    assert [each.isi for each in complaints(read(export(text), petugas=PETUGAS))] == [
        "rumah rusak", "ini",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Pesan ini dihapus", "Anda telah menghapus pesan ini.", "This message was deleted.", "null",
     "Menunggu pesan ini. Ini mungkin perlu waktu beberapa saat."],
)  # fmt: skip
def test_a_message_whose_text_is_gone_is_reported(export, text):
    (row,) = read(export(f"{HEAD}CONTOH: {text}\n"), petugas=PETUGAS)
    assert row.isi == ()
    assert [each.kode for each in row.masalah] == [KodeMasalah.VALUE_MISSING]


@pytest.mark.parametrize(
    "mark", ["<Pesan ini diedit>", "<Pesan ini telah diedit>", "<This message was edited>"]
)
def test_an_edited_message_says_so(export, mark):
    complaint = only(read(export(f"{HEAD}CONTOH: tolong {mark}\n"), petugas=PETUGAS))
    assert complaint.isi == "tolong"
    assert [each.kode for each in complaint.peringatan] == ["PESAN_DISUNTING"]


def test_a_message_of_many_lines_stays_whole(export):
    text = f"{HEAD}CONTOH: satu\n\ndua: 12/03\r\n[bukan kepala]\n{HEAD}CONTOH:\nempat\n"
    assert [each.isi for each in complaints(read(export(text), petugas=PETUGAS))] == [
        "satu\n\ndua: 12/03\n[bukan kepala]", "empat",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(export, encoding):
    path = export(f"{HEAD}CONTOH: caf\u00e9\n", encoding=encoding)
    assert only(read(path, petugas=PETUGAS)).isi == "caf\u00e9"


def test_the_zip_that_an_iphone_exports_is_opened(tmp_path):
    path = tmp_path / "WhatsApp Chat - CONTOH.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", f"[13/03/24 09.12.33] CONTOH: {ISI}\n")
        archive.writestr("00000001-PHOTO.jpg", b"\xff\xd8")
    assert only(read(path, petugas=PETUGAS)).isi == ISI


@pytest.mark.parametrize("names", [(), ("a.txt", "b.txt"), ("xl/workbook.xml",)])
def test_another_zip_is_refused(tmp_path, names):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert refused.value.masalah.kode is KodeMasalah.FILE_UNREADABLE


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02", b"PK\x03\x04 rusak", b"\xff\xfe\x00\xd8" * 4, b"a" * 1_200_000, b"",
     b"13/03/2024, 09:12 - CONTOH: \x81\x8d"],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_missing_file_is_refused_without_its_path(tmp_path):
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "CONTOH WARGA.txt")
    assert "CONTOH" not in str(refused.value)


def test_days_on_both_sides_of_12_contradict_each_other(export):
    with pytest.raises(FileRefused) as refused:
        read(export("13/03/2024, 09:12 - A: a\n03/13/2024, 09:12 - A: a\n"))
    assert refused.value.masalah.kode is KodeMasalah.DATE_FORMAT


def test_dates_that_read_the_same_both_ways_need_no_setting(export):
    assert only(read(export("03/03/2024, 09:12 - CONTOH: a\n"), petugas=PETUGAS)).isi == "a"


def test_an_impossible_hour_refuses_the_message_only(export):
    text = f"{HEAD}CONTOH: satu\n13/03/2024, 13:12 PM - CONTOH: dua\n13/03/2024, 25:12 - CONTOH: tiga\n"
    rows = read(export(text), petugas=PETUGAS)
    assert [bool(row.isi) for row in rows] == [True, False, False]
    assert [row.baris for row in rows] == [1, 2, 3]
    assert rows[1].masalah[0].kode is KodeMasalah.DATE_FORMAT


def test_a_text_longer_than_whatsapp_allows_is_refused(export):
    text = f"{HEAD}CONTOH: " + "baris\n" * 20_000 + f"{HEAD}CONTOH: pendek\n"
    first, second = read(export(text), petugas=PETUGAS)
    assert first.masalah[0].kode is KodeMasalah.VALUE_FORMAT
    assert second.isi


def test_long_runs_of_blanks_cost_no_time(export):
    text = f"{HEAD}CONTOH: a" + " " * 60_000 + f"b\n{HEAD}CONTOH: " + "<terlampir: " * 5_000 + "\n"
    assert len(complaints(read(export(text), petugas=PETUGAS))) == 2
