"""Sums of a printed table: read row by row, compared with the totals that the table prints."""

from collections.abc import Collection, Iterable, Sequence

from adapters.sijosku.berkas.angka import TANDA_KOSONG, baca_jumlah
from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.berkas.sheet import Row, Sheet
from adapters.sijosku.berkas.tabel import cell
from gateway.domain.importing import KodeMasalah, Masalah
from gateway.kit.struct import Quiet

_LINES_NAMED = 20


class Counts(Quiet, frozen=True, kw_only=True):
    """The numbers of one row by column, and the total as printed."""

    baris: int
    sel: dict[int, int]
    total: int

    @property
    def sum(self) -> int:
        """What the numbers add up to."""
        return sum(self.sel.values())

    @property
    def adds_up(self) -> bool:
        """Whether that is what the row prints."""
        return self.sum == self.total


def read_counts(row: Row, sheet: Sheet, places: Iterable[int], total: int) -> Counts | Masalah:
    """A row's numbers, or its first problem.

    A dash or an empty cell is zero: the printed totals only come out that way.
    """
    sel: dict[int, int] = {}
    for place in (*places, total):
        told = cell(row, place, sheet, _count_or_zero)
        if isinstance(told, Masalah):
            return told
        sel[place] = told
    return Counts(baris=row.baris, total=sel.pop(total), sel=sel)


def check_columns(
    rows: Sequence[Counts], totals: Counts, sheet: Sheet, doubtful: Collection[int]
) -> None:
    """Raises FileRefused where a column differs from the line of totals.

    `doubtful` = lines that are worth a look, as their own numbers do not add up.
    """
    sums = {place: sum(row.sel[place] for row in rows) for place in totals.sel}
    wrong = [place for place, printed in totals.sel.items() if sums[place] != printed]
    if not wrong and totals.adds_up:
        return
    lines = ", ".join(str(baris) for baris in sorted(doubtful)[:_LINES_NAMED])
    raise refused(
        KodeMasalah.TOTAL_MISMATCH,
        f"jumlah {len(wrong)} kolom berbeda dari baris Grand Total"
        + (f"; periksa baris {lines}" if lines else ""),
        baris=totals.baris,
        kolom=sheet.kepala[wrong[0]] if wrong else None,
    )


def _count_or_zero(teks: str) -> int:
    return 0 if teks in TANDA_KOSONG else baca_jumlah(teks)
