"""The table of persons with disability: a kecamatan per row, a kind per column, totals checked."""

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from adapters.sijosku.berkas.jumlah import Counts, check_columns, read_counts
from adapters.sijosku.berkas.kecamatan import DaftarKecamatan
from adapters.sijosku.berkas.konteks import Impor
from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.berkas.sheet import Row, Sheet
from adapters.sijosku.berkas.tabel import one_column, problem, refused_row, twice, whole
from adapters.sijosku.codes import SISTEM
from gateway.domain.importing import Baris, FileRefused, KodeMasalah, Masalah
from gateway.domain.ppks import AngkaTahunan
from gateway.domain.taxonomy import baca_ragam
from gateway.domain.wilayah import Tingkat, tingkat
from gateway.kit.struct import Quiet
from gateway.kit.table import slug

JENIS: Final = "ppks:penyandang-disabilitas"
_KECAMATAN: Final = frozenset({"kecamatan"})
_TOTAL: Final = frozenset({"grand-total", "total", "jumlah", "jumlah-total"})


def matches(sheet: Sheet) -> bool:
    """A kecamatan column and at least one kind of disability."""
    return bool(_KECAMATAN & set(sheet.slugs)) and any(map(baca_ragam, sheet.kepala))


def read(sheet: Sheet, impor: Impor) -> Iterator[Baris]:
    """The rows in file order, every number of a kecamatan by kind.

    A row whose numbers do not add up to its total is refused; where the columns do not add up to
    the line of totals nothing is taken. A kecamatan without a row is noted. Raises FileRefused.
    """
    tabel = _Tabel(sheet, impor)
    results = [result for row in whole(sheet) if (result := tabel.row(row)) is not None]
    tabel.check()
    note = tabel.note_missing()
    last = max((place for place, baris in enumerate(results) if baris.isi), default=None)
    for place, baris in enumerate(results):
        yield structs.replace(baris, masalah=(note,)) if note and place == last else baris


class _Columns(Quiet, frozen=True, kw_only=True):
    """Where the table says what."""

    nama: int
    total: int
    ragam: dict[int, str]


class _Tabel:
    def __init__(self, sheet: Sheet, impor: Impor) -> None:
        self._sheet = sheet
        self._instansi = impor.pilihan.instansi
        self._tahun = _required_year(impor)
        self._kabupaten = _required_kabupaten(impor)
        self._daftar = DaftarKecamatan(self._kabupaten, impor.wilayah)
        self._columns = _columns(sheet)
        self._counts: list[Counts] = []
        self._totals: Counts | None = None
        self._doubtful: set[int] = set()
        self._line_of: dict[str, int] = {}

    def row(self, row: Row | Baris) -> Baris | None:
        """One kecamatan, or a refusal; None for the line of totals. Raises FileRefused."""
        if isinstance(row, Baris):
            self._doubtful.add(row.baris)
            return row
        is_totals = self._is_totals(row)
        counts = read_counts(row, self._sheet, self._columns.ragam, self._columns.total)
        if isinstance(counts, Masalah):
            if is_totals:
                raise FileRefused(counts)
            self._doubtful.add(row.baris)
            return refused_row(row, counts)
        if is_totals:
            self._totals = counts
            return None
        self._counts.append(counts)
        return self._kecamatan(row, counts)

    def check(self) -> None:
        """Raises FileRefused where the columns differ from the line of totals."""
        if self._totals is not None:
            doubtful = self._doubtful | {c.baris for c in self._counts if not c.adds_up}
            check_columns(self._counts, self._totals, self._sheet, doubtful)

    def note_missing(self) -> Masalah | None:
        """The note that some kecamatan of the kabupaten have no row."""
        missing = self._daftar.missing(self._line_of)
        if not missing:
            return None
        names = ", ".join(f"{self._daftar.nama[kode]} ({kode})" for kode in missing)
        pesan = f"kecamatan tanpa baris di tabel ini: {names}"
        return Masalah(kode=KodeMasalah.VALUE_MISSING, pesan=pesan, baris=self._sheet.baris_kepala)

    def _kecamatan(self, row: Row, counts: Counts) -> Baris:
        columns, sheet = self._columns, self._sheet
        if not counts.adds_up:
            pesan = f"sel berjumlah {counts.sum}, kolom jumlah berkata {counts.total}"
            mismatch = problem(KodeMasalah.TOTAL_MISMATCH, pesan, row, sheet, columns.total)
            return refused_row(row, mismatch)
        kode = self._daftar.kode(row.sel[columns.nama])
        if kode is None:
            pesan = f"kecamatan tidak dikenal di {self._kabupaten}; periksa ejaannya"
            unknown = problem(KodeMasalah.REGION_UNRESOLVED, pesan, row, sheet, columns.nama)
            return refused_row(row, unknown)
        if kode in self._line_of:
            pesan = f"kecamatan ini sudah ada di baris {self._line_of[kode]}"
            again = problem(KodeMasalah.DUPLICATE_ROW, pesan, row, sheet, columns.nama)
            return refused_row(row, again)
        self._line_of[kode] = row.baris
        return Baris(baris=row.baris, isi=tuple(self._melt(row, counts, kode)))

    def _melt(self, row: Row, counts: Counts, kode: str) -> Iterator[AngkaTahunan]:
        for place, ragam in self._columns.ragam.items():
            yield AngkaTahunan(
                sistem=SISTEM,
                instansi=self._instansi,
                kode_wilayah=kode,
                jenis=JENIS,
                subjenis=ragam,
                tahun=self._tahun,
                nilai=counts.sel[place],
                asli=row.sel[place],
            )

    def _is_totals(self, row: Row) -> bool:
        """The words for "total" stand in the column of names, or in one before it."""
        return any(slug(text) in _TOTAL for text in row.sel[: self._columns.nama + 1])


def _columns(sheet: Sheet) -> _Columns:
    """Raises FileRefused where the names or the totals are missing, or a kind stands twice."""
    nama, total = one_column(sheet, _KECAMATAN), one_column(sheet, _TOTAL)
    if nama is None or total is None:
        pesan = "kolom jumlah (Grand Total) tidak ada, padahal dipakai untuk memeriksa baris"
        raise refused(KodeMasalah.HEADER_UNKNOWN, pesan, baris=sheet.baris_kepala)
    kinds: dict[int, str] = {}
    for place, name in enumerate(sheet.kepala):
        if (ragam := baca_ragam(name)) is None:
            continue
        if ragam in kinds.values():
            raise twice(sheet, place)
        kinds[place] = ragam
    return _Columns(nama=nama, total=total, ragam=kinds)


def _required_year(impor: Impor) -> int:
    if impor.pilihan.tahun is None:
        pesan = "tabel ini tidak menyebut tahunnya: tambahkan --set tahun=2024"
        raise refused(KodeMasalah.VALUE_MISSING, pesan)
    return impor.pilihan.tahun


def _required_kabupaten(impor: Impor) -> str:
    kode = impor.pilihan.kode_wilayah
    if tingkat(kode) is not Tingkat.KAB_KOTA:
        pesan = "sebutkan kabupaten/kota tabel ini: tambahkan --set kode_wilayah=64.02"
        raise refused(KodeMasalah.VALUE_MISSING, pesan)
    return kode
