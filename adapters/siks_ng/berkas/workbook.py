"""Opens a workbook only where reading it cannot exhaust the memory, whatever its parts claim."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import python_calamine

from gateway.domain.importing import FileRefused, KodeMasalah, Masalah

BATAS_URAI: Final = 1 << 30
"""Bytes that the parts of a workbook may unfold to."""
BATAS_SEL: Final = 32_000_000
"""Cells from A1 to the last column and row in use: each takes 32 bytes, also where it is empty."""

_BLOK: Final = 1 << 20
_TUMPANG: Final = 64
# A literal beginning makes the search four times as fast as the form that XML also allows.
_LAZIM: Final = (re.compile(rb'r="([A-Za-z]+)\d'), re.compile(rb'r="[A-Za-z]+(\d+)'))
_LONGGAR: Final = (
    re.compile(rb"""r\s*=\s*["']\s*([A-Za-z]+)\d"""),
    re.compile(rb"""r\s*=\s*["']\s*[A-Za-z]+(\d+)"""),
)
_SEL: Final = (b"<c ", b"<c>", b"<c/>")
_BARIS: Final = re.compile(rb"""<row\b[^>]*?\sr\s*=\s*["']\s*(\d+)""")
_TAK_LAZIM: Final = re.compile(rb"r\s+=|r=\s|r='")
_ISI_XLSX: Final = "xl/workbook.xml"
_ISI_ODS: Final = "content.xml"
_RUSAK: Final = (
    OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error,
    python_calamine.CalamineError,
)  # fmt: skip


def buka_lembar(path: Path) -> Iterator[tuple[int, python_calamine.CalamineSheet]]:
    """The sheets of an XLSX or XLS file that are seen in it, with their places counted from 1.

    Each is laid out only when it is asked for, so that the memory holds one. Raises FileRefused.
    """
    try:
        with path.open("rb") as berkas:
            if berkas.read(2) == b"PK":
                _periksa_arsip(path)
            berkas.seek(0)
            buku = python_calamine.CalamineWorkbook.from_filelike(berkas)
        for n, lembar in enumerate(buku.sheets_metadata):
            if lembar.visible == python_calamine.SheetVisibleEnum.Visible:
                yield n + 1, buku.get_sheet_by_index(n)
    except _RUSAK as error:
        raise tak_terbaca() from error


def tak_terbaca() -> FileRefused:
    """The file is no workbook that can be read."""
    pesan = "buku kerja tidak dapat dibuka; simpan ulang sebagai XLSX tanpa sandi"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))


def _periksa_arsip(path: Path) -> None:
    with zipfile.ZipFile(path) as arsip:
        nama = arsip.namelist()
        if _ISI_XLSX not in nama or _ISI_ODS in nama:
            raise tak_terbaca()
        if sum(bagian.file_size for bagian in arsip.infolist()) > BATAS_URAI:
            raise _terlalu_besar()
        for bagian in arsip.infolist():
            if _luas(_blok(arsip, bagian)) > BATAS_SEL:
                raise _terlalu_besar()


def _blok(arsip: zipfile.ZipFile, bagian: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's text, each block with the end of the one before, so that no reference is cut."""
    ekor = b""
    with arsip.open(bagian) as isi:
        while blok := isi.read(_BLOK):
            yield ekor + blok
            ekor = blok[-_TUMPANG:]


def _luas(blok: Iterator[bytes]) -> int:
    """Cells of the rectangle that the reader would lay out for the cell references in a part."""
    kolom: set[bytes] = set()
    baris = tanpa_rujukan = 0
    for teks in blok:
        cari_kolom, cari_baris = _LONGGAR if _TAK_LAZIM.search(teks) else _LAZIM
        rujukan = cari_kolom.findall(teks)
        kolom.update(rujukan)
        baris = max(baris, max(map(int, cari_baris.findall(teks)), default=0))
        # One cell may be cut at the block's end.
        if teks.count(b"<c") > len(rujukan) + 1:
            # Cells may leave their reference out: they stand side by side in a row that has one.
            tanpa_rujukan = max(tanpa_rujukan, *map(_jumlah_sel, teks.split(b"<row")))
            baris = max(baris, max(map(int, _BARIS.findall(teks)), default=0))
    return baris * max(tanpa_rujukan, *map(_nomor_kolom, kolom), 0)


def _jumlah_sel(teks: bytes) -> int:
    return sum(map(teks.count, _SEL))


def _nomor_kolom(huruf: bytes) -> int:
    """`A` -> 1, `XFD` -> 16384."""
    nomor = 0
    for satu in huruf.upper():
        nomor = nomor * 26 + satu - 64
    return nomor


def _terlalu_besar() -> FileRefused:
    pesan = (
        "buku kerja terlalu besar, atau ada isian jauh di luar tabel; "
        "salin tabelnya ke buku baru, atau ekspor sebagai teks"
    )
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))
