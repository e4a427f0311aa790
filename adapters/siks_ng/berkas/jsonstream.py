"""Objects out of a JSON file of any size: one per line, an array, or an array in an envelope."""

import codecs
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from adapters.siks_ng.berkas.delimited import baris_teks
from gateway.domain.importing import FileRefused, KodeMasalah, Masalah

_BLOK: Final = 1 << 20
UNSUR_TERBESAR: Final = 8 << 20
"""Characters that one element (a family, an envelope's field) may have."""

_DAFTAR: Final = frozenset({"data", "items", "results", "records"})
_KOSONG: Final = " \t\r\n"
_urai_unsur: Final = json.JSONDecoder().raw_decode

Unsur = dict[str, Any] | None
"""One object, or None for something else in its place."""


def objek_berbaris(path: Path) -> Iterator[tuple[int, Unsur]]:
    """(line number, object) of a file with one object per line; empty lines are skipped."""
    nomor = 0
    for blok in baris_teks(path, "utf-8"):
        for teks in blok:
            nomor += 1
            if teks is None:
                yield nomor, None
            elif teks.strip():
                yield nomor, _satu_objek(teks)


def is_berbaris(awal: str) -> bool:
    """Whether a JSON file that begins so has an object per line; an envelope is none."""
    baris, akhir, _ = awal.partition("\n")
    objek = _satu_objek(baris)
    return bool(akhir) and objek is not None and not _amplop(objek)


def objek_larik(
    path: Path, baca_amplop: Callable[[dict[str, Any]], None]
) -> Iterator[tuple[int, Unsur]]:
    """(place counted from 1, object) of an array, or the one object that the file is.

    `baca_amplop` is given the fields that an envelope has before its array. Raises FileRefused at
    the place where the text is no JSON any more.
    """
    sumber = _Aliran(path)
    if sumber.huruf() == "[":
        yield from _unsur(sumber)
    else:
        yield from _unsur_amplop(sumber, baca_amplop)
    sumber.tutup()


def _unsur_amplop(
    sumber: "_Aliran", baca_amplop: Callable[[dict[str, Any]], None]
) -> Iterator[tuple[int, Unsur]]:
    objek: dict[str, Any] = {}
    ada_larik = False
    for nama in _medan(sumber):
        if nama in _DAFTAR and sumber.huruf() == "[" and not ada_larik:
            ada_larik = True
            baca_amplop(objek)
            yield from _unsur(sumber)
        else:
            objek[nama] = sumber.nilai()
    if not ada_larik:
        yield 1, objek


def _amplop(objek: dict[str, Any]) -> bool:
    return any(isinstance(objek.get(nama), list) for nama in _DAFTAR)


def _satu_objek(teks: str) -> Unsur:
    try:
        nilai = msgspec.json.decode(teks)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return nilai if isinstance(nilai, dict) else None


def _unsur(sumber: "_Aliran") -> Iterator[tuple[int, Unsur]]:
    """The elements of the array that begins here."""
    sumber.lewati("[")
    nomor = 0
    while sumber.huruf() != "]":
        if nomor:
            sumber.lewati(",")
        nomor += 1
        nilai = sumber.nilai()
        yield nomor, nilai if isinstance(nilai, dict) else None
    sumber.lewati("]")


def _medan(sumber: "_Aliran") -> Iterator[str]:
    """The names of an object's fields; the caller reads each value before it asks for the next."""
    sumber.lewati("{")
    pertama = True
    while sumber.huruf() != "}":
        if not pertama:
            sumber.lewati(",")
        pertama = False
        nama = sumber.nilai()
        if not isinstance(nama, str):
            raise rusak()
        sumber.lewati(":")
        yield nama
    sumber.lewati("}")


class _Aliran:
    """A JSON text read block by block; holds little more than one block and one value."""

    def __init__(self, path: Path) -> None:
        self._blok = self._baca(path)
        self._teks = ""
        self._letak = 0

    def huruf(self) -> str:
        """The next character that is no blank. Raises FileRefused at the end of the file."""
        while True:
            while self._letak < len(self._teks):
                if self._teks[self._letak] not in _KOSONG:
                    return self._teks[self._letak]
                self._letak += 1
            if not self._tambah():
                raise rusak()

    def lewati(self, huruf: str) -> None:
        """Go past this character. Raises FileRefused where another one stands."""
        if self.huruf() != huruf:
            raise rusak()
        self._letak += 1

    def nilai(self) -> Any:
        """The next whole value. Raises FileRefused where none can be read."""
        self.huruf()
        while True:
            try:
                nilai, akhir = _urai_unsur(self._teks, self._letak)
            except (ValueError, RecursionError):
                if not self._tambah():
                    raise rusak() from None
                continue
            # A number at the block's end may go on in the next block.
            if akhir < len(self._teks) or not self._tambah():
                self._letak = akhir
                return nilai

    def tutup(self) -> None:
        """Raises FileRefused where anything but blanks follows."""
        while not self._teks[self._letak :].strip(_KOSONG):
            self._letak = len(self._teks)
            if not self._tambah():
                return
        raise rusak()

    def _tambah(self) -> bool:
        """Read one block more; False at the end of the file."""
        blok = next(self._blok, None)
        if blok is None:
            return False
        self._teks = self._teks[self._letak :] + blok
        self._letak = 0
        if len(self._teks) > UNSUR_TERBESAR + _BLOK:
            raise rusak()
        return True

    @staticmethod
    def _baca(path: Path) -> Iterator[str]:
        pengurai = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            with path.open("rb") as berkas:
                while blok := berkas.read(_BLOK):
                    yield pengurai.decode(blok)
            yield pengurai.decode(b"", final=True)
        except (OSError, UnicodeDecodeError) as error:
            raise rusak() from error


def rusak() -> FileRefused:
    """The file is cut off or is no JSON."""
    pesan = "berkas JSON rusak atau terpotong; unduh ulang lalu impor lagi"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))
