"""Lines of a large text file, block by block: memory stays flat whatever the file holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.domain.importing import FileRefused, KodeMasalah, Masalah

_BLOK: Final = 1 << 20
BARIS_TERPANJANG: Final = 4 << 20
"""Bytes without a line end after which a file is not taken for lines of text any more."""


def baris_teks(path: Path, encoding: str) -> Iterator[list[str | None]]:
    """Lists of lines without their line ends; None stands for a line that is no text in it.

    Raises FileRefused where the file cannot be read or has no lines.
    """
    sisa = b""
    awal = True
    try:
        with path.open("rb") as berkas:
            while blok := berkas.read(_BLOK):
                if awal:
                    blok = blok.removeprefix(b"\xef\xbb\xbf")
                    awal = False
                utuh, pisah, ekor = blok.rpartition(b"\n")
                if pisah:
                    yield _urai(sisa + utuh, encoding)
                    sisa = ekor
                else:
                    sisa += ekor
                if len(sisa) > BARIS_TERPANJANG:
                    raise _tanpa_baris()
    except OSError as error:
        raise _tak_terbaca() from error
    if sisa:
        yield _urai(sisa, encoding)


def _urai(data: bytes, encoding: str) -> list[str | None]:
    try:
        if b"\0" not in data:
            # Only the line end counts: other separators of Unicode may stand inside a cell.
            return [*data.decode(encoding).replace("\r\n", "\n").removesuffix("\r").split("\n")]
    except UnicodeDecodeError:
        pass
    return [_satu(baris.removesuffix(b"\r"), encoding) for baris in data.split(b"\n")]


def _satu(baris: bytes, encoding: str) -> str | None:
    try:
        return None if b"\0" in baris else baris.decode(encoding)
    except UnicodeDecodeError:
        return None


def _tanpa_baris() -> FileRefused:
    pesan = "berkas ini bukan teks berbaris; simpan ulang sebagai teks dengan pemisah |"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))


def _tak_terbaca() -> FileRefused:
    pesan = "berkas tidak dapat dibuka; periksa letak dan izinnya"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))
