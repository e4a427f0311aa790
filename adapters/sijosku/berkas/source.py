"""Reads any file of SIJOSKU's operators: finds out which layout it has, then reads that."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from adapters.sijosku.berkas import disabilitas, kemiskinan, orang, tahunan
from adapters.sijosku.berkas.jsonrows import looks_like_json, objects
from adapters.sijosku.berkas.konteks import Impor
from adapters.sijosku.berkas.lines import text_lines
from adapters.sijosku.berkas.pilihan import OPTIONS, baca_pilihan
from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.berkas.sheet import Sheet, open_sheet
from adapters.sijosku.config import Config
from gateway.domain.importing import Baris, FileOption, KodeMasalah, WilayahIndex


class _Layout(msgspec.Struct, frozen=True):
    """One way in which a sheet may be laid out."""

    name: str
    matches: Callable[[Sheet], bool]
    read: Callable[[Sheet, Impor], Iterator[Baris]]


_LAYOUTS: Final = (
    _Layout("baris orang", orang.matches, orang.read),
    _Layout("tabel tahunan", tahunan.matches, tahunan.read),
    _Layout("tabel disabilitas per kecamatan", disabilitas.matches, disabilitas.read),
    _Layout("tabel per kabupaten/kota", kemiskinan.matches, kemiskinan.read),
)


class BerkasSijosku:
    """Implements `FileSource`."""

    options: tuple[FileOption, ...] = OPTIONS

    def __init__(self, config: Config) -> None:
        self._config = config

    def read(
        self, path: Path, settings: Mapping[str, str], wilayah: WilayahIndex
    ) -> Iterator[Baris]:
        """The rows in file order. Raises FileRefused."""
        try:
            with path.open("rb") as file:
                yield from self.read_open(file, settings, wilayah)
        except OSError:
            raise refused(KodeMasalah.FILE_UNREADABLE, "berkas tidak dapat dibuka") from None

    def read_open(
        self, file: BinaryIO, settings: Mapping[str, str], wilayah: WilayahIndex
    ) -> Iterator[Baris]:
        """The rows of an open, seekable file. Raises FileRefused."""
        impor = Impor(
            pilihan=baca_pilihan(settings, self._config), config=self._config, wilayah=wilayah
        )
        if looks_like_json(file):
            return orang.read_objects(objects(file), impor)
        sheet = open_sheet(text_lines(file))
        return _layout(sheet).read(sheet, impor)


def _layout(sheet: Sheet) -> _Layout:
    found = [layout for layout in _LAYOUTS if layout.matches(sheet)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " dan ".join(layout.name for layout in found)
        pesan = f"judul kolom menyebut {names} sekaligus; pisahkan menjadi dua berkas"
    else:
        names = ", ".join(layout.name for layout in _LAYOUTS)
        pesan = f"judul kolom tidak dikenal; yang dapat dibaca: {names}"
    raise refused(KodeMasalah.HEADER_UNKNOWN, pesan, baris=sheet.baris_kepala)
