"""Reads an operator's export; which kind of file it is, its content tells and never its name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from adapters.siks_ng.berkas.delimited import baris_teks
from adapters.siks_ng.berkas.jsonstream import Unsur, is_berbaris, objek_berbaris, objek_larik
from adapters.siks_ng.berkas.sheet import baca_lembar
from adapters.siks_ng.columns import PEMISAH, mirip_bnba
from adapters.siks_ng.config import Config
from adapters.siks_ng.konteks import PILIHAN, Konteks
from adapters.siks_ng.mapping import PemetaBaris, pemeta_tabel, petakan_objek
from adapters.siks_ng.objek import teks
from adapters.siks_ng.schema import Nilai
from adapters.siks_ng.temuan import baris_ditolak
from gateway.domain.importing import (
    Baris,
    FileOption,
    FileRefused,
    KodeMasalah,
    Masalah,
    WilayahIndex,
)

_CONTOH: Final = 1 << 20
_LEMBAR: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PEMISAH_LAIN: Final = {",": "koma", ";": "titik koma", "\t": "tab"}


class BerkasSiksNg:
    """The file source: BNBA text, DTKS and DTSEN JSON, and workbooks of the same layouts."""

    options: tuple[FileOption, ...] = PILIHAN

    def read(
        self, path: Path, settings: Mapping[str, str], wilayah: WilayahIndex
    ) -> Iterator[Baris]:
        """The rows in file order. Raises FileRefused before the first row, or at a broken end."""
        konteks = Konteks(settings, wilayah)
        awal = _awal(path)
        if awal.startswith(_LEMBAR):
            yield from baca_lembar(path, konteks)
        elif awal.startswith(_UTF16):
            raise _ditolak(KodeMasalah.FILE_UNREADABLE, "simpan ulang berkas sebagai UTF-8")
        elif awal.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
            yield from _baca_json(path, awal, konteks)
        else:
            yield from _baca_tabel(path, konteks)


def file_source(_config: Config) -> BerkasSiksNg:
    """The file source; the export files need no configuration."""
    return BerkasSiksNg()


def _awal(path: Path) -> bytes:
    try:
        with path.open("rb") as berkas:
            return berkas.read(_CONTOH)
    except OSError as error:
        raise _ditolak(
            KodeMasalah.FILE_UNREADABLE, "berkas tidak dapat dibuka; periksa letak dan izinnya"
        ) from error


def _baca_tabel(path: Path, konteks: Konteks) -> Iterator[Baris]:
    pemeta: PemetaBaris | None = None
    nomor = 0
    for blok in baris_teks(path, konteks.encoding):
        for isi in blok:
            nomor += 1
            if pemeta is None:
                if isi is None or isi.strip():
                    pemeta = _kenali_judul(isi, konteks, nomor)
            elif isi is None:
                yield baris_ditolak(nomor, KodeMasalah.VALUE_FORMAT, _saran_aksara(konteks))
            elif isi and not isi.isspace():
                yield pemeta.petakan([sel.strip() for sel in isi.split(PEMISAH)], nomor)
    if pemeta is None:
        raise _ditolak(KodeMasalah.FILE_UNREADABLE, "berkas kosong")


def _kenali_judul(judul: str | None, konteks: Konteks, nomor: int) -> PemetaBaris:
    if judul is None:
        raise _ditolak(KodeMasalah.FILE_UNREADABLE, "berkas bukan teks UTF-8; simpan ulang")
    if "\r" in judul.strip():
        raise _ditolak(
            KodeMasalah.FILE_UNREADABLE, "akhir baris tidak dikenal; simpan ulang", nomor
        )
    if PEMISAH not in judul:
        for pemisah, nama in _PEMISAH_LAIN.items():
            if mirip_bnba(judul.split(pemisah)):
                pesan = f"kolom dipisah {nama}; ekspor ulang dengan pemisah |"
                raise _ditolak(KodeMasalah.COLUMN_COUNT, pesan, nomor)
    return pemeta_tabel(judul.split(PEMISAH), konteks, nomor)


def _baca_json(path: Path, awal: bytes, konteks: Konteks) -> Iterator[Baris]:
    contoh = awal.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    unsur = (
        objek_berbaris(path)
        if is_berbaris(contoh)
        else objek_larik(path, lambda amplop: _ambil_versi(amplop, konteks))
    )
    for nomor, objek in unsur:
        yield _baris_json(nomor, objek, konteks)


def _baris_json(nomor: int, objek: Unsur, konteks: Konteks) -> Baris:
    if objek is None:
        return baris_ditolak(nomor, KodeMasalah.VALUE_FORMAT, "bukan objek JSON yang utuh")
    return petakan_objek(objek, konteks, nomor)


def _ambil_versi(amplop: dict[str, Any], konteks: Konteks) -> None:
    versi: Nilai = amplop.get("versi")
    if isinstance(versi, str):
        konteks.lengkapi_versi(teks(versi))


def _saran_aksara(konteks: Konteks) -> str:
    lain = "cp1252" if konteks.encoding == "utf-8" else "utf-8"
    return f"aksara bukan {konteks.encoding}; simpan ulang, atau impor dengan encoding={lain}"


def _ditolak(kode: KodeMasalah, pesan: str, baris: int | None = None) -> FileRefused:
    return FileRefused(Masalah(kode=kode, pesan=pesan, baris=baris))
