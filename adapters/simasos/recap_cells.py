"""Reads the cells of one recap row, and notes what is wrong with each in words to act on."""

import re
from datetime import datetime
from typing import Final, NoReturn

from adapters.simasos.classify import NAMA_KATEGORI
from adapters.simasos.recap_sheet import Letak, Rekam
from adapters.simasos.recap_tables import LANGKAH, YA_TIDAK, Kolom
from adapters.simasos.reporter import BukanNomorError, baca_nomor
from adapters.simasos.settings import Aturan
from adapters.simasos.times import Urutan, baca_saat
from gateway.domain.complaint import StatusPengaduan
from gateway.domain.importing import KodeMasalah, Masalah, WilayahIndex
from gateway.domain.nik import is_sixteen_digits
from gateway.domain.pengenal import bersih

_ROUNDED: Final = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+|[0-9]{15,17}[.,]0+")
_KECAMATAN_DEPTH: Final = 3


class RowRefusedError(Exception):
    """The row cannot become a complaint; says why."""

    def __init__(self, masalah: Masalah) -> None:
        super().__init__(masalah.pesan)
        self.masalah = masalah


class Sel:
    """One row, cell by cell. `masalah` gathers what is odd but does not refuse the row."""

    def __init__(self, record: Rekam, letak: Letak) -> None:
        self.baris = record.baris
        self.masalah: list[Masalah] = []
        self._letak = letak
        self._record = record

    def refuse(self, kode: KodeMasalah, kolom: Kolom, pesan: str) -> NoReturn:
        """Refuse the row. Raises RowRefusedError."""
        raise RowRefusedError(self._problem(kode, kolom, pesan)) from None

    def check_count(self) -> None:
        """Raises RowRefusedError for a row with more or fewer cells than the header."""
        width = len(self._letak.judul)
        cells = self._record.sel
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            pesan = f"{len(cells)} sel, padahal judul punya {width}"
            raise RowRefusedError(
                Masalah(kode=KodeMasalah.COLUMN_COUNT, pesan=pesan, baris=self.baris)
            )

    def teks(self, kolom: Kolom) -> str | None:
        """The cell, or None where it is empty, a dash, or the sheet has no such column."""
        if kolom not in self._letak.kolom:
            return None
        text = self._record.sel[self._letak.kolom.index(kolom)].strip()
        return text if text.strip("-\u2013 ") else None

    def wajib(self, kolom: Kolom) -> str:
        """The cell. Raises RowRefusedError where it is empty."""
        text = self.teks(kolom)
        if text is None:
            self.refuse(KodeMasalah.VALUE_MISSING, kolom, f"{kolom.value} kosong")
        return text

    def pada(self, aturan: Aturan) -> tuple[datetime, bool]:
        """When it was received, and whether an hour was told. Raises RowRefusedError.

        An hour in a column of its own wins over the one that a spreadsheet adds to every date.
        """
        moment, told = self._saat(Kolom.TANGGAL, self.wajib(Kolom.TANGGAL), aturan)
        hour = self.teks(Kolom.JAM)
        if hour is None:
            return moment, told
        day = moment.astimezone(aturan.zona).date().isoformat()
        return self._saat(Kolom.JAM, f"{day} {hour}", aturan)

    def _saat(self, kolom: Kolom, text: str, aturan: Aturan) -> tuple[datetime, bool]:
        try:
            return baca_saat(text, aturan.urutan or Urutan.DMY, aturan.zona)
        except ValueError:
            self.refuse(KodeMasalah.DATE_FORMAT, kolom, "tulis seperti 04/03/2024 atau 09.12")

    def nomor(self) -> str | None:
        """The reporter's number; one that is none is left out and flagged."""
        text = self.teks(Kolom.NOMOR)
        if text is None:
            return None
        try:
            return baca_nomor(text)
        except BukanNomorError:
            self._note(KodeMasalah.VALUE_FORMAT, Kolom.NOMOR, "bukan nomor telepon, tidak dipakai")
            return None

    def nik(self) -> str | None:
        """The NIK of the person it is about; a damaged one is left out and flagged."""
        text = bersih(self.teks(Kolom.NIK) or "").replace(" ", "")
        if not text:
            return None
        if is_sixteen_digits(text):
            return text
        if _ROUNDED.fullmatch(text):
            self._note(KodeMasalah.NIK_FLOAT, Kolom.NIK, "dibulatkan Excel: jadikan kolom teks")
        else:
            self._note(KodeMasalah.NIK_FORMAT, Kolom.NIK, "NIK harus 16 angka, tidak dipakai")
        return None

    def kategori(self) -> str | None:
        """The category as written; one that no table knows is flagged."""
        text = self.teks(Kolom.KATEGORI)
        if text is not None and NAMA_KATEGORI.get(text) is None:
            self._unknown(Kolom.KATEGORI, NAMA_KATEGORI.label)
        return text

    def langkah(self) -> tuple[StatusPengaduan | None, str | None]:
        """The step reached, and how it was written; an unknown one is flagged."""
        text = self.teks(Kolom.LANGKAH)
        if text is None:
            return None, None
        status = LANGKAH.get(text)
        if status is None:
            self._unknown(Kolom.LANGKAH, LANGKAH.label)
        return status, text

    def ya(self, kolom: Kolom) -> bool:
        """A yes or no; what is neither counts as yes, because it protects the reporter."""
        text = self.teks(kolom)
        if text is None:
            return False
        answer = YA_TIDAK.get(text)
        if answer is None:
            self._unknown(kolom, YA_TIDAK.label)
        return answer is not False

    def wilayah(self, aturan: Aturan, index: WilayahIndex) -> str | None:
        """The area's code as deep as the names prove; flagged where that is not all they tell."""
        kecamatan, desa = self.teks(Kolom.KECAMATAN), self.teks(Kolom.DESA)
        if kecamatan is None and desa is None:
            return None
        kode = index.resolve(aturan.provinsi, aturan.kab_kota, kecamatan, desa)
        depth = kode.count(".") + 1 if kode else 0
        if depth < _KECAMATAN_DEPTH + (desa is not None):
            kolom = Kolom.KECAMATAN if depth < _KECAMATAN_DEPTH and kecamatan else Kolom.DESA
            self._note(KodeMasalah.REGION_UNRESOLVED, kolom, "nama wilayah tidak dikenal")
        return kode if depth >= _KECAMATAN_DEPTH else None

    def _unknown(self, kolom: Kolom, table: str) -> None:
        self._note(KodeMasalah.CODE_UNKNOWN, kolom, f"tidak ada di daftar {table}")

    def _note(self, kode: KodeMasalah, kolom: Kolom, pesan: str) -> None:
        self.masalah.append(self._problem(kode, kolom, pesan))

    def _problem(self, kode: KodeMasalah, kolom: Kolom, pesan: str) -> Masalah:
        return Masalah(
            kode=kode, pesan=pesan, baris=self.baris, kolom=self._letak.header(kolom).strip()
        )
