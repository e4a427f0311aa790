"""Reads lines of text out of a file of bytes, without trusting it."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from adapters.sijosku.berkas.refusal import refused
from gateway.domain.importing import KodeMasalah

_LONGEST: Final = 1024 * 1024
"""Bytes of the longest line that is read; a longer one is no table."""
_MARK: Final = b"\xef\xbb\xbf"


def text_lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Line number (from 1) and text with its line end. Raises FileRefused."""
    baris = 0
    while line := file.readline(_LONGEST + 1):
        baris += 1
        if len(line) > _LONGEST:
            raise refused(
                KodeMasalah.FILE_UNREADABLE,
                "baris terlalu panjang: bukan berkas tabel",
                baris=baris,
            )
        if baris == 1:
            line = line.removeprefix(_MARK)
        yield baris, _decoded(line, baris)


def _decoded(line: bytes, baris: int) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        pesan = "berkas bukan teks UTF-8; simpan ulang sebagai CSV UTF-8"
        raise refused(KodeMasalah.FILE_UNREADABLE, pesan, baris=baris)
    return text
