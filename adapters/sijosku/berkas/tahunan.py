"""The wide yearly table: a category per row, a year per column; melted to one number each."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from adapters.sijosku.berkas.angka import TANDA_KOSONG, baca_jumlah
from adapters.sijosku.berkas.anomali import tandai
from adapters.sijosku.berkas.konteks import Impor
from adapters.sijosku.berkas.sheet import Row, Sheet
from adapters.sijosku.berkas.tabel import (
    cell,
    one_column,
    problem,
    refused_row,
    whole,
    year_columns,
)
from adapters.sijosku.codes import SISTEM
from gateway.domain.importing import Baris, KodeMasalah, Masalah
from gateway.domain.pengenal import TERPANJANG
from gateway.domain.person import Peringatan
from gateway.domain.ppks import AngkaTahunan
from gateway.domain.statistics import BEDA_INSTANSI
from gateway.domain.taxonomy import KategoriAmbigu, baca_kategori
from gateway.kit.mask import mask_text
from gateway.kit.struct import Quiet
from gateway.kit.table import slug

_JENIS: Final = frozenset({"jenis-ppks", "jenis-pmks", "jenis", "kategori"})
_SATUAN: Final = frozenset({"satuan"})
_NOMOR: Final = frozenset({"no", "nomor"})
_INSTANSI: Final = frozenset({"instansi", "opd", "sumber", "sumber-data"})
_TOTAL: Final = frozenset({"jumlah", "total", "grand-total", "jumlah-total", "jumlah-ppks"})
_NUMBER: Final = re.compile(r"\d{1,2}", re.ASCII)


def matches(sheet: Sheet) -> bool:
    """A category column and at least one year."""
    return bool(_JENIS & set(sheet.slugs)) and bool(year_columns(sheet))


def read(sheet: Sheet, impor: Impor) -> Iterator[Baris]:
    """The rows in file order; a row with an unreadable number is refused whole.

    A line of totals is checked and never taken; one that differs from its rows is refused.
    """
    reader = _Reader(sheet, impor)
    for row in whole(sheet):
        baris = reader.row(row) if isinstance(row, Row) else row
        if baris is not None:
            yield baris


class _Series(Quiet, frozen=True, kw_only=True):
    """What names a row's numbers."""

    jenis: str
    instansi: str
    satuan: str


class _Reader:
    def __init__(self, sheet: Sheet, impor: Impor) -> None:
        self._sheet = sheet
        self._impor = impor
        self._years = year_columns(sheet)
        self._jenis, self._satuan, self._nomor, self._instansi = (
            one_column(sheet, names) for names in (_JENIS, _SATUAN, _NOMOR, _INSTANSI)
        )
        self._seen: dict[tuple[str, str], dict[str, dict[int, int]]] = {}
        self._sums: Counter[int] = Counter()

    def row(self, row: Row) -> Baris | None:
        """One row melted, or refused; None for a line of totals that is right."""
        if slug(self._text(row, self._jenis)) in _TOTAL:
            return self._totals(row)
        try:
            series = self._series(row)
        except KategoriAmbigu:
            return self._refused(
                row,
                KodeMasalah.AMBIGUOUS_CATEGORY,
                "singkatan kategori berarti lebih dari satu; tulis nama lengkapnya",
            )
        if (wrong := _wrong_name(series)) is not None:
            return self._refused(row, *wrong)
        values, problems = self._values(row)
        if problems:
            return refused_row(row, *problems)
        others = self._seen.setdefault((series.jenis, series.satuan), {})
        if series.instansi in others:
            return self._refused(
                row, KodeMasalah.DUPLICATE_ROW, "jenis ini sudah ada di baris lain"
            )
        conflicts = _conflicts(values, others)
        others[series.instansi] = values
        self._sums.update(values)
        return Baris(baris=row.baris, isi=tuple(self._melt(row, series, values, conflicts)))

    def _totals(self, row: Row) -> Baris | None:
        values, problems = self._values(row)
        wrong = [tahun for tahun, printed in values.items() if self._sums[tahun] != printed]
        if not (problems or wrong):
            return None
        pesan = "jumlah berbeda dari baris di atasnya; jumlah tidak disimpan"
        differs = (
            problem(KodeMasalah.TOTAL_MISMATCH, pesan, row, self._sheet, self._years[tahun])
            for tahun in wrong[:1]
        )
        return refused_row(row, *problems, *differs)

    def _series(self, row: Row) -> _Series:
        jenis = self._text(row, self._jenis)
        nomor = self._text(row, self._nomor)
        kategori = baca_kategori(jenis, nomor=int(nomor) if _NUMBER.fullmatch(nomor) else None)
        return _Series(
            jenis=kategori.kode if kategori else slug(jenis),
            instansi=self._text(row, self._instansi) or self._impor.pilihan.instansi,
            satuan=self._text(row, self._satuan) or "Orang",
        )

    def _values(self, row: Row) -> tuple[dict[int, int], list[Masalah]]:
        """Year -> number, without the years that have none."""
        values: dict[int, int] = {}
        problems: list[Masalah] = []
        for tahun, place in self._years.items():
            if row.sel[place] in TANDA_KOSONG:
                if row.sel[place] and self._impor.pilihan.strip == "nol":
                    values[tahun] = 0
                continue
            told = cell(row, place, self._sheet, baca_jumlah)
            if isinstance(told, Masalah):
                problems.append(told)
            else:
                values[tahun] = told
        return values, problems

    def _melt(
        self, row: Row, series: _Series, values: dict[int, int], conflicts: frozenset[int]
    ) -> Iterator[AngkaTahunan]:
        flags = tandai(values, self._impor.config)
        for tahun, nilai in values.items():
            yield AngkaTahunan(
                sistem=SISTEM,
                instansi=series.instansi,
                kode_wilayah=self._impor.pilihan.kode_wilayah,
                jenis=series.jenis,
                tahun=tahun,
                nilai=nilai,
                satuan=series.satuan,
                asli=self._text(row, self._jenis),
                peringatan=flags[tahun] + (_CONFLICT if tahun in conflicts else ()),
            )

    def _text(self, row: Row, place: int | None) -> str:
        return mask_text(row.sel[place]) if place is not None else ""

    def _refused(self, row: Row, kode: KodeMasalah, pesan: str) -> Baris:
        return refused_row(row, problem(kode, pesan, row, self._sheet, self._jenis or 0))


_CONFLICT: Final = (
    Peringatan(
        kode=BEDA_INSTANSI,
        atribut="nilai",
        pesan="instansi lain menyatakan angka yang berbeda; keduanya disimpan",
    ),
)


def _wrong_name(series: _Series) -> tuple[KodeMasalah, str] | None:
    """Why nothing can be kept under this name."""
    if not series.jenis:
        return KodeMasalah.VALUE_MISSING, "jenis PPKS kosong"
    if max(len(series.jenis), len(series.instansi)) > TERPANJANG:
        return KodeMasalah.VALUE_FORMAT, f"jenis atau instansi lebih dari {TERPANJANG} huruf"
    return None


def _conflicts(values: dict[int, int], others: dict[str, dict[int, int]]) -> frozenset[int]:
    """The years for which another agency states another number."""
    return frozenset(
        tahun
        for tahun, nilai in values.items()
        for other in others.values()
        if other.get(tahun, nilai) != nilai
    )
