"""Reads an operator's file, whether it is an exported chat or the office's recap sheet."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from adapters.simasos.chat import find_style, read_chat
from adapters.simasos.config import Config
from adapters.simasos.recap import read_recap
from adapters.simasos.settings import OPTIONS, read_settings
from adapters.simasos.textfile import OpenBytes, encoding_of, open_path, refuse
from gateway.domain.importing import Baris, FileOption, KodeMasalah, WilayahIndex


class SimasosFiles:
    """A FileSource for the two kinds of files; tells them apart by their first lines."""

    options: tuple[FileOption, ...] = OPTIONS

    def __init__(self, config: Config) -> None:
        self._config: Final = config

    def read(
        self, path: Path, settings: Mapping[str, str], wilayah: WilayahIndex
    ) -> Iterator[Baris]:
        """The rows in file order; the file is opened at the first one. Raises FileRefused."""
        yield from read_file(open_path(path), settings, wilayah, self._config)


def read_file(
    open_bytes: OpenBytes, settings: Mapping[str, str], wilayah: WilayahIndex, config: Config
) -> Iterator[Baris]:
    """The rows of whatever file these bytes are. Raises FileRefused."""
    aturan = read_settings(settings, config)
    encoding = encoding_of(open_bytes)
    gaya = None if aturan.jenis == "rekap" else find_style(open_bytes, encoding)
    if gaya is not None:
        yield from read_chat(open_bytes, encoding, gaya, aturan)
    elif aturan.jenis == "obrolan":
        refuse(KodeMasalah.FILE_UNREADABLE, "tidak ada baris yang berbentuk ekspor WhatsApp")
    else:
        yield from read_recap(open_bytes, encoding, aturan, wilayah)
