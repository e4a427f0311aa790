"""Reads what comes back: results of a proposal upload, anomalies to verify, ground checks."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Generic, TypeVar

from adapters.siks_ng import isian
from adapters.siks_ng.codes import BENAR, baca_padan
from adapters.siks_ng.temuan import Temuan
from adapters.siks_ng.usulan.csvfile import BarisCsv, baca_csv
from gateway.domain.importing import KodeMasalah, Masalah
from gateway.domain.ppks import Padan, StatusPpks
from gateway.domain.programmes import baca_program
from gateway.kit.struct import Quiet
from gateway.kit.table import CodeTable

T = TypeVar("T", bound=Quiet)

HASIL_UNGGAH: Final = CodeTable(
    "hasil-usulan",
    "siks-ng-1",
    {
        StatusPpks.DIUSULKAN: ("BERHASIL", "SUKSES", "DITERIMA", "TERSIMPAN"),
        StatusPpks.DIOLAH_PUSAT: ("PROSES", "DIPROSES", "MENUNGGU"),
        StatusPpks.DITOLAK: ("GAGAL", "DITOLAK", "TIDAK VALID"),
    },
)
"""Wordings assumed: the column is known, its values are not published."""


class HasilUsulan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one proposed person; raw words stay beside the reading."""

    nik_usulan: str
    nama_kec: str = ""
    nama_desa: str = ""
    program: str | None = None
    program_asli: str = ""
    status: StatusPpks | None = None
    hasil: str = ""
    padan: Padan | None = None
    nama_lgkp: str = ""
    ket_vali: str = ""


class Anomali(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One record that the ministry wants verified, with the correction if one was made."""

    id_dtks: str = ""
    nik: str | None = None
    nkk: str | None = None
    nama: str = ""
    anomali: str = ""
    nik_perbaikan: str | None = None
    pekerjaan: str = ""
    status: str = ""
    ket_verivali: str = ""
    bukti_siksng: str = ""
    status_anomali: str = ""
    catatan_penolakan: str = ""


class CekLapangan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One ground check: the listed person against the identity card, and where the house is.

    Coordinates are degrees; `bujur` (longitude) is the column that the file calls `lang`.
    """

    nik: str | None = None
    nik_ktp: str | None = None
    nama: str = ""
    nama_ktp: str = ""
    nkk: str | None = None
    alamat: str = ""
    source: str = ""
    lintang: float | None = None
    bujur: float | None = None
    terbukti: bool | None = None
    alasan: str = ""


class BarisHasil(Quiet, Generic[T], frozen=True, kw_only=True):
    """One line: what it says, or why it was refused; warnings may stand beside content."""

    baris: int
    isi: T | None = None
    masalah: tuple[Masalah, ...] = ()


Bacaan = Callable[[Mapping[str, str], Temuan], T]

_KOLOM_HASIL: Final = (
    "nama_kec", "nama_desa", "nik_usulan", "program_bansos", "hasil", "padan", "nama_lgkp",
    "ket_vali",
)  # fmt: skip
_KOLOM_ANOMALI: Final = (
    "id_dtks", "nik", "nkk", "nama", "nama_anomali", "indikasi_masalah", "nik_perbaikan",
    "pekerjaan", "status", "ket_verivali", "bukti_siksng", "status_anomali", "catatan_penolakan",
)  # fmt: skip
_KOLOM_LAPANGAN: Final = (
    "nik", "nik_ktp", "nama", "nama_ktp", "nkk", "alamat", "source", "lat", "lang", "terbukti",
    "alasan",
)  # fmt: skip
_SALIN_ANOMALI: Final = (
    "id_dtks", "nama", "pekerjaan", "status", "ket_verivali", "bukti_siksng", "status_anomali",
    "catatan_penolakan",
)  # fmt: skip


def baca_hasil_usulan(path: Path) -> Iterator[BarisHasil[HasilUsulan]]:
    """The result file of an upload. Raises FileRefused."""
    wajib = ("nik_usulan", "program_bansos", "hasil")
    return _baca(baca_csv(path, _KOLOM_HASIL, wajib), _hasil)


def baca_anomali(path: Path) -> Iterator[BarisHasil[Anomali]]:
    """The list of anomalies to verify. Raises FileRefused."""
    return _baca(baca_csv(path, _KOLOM_ANOMALI, ("id_dtks", "nik")), _anomali)


def baca_cek_lapangan(path: Path) -> Iterator[BarisHasil[CekLapangan]]:
    """The file of ground checks with geotags. Raises FileRefused."""
    return _baca(baca_csv(path, _KOLOM_LAPANGAN, ("nik", "lat", "lang")), _lapangan)


def _baca(baris: Iterator[BarisCsv], baca: Bacaan[T]) -> Iterator[BarisHasil[T]]:
    for satu in baris:
        if satu.masalah:
            yield BarisHasil(baris=satu.baris, masalah=satu.masalah)
            continue
        temuan = Temuan(satu.baris)
        isi = baca(satu.sel, temuan)
        yield BarisHasil(
            baris=satu.baris, isi=None if temuan.ditolak else isi, masalah=temuan.masalah
        )


def _hasil(sel: Mapping[str, str], temuan: Temuan) -> HasilUsulan:
    nik = _nik(sel, "nik_usulan", temuan)
    if nik is None and not temuan.ditolak:
        temuan.tolak(KodeMasalah.VALUE_MISSING, "nik_usulan")
    status = HASIL_UNGGAH.get(sel["hasil"])
    if status is None:
        temuan.tandai(KodeMasalah.CODE_UNKNOWN, "hasil")
    padan = sel.get("padan", "")
    return HasilUsulan(
        nik_usulan=nik or "",
        nama_kec=sel.get("nama_kec", ""),
        nama_desa=sel.get("nama_desa", ""),
        program=baca_program(sel["program_bansos"]),
        program_asli=sel["program_bansos"],
        status=status,
        hasil=sel["hasil"],
        padan=baca_padan(padan) if padan else None,
        nama_lgkp=sel.get("nama_lgkp", ""),
        ket_vali=sel.get("ket_vali", ""),
    )


def _anomali(sel: Mapping[str, str], temuan: Temuan) -> Anomali:
    return Anomali(
        nik=_nik(sel, "nik", temuan),
        nkk=_kk(sel, temuan),
        anomali=sel.get("nama_anomali") or sel.get("indikasi_masalah", ""),
        nik_perbaikan=_nik(sel, "nik_perbaikan", temuan),
        **{nama: sel.get(nama, "") for nama in _SALIN_ANOMALI},
    )


def _lapangan(sel: Mapping[str, str], temuan: Temuan) -> CekLapangan:
    return CekLapangan(
        nik=_nik(sel, "nik", temuan),
        nik_ktp=_nik(sel, "nik_ktp", temuan),
        nama=sel.get("nama", ""),
        nama_ktp=sel.get("nama_ktp", ""),
        nkk=_kk(sel, temuan),
        alamat=sel.get("alamat", ""),
        source=sel.get("source", ""),
        lintang=_derajat(sel, "lat", 90, temuan),
        bujur=_derajat(sel, "lang", 180, temuan),
        terbukti=BENAR.get(sel.get("terbukti", "")),
        alasan=sel.get("alasan", ""),
    )


def _nik(sel: Mapping[str, str], kolom: str, temuan: Temuan) -> str | None:
    nik = isian.nik(sel.get(kolom, ""), kolom, temuan)
    return nik if isinstance(nik, str) else None


def _kk(sel: Mapping[str, str], temuan: Temuan) -> str | None:
    nomor = isian.no_kk(sel.get("nkk", ""), "nkk", temuan)
    return nomor if isinstance(nomor, str) else None


def _derajat(sel: Mapping[str, str], kolom: str, batas: int, temuan: Temuan) -> float | None:
    if not (teks := sel.get(kolom, "").replace(",", ".")):
        return None
    try:
        derajat = float(teks)
    except ValueError:
        derajat = float("nan")
    if abs(derajat) <= batas:
        return derajat
    temuan.tandai(KodeMasalah.VALUE_FORMAT, kolom)
    return None
