"""What an operator may add to a file with `--set name=value`, checked before the first row."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final, TypeVar

from adapters.simasos.config import Config
from adapters.simasos.reporter import BukanNomorError, baca_nomor
from adapters.simasos.textfile import refuse
from adapters.simasos.times import Urutan, baca_zona
from gateway.domain.complaint import Pelapor
from gateway.domain.importing import FileOption, KodeMasalah
from gateway.kit.struct import Quiet
from gateway.kit.table import slug

T = TypeVar("T")

OPTIONS: Final = (
    FileOption(
        name="jenis", help="obrolan (ekspor WhatsApp) atau rekap; kosong = dikenali sendiri"
    ),
    FileOption(
        name="tanggal", help="dmy atau mdy; perlu bila tanggal di obrolan dapat dibaca dua cara"
    ),
    FileOption(name="zona", help="zona waktu file, misalnya Asia/Makassar, WITA atau +08:00"),
    FileOption(
        name="petugas", help="nama atau nomor petugas, dipisah koma; pesannya bukan pengaduan"
    ),
)


class Petugas(Quiet, frozen=True, kw_only=True):
    """The office's staff: names as slugs, numbers as digits."""

    nama: frozenset[str]
    nomor: frozenset[str]

    def __contains__(self, pelapor: Pelapor) -> bool:
        if pelapor.nomor is not None:
            return pelapor.nomor in self.nomor
        return pelapor.nama is not None and slug(pelapor.nama) in self.nama

    def __bool__(self) -> bool:
        return bool(self.nama or self.nomor)


class Aturan(Quiet, frozen=True, kw_only=True):
    """The settings of one reading."""

    jenis: str | None
    urutan: Urutan | None
    zona: tzinfo
    petugas: Petugas
    provinsi: str
    kab_kota: str


def read_settings(settings: Mapping[str, str], config: Config) -> Aturan:
    """The operator's settings over the configured ones. Raises FileRefused for a wrong value."""
    jenis = settings.get("jenis", "").strip().lower() or None
    if jenis not in (None, "obrolan", "rekap"):
        refuse(KodeMasalah.VALUE_FORMAT, "jenis harus obrolan atau rekap")
    return Aturan(
        jenis=jenis,
        urutan=_urutan(settings.get("tanggal", "")),
        zona=_zona(settings.get("zona") or config.zona),
        petugas=_petugas(
            settings["petugas"].split(",") if "petugas" in settings else config.petugas
        ),
        provinsi=config.provinsi,
        kab_kota=config.kab_kota,
    )


def _urutan(text: str) -> Urutan | None:
    if not text.strip():
        return None
    try:
        return Urutan(text.strip().lower())
    except ValueError:
        refuse(KodeMasalah.VALUE_FORMAT, "tanggal harus dmy atau mdy")


def _zona(text: str) -> tzinfo:
    try:
        return baca_zona(text)
    except ValueError:
        refuse(KodeMasalah.VALUE_FORMAT, "zona tidak dikenal: pakai WIB, WITA, WIT atau +08:00")


def _petugas(told: list[str] | tuple[str, ...]) -> Petugas:
    names, numbers = set[str](), set[str]()
    for each in told:
        try:
            numbers.add(baca_nomor(each))
        except BukanNomorError:
            names.add(slug(each))
    return Petugas(nama=frozenset(names - {""}), nomor=frozenset(numbers))
