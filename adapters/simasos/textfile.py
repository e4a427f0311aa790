"""Opens an operator's text file: finds its encoding, looks into a ZIP, reads it by lines."""

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, cast

from gateway.domain.importing import FileRefused, KodeMasalah, Masalah

OpenBytes = Callable[[], BinaryIO]
"""Opens the file anew from its beginning; a file is read more than once."""

_CHUNK: Final = 1 << 16
_MAX_LINE: Final = 1 << 20
_MAX_UNPACKED: Final = 1 << 29
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROKEN: Final = (OSError, UnicodeError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What reading a damaged, locked or vanished file may raise."""


def refuse(kode: KodeMasalah, pesan: str, *, kolom: str | None = None) -> NoReturn:
    """Refuse the file as a whole. Raises FileRefused."""
    # Always without a cause: decoding errors carry a piece of the file with them.
    raise FileRefused(Masalah(kode=kode, pesan=pesan, kolom=kolom)) from None


def open_path(path: Path) -> OpenBytes:
    """A plain file, or the one text inside a ZIP as phones export it. Raises FileRefused."""
    try:
        if not zipfile.is_zipfile(path):
            path.open("rb").close()
            return lambda: path.open("rb")
        with zipfile.ZipFile(path) as archive:
            member = _only_text(archive)
    except _BROKEN:
        refuse(KodeMasalah.FILE_UNREADABLE, "file tidak dapat dibuka")
    return lambda: cast("BinaryIO", zipfile.ZipFile(path).open(member))


def _only_text(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    names = archive.infolist()
    if any(info.filename.startswith("xl/") for info in names):
        refuse(KodeMasalah.FILE_UNREADABLE, "ini buku kerja Excel: simpan sebagai CSV")
    texts = [info for info in names if info.filename.lower().endswith(".txt")]
    if len(texts) != 1 or texts[0].file_size > _MAX_UNPACKED:
        refuse(KodeMasalah.FILE_UNREADABLE, "ZIP harus memuat tepat satu file .txt ekspor obrolan")
    return texts[0]


def encoding_of(open_bytes: OpenBytes) -> str:
    """UTF-8 or UTF-16, else Excel's Windows encoding. Raises FileRefused for what is no text."""
    try:
        with open_bytes() as stream:
            head = stream.read(4)
            for bom, name in _BOMS:
                if head.startswith(bom):
                    return name
            return "utf-8" if _is_utf8(head, stream) else "cp1252"
    except _BROKEN:
        refuse(KodeMasalah.FILE_UNREADABLE, "file tidak dapat dibaca")


def _is_utf8(chunk: bytes, stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    sound = True
    while chunk:
        if b"\0" in chunk:
            refuse(KodeMasalah.FILE_UNREADABLE, "ini bukan file teks")
        if sound:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                sound = False
        chunk = stream.read(_CHUNK)
    return sound and not decoder.getstate()[0]


def read_lines(open_bytes: OpenBytes, encoding: str) -> Iterator[str]:
    """The lines with their endings. Raises FileRefused where the file is broken."""
    try:
        with io.TextIOWrapper(open_bytes(), encoding=encoding, newline="") as text:
            while line := text.readline(_MAX_LINE):
                if len(line) == _MAX_LINE:
                    refuse(KodeMasalah.FILE_UNREADABLE, "ada baris yang terlalu panjang")
                yield line
    except _BROKEN:
        refuse(KodeMasalah.FILE_UNREADABLE, "file terputus atau bukan teks")
