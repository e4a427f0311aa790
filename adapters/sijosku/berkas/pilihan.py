"""What the operator says beside the file (`--set name=value`)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.config import Config
from gateway.domain.importing import FileOption, KodeMasalah
from gateway.domain.wilayah import parse_kode
from gateway.kit.table import slug

OPTIONS: Final = (
    FileOption(name="kode_wilayah", help="Kode Kemendagri wilayah yang dicakup, misalnya 64.02."),
    FileOption(name="instansi", help="Instansi yang menyatakan angka di dalam berkas."),
    FileOption(name="tahun", help="Tahun data; wajib untuk tabel disabilitas."),
    FileOption(name="kategori", help="Kategori semua baris orang, bila berkas tak menyebutnya."),
    FileOption(
        name="nomor_kategori",
        help="`baku` bila nomor kategori mengikuti urutan lazim 26 PPKS; bawaan: `setempat`.",
    ),
    FileOption(name="indikator", help="Nama indikator tabel per kabupaten/kota; wajib untuk itu."),
    FileOption(
        name="satuan", help="`orang` atau `ribu-orang`; wajib untuk tabel per kabupaten/kota."
    ),
    FileOption(
        name="strip",
        help="Arti `-` di tabel tahunan: `kosong` (tidak ada nilai; bawaan) atau `nol`.",
    ),
)


class Pilihan(msgspec.Struct, frozen=True, kw_only=True):
    """The options of one import, checked; None where nothing was said."""

    kode_wilayah: str
    instansi: str
    tahun: int | None = None
    kategori: str | None = None
    nomor_kategori: Literal["baku", "setempat"] = "setempat"
    indikator: str | None = None
    satuan: Literal["orang", "ribu-orang"] | None = None
    strip: Literal["kosong", "nol"] = "kosong"


def baca_pilihan(settings: Mapping[str, str], config: Config) -> Pilihan:
    """The options with the config's defaults. Raises FileRefused for an unknown or wrong one."""
    told: dict[str, Any] = {"kode_wilayah": config.kode_wilayah, "instansi": config.instansi}
    for name, text in settings.items():
        reader = _READERS.get(name)
        if reader is None:
            raise refused(KodeMasalah.VALUE_FORMAT, "ada pilihan (--set) yang tidak dikenal")
        try:
            told[name] = reader(text.strip())
        except ValueError:
            raise refused(KodeMasalah.VALUE_FORMAT, f"isi pilihan {name} salah") from None
    return msgspec.convert(told, Pilihan)


def _year(text: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", text, re.ASCII):
        raise ValueError("bukan tahun")
    return int(text)


def _text(text: str) -> str:
    if not text:
        raise ValueError("kosong")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if (word := slug(text)) not in words:
            raise ValueError("bukan salah satu kata yang dikenal")
        return word

    return read


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "kode_wilayah": parse_kode,
    "instansi": _text,
    "tahun": _year,
    "kategori": _text,
    "nomor_kategori": _one_of("baku", "setempat"),
    "indikator": _text,
    "satuan": _one_of("orang", "ribu-orang"),
    "strip": _one_of("kosong", "nol"),
}
