"""Whatever an operator hands in, it is read or refused by type, and nothing of it is repeated."""

import io
import traceback

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from adapters.simasos.config import Config
from adapters.simasos.files import read_file
from adapters.simasos.nik_in_text import cari_nik
from adapters.simasos.reading import baca_isi
from gateway.domain.importing import Baris, FileRefused
from gateway.kit.mask import mask_text
from tests.systems.simasos.support import ISI, NAMA, NIK, NOMOR, Areas

PRIVATE = (NOMOR, "0800-0000-0001", NAMA, NIK, ISI)
HEADS = ["13/03/24 09.12 - ", "3/13/24, 9:12 AM - ", "[13/03/24, 09.12.33] ", "99/99/99 99.99 - "]
PIECES = st.sampled_from(
    [
        *HEADS, *PRIVATE, "\n", "\r\n", ": ", ";", ",", "\t", '"', "\u200e", "\u202f", "\ufeff", " ",
        "Tanggal", "Isi Aduan", "Nama Pelapor", "No HP", "NIK", "Status", "Kategori", "Kecamatan",
        "04/03/2024", "4 Maret 2024", "5", "ya", "Anonim", "<Media omitted>", "null", "POLL:",
        "<terlampir: a.jpg>", "Pesan ini dihapus", "keluar", "\0", "\ud7ff", "\x85", "\u2028",
    ]
)  # fmt: skip
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "jenis": st.sampled_from(["", "obrolan", "rekap", NAMA]),
        "tanggal": st.sampled_from(["", "dmy", "mdy", NAMA]),
        "zona": st.sampled_from(["", "WITA", "+25:00", NAMA]),
        "petugas": st.sampled_from(["", NAMA, NOMOR, ",,"]),
    },
)


def rows_of(content: bytes, settings: dict[str, str]) -> list[Baris] | None:
    """The rows, or None for a refusal; nothing private may show in either."""
    rows: list[Baris] = []
    try:
        rows += read_file(lambda: io.BytesIO(content), settings, Areas(), Config())
    except FileRefused as refused:
        told = "".join(traceback.format_exception(refused)) + str(refused.masalah)
        assert not any(each in told for each in PRIVATE)
        return None
    problems = str([each for row in rows for each in row.masalah])
    warnings = str([w.pesan for row in rows for each in row.isi for w in each.peringatan])
    assert not any(each in problems + warnings + repr(rows) for each in PRIVATE)
    assert all(row.isi or row.masalah for row in rows)
    msgspec.json.encode(rows)
    return rows


@given(st.binary(max_size=300), SETTINGS)
def test_any_bytes_are_read_or_refused(content, settings):
    rows_of(content, settings)


@given(st.lists(PIECES, max_size=40), SETTINGS, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_files_made_of_familiar_pieces_are_read_or_refused(pieces, settings, encoding):
    rows_of("".join(pieces).encode(encoding), settings)


@given(st.sampled_from(HEADS[:3]), st.lists(st.lists(PIECES, max_size=6), min_size=1, max_size=8))
def test_reading_a_chat_twice_gives_the_same_names(head, messages):
    text = "".join(f"{head}{NAMA}: {''.join(parts)}\n" for parts in messages)
    first, second = (rows_of(text.encode(), {"petugas": "Admin"}) for _ in range(2))
    assert first == second


@given(st.lists(st.text("ab :\u200e", max_size=5), min_size=1, max_size=8), st.integers(0, 8))
def test_an_extended_chat_only_adds_names(texts, length):
    def names(some: list[str]) -> list[str]:
        rows = rows_of(
            "".join(f"{HEADS[0]}{NAMA}: {text}\n" for text in some).encode(), {"petugas": "Admin"}
        )
        return [each.id_sumber for row in rows or [] for each in row.isi]

    assert names(texts)[: len(names(texts[:length]))] == names(texts[:length])
    assert len(set(names(texts))) == len(names(texts))


@given(st.text())
def test_reading_words_never_fails(text):
    reading = baca_isi(text)
    assert reading.nik_terlapor is None or reading.nik_terlapor.isdigit()


@given(st.text(alphabet="0123456789 .-k:", max_size=60))
def test_every_nik_that_is_found_would_be_masked(text):
    for nik in cari_nik(text):
        assert len(nik) == 16
        assert "[16-digit]" in mask_text(text)
