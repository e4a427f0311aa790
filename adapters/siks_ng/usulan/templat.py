"""Writes proposals (usulan) in the columns of SIKS-NG's upload template, as CSV or XLSX."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from adapters.siks_ng.codes import BENAR
from gateway.domain.importing import KodeMasalah, Masalah
from gateway.domain.person import Alamat, Penduduk, StatusKawin
from gateway.domain.ppks import RekamanPpks
from gateway.domain.programmes import baca_program

_STATUS_KAWIN: Final[Mapping[StatusKawin, str]] = {
    StatusKawin.BELUM_KAWIN: "BELUM KAWIN",
    StatusKawin.KAWIN: "KAWIN",
    StatusKawin.CERAI_HIDUP: "CERAI HIDUP",
    StatusKawin.CERAI_MATI: "CERAI MATI",
}
_DISABILITAS: Final = frozenset({
    "ppks:penyandang-disabilitas", "ppks:anak-dengan-kedisabilitasan", "pas:penyandang-disabilitas",
})  # fmt: skip
_AWAL_RUMUS: Final = ("=", "+", "-", "@")


class Usulan(msgspec.Struct, frozen=True, kw_only=True):
    """What one upload proposes: a programme, and the local code of each kind of disability.

    `program` is a slug of the house. `nama_program` is what the upload calls it (default: the slug
    in capitals). The codes of the disability column are not public; without a table it stays empty.
    """

    program: str
    nama_program: str = ""
    kode_disabilitas: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        if baca_program(self.program) != self.program:
            msg = "program tidak ada di dalam daftar program bantuan"
            raise ValueError(msg)


KOLOM: Final[tuple[tuple[str, Callable[[RekamanPpks, Usulan], object]], ...]] = (
    ("NIK", lambda r, _: r.orang.nik),
    ("PROGRAM BANSOS", lambda _, u: u.nama_program or u.program.upper()),
    ("NOKK", lambda r, _: r.orang.no_kk),
    ("NAMA", lambda r, _: r.orang.nama_lengkap),
    ("TEMPAT LAHIR", lambda r, _: r.orang.tempat_lahir),
    ("TANGGAL LAHIR", lambda r, _: r.orang.tanggal_lahir),
    ("IBU KANDUNG", lambda r, _: r.orang.nama_ibu_kandung),
    ("JENIS KELAMIN", lambda r, _: r.orang.jenis_kelamin),
    ("JENIS PEKERJAAN", lambda r, _: r.orang.pekerjaan),
    ("STATUS KAWIN", lambda r, _: _status_kawin(r.orang)),
    ("ALAMAT", lambda r, _: _alamat(r.orang).jalan),
    ("RT", lambda r, _: _alamat(r.orang).rt),
    ("RW", lambda r, _: _alamat(r.orang).rw),
    ("PROVINSI", lambda r, _: r.orang.provinsi),
    ("KABUPATEN", lambda r, _: r.orang.kab_kota),
    ("KECAMATAN", lambda r, _: r.orang.kecamatan),
    ("KELURAHAN", lambda r, _: r.orang.desa_kelurahan),
    ("STATUS DISABILITAS", lambda r, _: "YA" if _disabilitas(r) else "TIDAK"),
    ("KODE JENIS DISABILITAS", lambda r, u: _kode_disabilitas(r, u.kode_disabilitas)),
    ("STATUS HAMIL", lambda r, _: _hamil(r)),
    ("TGL MULAI HAMIL", lambda r, _: r.tambahan.get("tgl_mulai_hamil")),
)
"""The template's columns, in its order, and where each value comes from."""

_WAJIB: Final = ("NIK", "NOKK", "NAMA", "TANGGAL LAHIR")


def tulis_csv(path: Path, rekaman: Iterable[RekamanPpks], usulan: Usulan) -> tuple[Masalah, ...]:
    """Write the template as CSV; answers the records left out (`baris` = place in `rekaman`)."""
    dilewati: list[Masalah] = []
    with path.open("w", encoding="utf-8", newline="") as berkas:
        # Quotes around every cell say that NIK and RT are texts.
        penulis = csv.writer(berkas, quoting=csv.QUOTE_ALL)
        for sel in _lembar(rekaman, usulan, dilewati):
            penulis.writerow([_bukan_rumus(isi) for isi in sel])
    return tuple(dilewati)


def tulis_xlsx(path: Path, rekaman: Iterable[RekamanPpks], usulan: Usulan) -> tuple[Masalah, ...]:
    """The same as XLSX with every cell a text, so that no NIK becomes a number."""
    dilewati: list[Masalah] = []
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as buku:
        lembar = buku.add_worksheet("USULAN")
        teks = buku.add_format({"num_format": "@"})
        lembar.set_column(0, len(KOLOM) - 1, 20, teks)
        for n, sel in enumerate(_lembar(rekaman, usulan, dilewati)):
            for k, isi in enumerate(sel):
                lembar.write_string(n, k, isi, teks)
    return tuple(dilewati)


def _lembar(
    rekaman: Iterable[RekamanPpks], usulan: Usulan, dilewati: list[Masalah]
) -> Iterator[list[str]]:
    """The header and the rows; a record without what the template demands goes to `dilewati`."""
    yield [judul for judul, _ in KOLOM]
    for nomor, satu in enumerate(rekaman, 1):
        sel = {judul: _sel(ambil(satu, usulan)) for judul, ambil in KOLOM}
        kurang = [judul for judul in _WAJIB if not sel[judul]]
        dilewati += [_kosong(nomor, judul) for judul in kurang]
        if not kurang:
            yield [*sel.values()]


def _sel(nilai: object) -> str:
    if isinstance(nilai, date):
        return nilai.strftime("%d/%m/%Y")
    return nilai if isinstance(nilai, str) else ""


def _bukan_rumus(isi: str) -> str:
    """A text that a spreadsheet would run as a formula is marked as text."""
    return f"'{isi}" if isi.startswith(_AWAL_RUMUS) else isi


def _alamat(orang: Penduduk) -> Alamat:
    return orang.alamat if isinstance(orang.alamat, Alamat) else Alamat()


def _status_kawin(orang: Penduduk) -> str | None:
    status = orang.status_kawin
    return _STATUS_KAWIN[status] if isinstance(status, StatusKawin) else None


def _disabilitas(rekaman: RekamanPpks) -> bool:
    return any(kategori.kode in _DISABILITAS for kategori in rekaman.kategori)


def _kode_disabilitas(rekaman: RekamanPpks, daftar: Mapping[str, str]) -> str | None:
    kode = (daftar.get(k.subjenis or "") for k in rekaman.kategori)
    return next((k for k in kode if k), None)


def _hamil(rekaman: RekamanPpks) -> str | None:
    hamil = BENAR.get(rekaman.tambahan.get("isAktifHamil", ""))
    return None if hamil is None else "YA" if hamil else "TIDAK"


def _kosong(nomor: int, judul: str) -> Masalah:
    return Masalah(
        kode=KodeMasalah.VALUE_MISSING,
        pesan="tidak ditulis: isian wajib templat ini tidak ada",
        baris=nomor,
        kolom=judul,
    )
