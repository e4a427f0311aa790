"""The objects of a JSON or NDJSON file, each with the line on which it begins."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

import msgspec

from adapters.sijosku.berkas.lines import text_lines
from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.wire import UNREADABLE
from gateway.domain.importing import KodeMasalah
from gateway.kit.struct import Quiet

_SNIFFED: Final = 64 * 1024
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of the largest file that is one JSON document; NDJSON has no such limit."""
_MARK: Final = b"\xef\xbb\xbf"


class _Envelope(Quiet, frozen=True, kw_only=True):
    """A document that holds its records in `data`."""

    data: list[msgspec.Raw]


def looks_like_json(file: BinaryIO) -> bool:
    """Whether the file begins as a JSON document or line; leaves it at its beginning."""
    begin = file.read(_SNIFFED).removeprefix(_MARK).lstrip()
    file.seek(0)
    return begin[:1] in {b"[", b"{"}


def objects(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Line and bytes of each record. Raises FileRefused where the document is broken."""
    first = file.readline(_SNIFFED).removeprefix(_MARK).strip()
    file.seek(0)
    if _is_record(first):
        return _of_lines(file)
    return _of_document(file)


def _is_record(line: bytes) -> bool:
    """Whether a line is one whole object, and not an envelope."""
    try:
        told = msgspec.json.decode(line)
    except UNREADABLE:
        return False
    return isinstance(told, dict) and not isinstance(told.get("data"), list)


def _of_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for baris, text in text_lines(file):
        if text.strip():
            yield baris, text.encode()


def _of_document(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    document = file.read(_LARGEST + 1).removeprefix(_MARK)
    if len(document) > _LARGEST:
        pesan = "dokumen JSON terlalu besar; simpan sebagai NDJSON (satu objek per baris)"
        raise refused(KodeMasalah.FILE_UNREADABLE, pesan)
    baris, place = 1, 0
    for item in map(bytes, _items(document)):
        begin = document.index(item, place)
        baris += document.count(b"\n", place, begin)
        yield baris, item
        baris += item.count(b"\n")
        place = begin + len(item)


def _items(document: bytes) -> Sequence[msgspec.Raw]:
    """The elements of an array, or of the array in `data`, or the document itself."""
    try:
        if document.lstrip().startswith(b"["):
            return msgspec.json.decode(document, type=list[msgspec.Raw])
        if isinstance(msgspec.json.decode(document).get("data"), list):
            return msgspec.json.decode(document, type=_Envelope).data
        return [msgspec.Raw(document.strip())]
    except UNREADABLE:
        pesan = "JSON tidak utuh; periksa akhir berkas dan tanda kurungnya"
        raise refused(KodeMasalah.FILE_UNREADABLE, pesan) from None
