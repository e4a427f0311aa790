"""The rate table: a kabupaten per row, a year per column, decimals with a point or a comma."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from adapters.sijosku.berkas.angka import TANDA_KOSONG, baca_desimal
from adapters.sijosku.berkas.konteks import Impor
from adapters.sijosku.berkas.refusal import refused
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
from gateway.domain.importing import Baris, FileRefused, KodeMasalah, Masalah
from gateway.domain.ppks import AngkaTahunan
from gateway.domain.wilayah import Tingkat, tingkat
from gateway.kit.table import slug

TOLERANSI: Final = Decimal("0.05")
"""In the unit of the table: each printed number was rounded by itself."""
_NAMA: Final = frozenset({"kabupaten-kota", "kab-kota", "kabupaten", "kabupaten-kota-madya"})
_ORANG: Final = {"orang": Decimal(1), "ribu-orang": Decimal(1000)}

_Values = dict[int, Decimal]


def matches(sheet: Sheet) -> bool:
    """A kabupaten column and at least one year."""
    return bool(_NAMA & set(sheet.slugs)) and bool(year_columns(sheet))


def read(sheet: Sheet, impor: Impor) -> Iterator[Baris]:
    """The rows in file order as whole persons; the province's line is checked, not taken.

    Raises FileRefused where a year's sum is further from the province's number than rounding goes.
    """
    tabel = _Tabel(sheet, impor)
    results = [tabel.row(row) if isinstance(row, Row) else row for row in whole(sheet)]
    tabel.check()
    yield from (baris for baris in results if baris is not None)


class _Tabel:
    def __init__(self, sheet: Sheet, impor: Impor) -> None:
        self._sheet = sheet
        self._impor = impor
        self._factor = _required_unit(impor)
        self._jenis = _required_indicator(impor)
        self._provinsi = impor.wilayah.name(_required_province(impor))
        self._years = year_columns(sheet)
        self._nama = one_column(sheet, _NAMA) or 0
        self._rows: list[_Values] = []
        self._totals: tuple[Row, _Values] | None = None
        self._codes: set[str] = set()

    def row(self, row: Row) -> Baris | None:
        """One kabupaten, or a refusal; None for the province's line. Raises FileRefused."""
        values = self._values(row)
        if self._is_province(row):
            if isinstance(values, Masalah):
                raise FileRefused(values)
            self._totals = (row, values)
            return None
        if isinstance(values, Masalah):
            return refused_row(row, values)
        self._rows.append(values)
        return self._kabupaten(row, values)

    def check(self) -> None:
        """Raises FileRefused where the sum of a year differs from the province's number."""
        if self._totals is None:
            return
        row, printed = self._totals
        for tahun, total in printed.items():
            told = [values[tahun] for values in self._rows if tahun in values]
            if len(told) == len(self._rows) and abs(sum(told) - total) > TOLERANSI:
                pesan = "jumlah kabupaten/kota berbeda dari angka provinsi"
                raise FileRefused(
                    problem(KodeMasalah.TOTAL_MISMATCH, pesan, row, self._sheet, self._years[tahun])
                )

    def _values(self, row: Row) -> _Values | Masalah:
        values: _Values = {}
        for tahun, place in self._years.items():
            if row.sel[place] in TANDA_KOSONG:
                continue
            told = cell(row, place, self._sheet, baca_desimal)
            if isinstance(told, Masalah):
                return told
            values[tahun] = told
        return values

    def _kabupaten(self, row: Row, values: _Values) -> Baris:
        kode = self._impor.wilayah.resolve(self._provinsi, row.sel[self._nama], None, None)
        if kode is None or tingkat(kode) is not Tingkat.KAB_KOTA:
            pesan = "kabupaten/kota tidak dikenal di provinsi ini; periksa ejaannya"
            return self._refused(KodeMasalah.REGION_UNRESOLVED, pesan, row)
        if kode in self._codes:
            pesan = "kabupaten/kota ini sudah ada di baris lain"
            return self._refused(KodeMasalah.DUPLICATE_ROW, pesan, row)
        self._codes.add(kode)
        return Baris(baris=row.baris, isi=tuple(self._melt(row, values, kode)))

    def _melt(self, row: Row, values: _Values, kode: str) -> Iterator[AngkaTahunan]:
        for tahun, value in values.items():
            yield AngkaTahunan(
                sistem=SISTEM,
                instansi=self._impor.pilihan.instansi,
                kode_wilayah=kode,
                jenis=self._jenis,
                tahun=tahun,
                nilai=round(value * self._factor),
                asli=row.sel[self._years[tahun]],
            )

    def _is_province(self, row: Row) -> bool:
        name = slug(row.sel[self._nama])
        return name in {"jumlah", "total", slug(self._provinsi or "")}

    def _refused(self, kode: KodeMasalah, pesan: str, row: Row) -> Baris:
        return refused_row(row, problem(kode, pesan, row, self._sheet, self._nama))


def _required_unit(impor: Impor) -> Decimal:
    if impor.pilihan.satuan is None:
        pesan = "tabel ini tidak menyebut satuannya: tambahkan --set satuan=ribu-orang"
        raise refused(KodeMasalah.VALUE_MISSING, pesan)
    return _ORANG[impor.pilihan.satuan]


def _required_indicator(impor: Impor) -> str:
    if not impor.pilihan.indikator or not (name := slug(impor.pilihan.indikator)):
        pesan = "tabel ini tidak menyebut indikatornya: tambahkan --set indikator=penduduk-miskin"
        raise refused(KodeMasalah.VALUE_MISSING, pesan)
    return name


def _required_province(impor: Impor) -> str:
    kode = impor.pilihan.kode_wilayah
    if tingkat(kode) is not Tingkat.PROVINSI or impor.wilayah.name(kode) is None:
        pesan = "sebutkan provinsi tabel ini: tambahkan --set kode_wilayah=64"
        raise refused(KodeMasalah.VALUE_MISSING, pesan)
    return kode
