"""Counts PPKS records for a caller, without a cell that is too small for its grant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import WIB
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import BadInput, FieldError, NotPermitted
from gateway.domain.grant_types import atribut_terbuka
from gateway.domain.policy import View, buka
from gateway.domain.ports import AuditLog, StatistikStore
from gateway.domain.statistics import (
    Dimensi,
    Hitungan,
    PermintaanHitung,
    PermintaanTerbitan,
    Sel,
    Terbitan,
    ambang,
    dimensi_terbuka,
    membelah_sel,
)
from gateway.kit.clock import Clock

_COUNT: Final = "statistik.ppks"
_PUBLISHED: Final = "statistik.terbitan"
MOST_CELLS: Final = 10_000
"""Cells of one answer; a question with more is asked in parts."""


class HasilHitung(msgspec.Struct, frozen=True, kw_only=True):
    """Cells, and how they came about."""

    sel: tuple[Sel, ...]
    ambang: int | None
    pada: datetime


class CountPpks:
    """The use cases behind `GET /v1/statistik/ppks` and `GET /v1/statistik/terbitan`."""

    def __init__(
        self, store: StatistikStore, audit: AuditLog, clock: Clock, smallest_cell: int
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._smallest_cell = smallest_cell

    async def __call__(self, caller: Caller, permintaan: PermintaanHitung) -> HasilHitung:
        """The cells asked for. Raises NotPermitted, and BadInput where they are too many."""
        now = self._clock()
        view = caller.view(now)
        async with refusals_recorded(self._audit, caller, _COUNT, self._clock):
            _may_ask(view, permintaan)
            hitungan = self._hitungan(caller, view, permintaan, now)
            cells = await self._store.hitung(view, hitungan, MOST_CELLS + 1)
            _not_too_many(cells)
        await self._disclosed(caller, _COUNT, permintaan.dimensi, len(cells))
        return HasilHitung(sel=tuple(cells), ambang=hitungan.ambang, pada=now)

    async def published(self, caller: Caller, asked: PermintaanTerbitan) -> tuple[Terbitan, ...]:
        """Published counts. Raises NotPermitted where the grant is not told small cells.

        They overlap with the counts of records, and are small themselves.
        """
        view = caller.view(self._clock())
        async with refusals_recorded(self._audit, caller, _PUBLISHED, self._clock):
            _may_read_publications(caller, view)
            found = await self._store.terbitan(view, asked, MOST_CELLS + 1)
            _not_too_many(found)
        named = ((Dimensi.KATEGORI, asked.kategori), (Dimensi.PERIODE, asked.tahun))
        touched = frozenset(dimension for dimension, value in named if value is not None)
        await self._disclosed(caller, _PUBLISHED, touched, len(found))
        return tuple(found)

    def _hitungan(
        self, caller: Caller, view: View, permintaan: PermintaanHitung, now: datetime
    ) -> Hitungan:
        smallest = ambang(caller.grant, self._smallest_cell)
        year = now.astimezone(WIB).year
        if smallest is None:
            return Hitungan(permintaan=permintaan, ambang=None, tahun=year)
        # The grant's, not the token's: with a table for each narrowing they could be subtracted.
        table = dimensi_terbuka(atribut_terbuka(caller.grant))
        if cut := membelah_sel(table, buka(caller.grant, now), view):
            raise NotPermitted(
                "token lebih sempit daripada sel / the token is narrower than the cells",
                code="narrower_than_cells",
                errors=tuple(FieldError(name, "terlalu sempit / too narrow") for name in cut),
            )
        return Hitungan(permintaan=permintaan, tabel=table, ambang=smallest, tahun=year)

    async def _disclosed(
        self, caller: Caller, event: str, dimensions: frozenset[Dimensi], cells: int
    ) -> None:
        await self._audit.record(
            caller.entry(
                event,
                HasilAudit.DIBERIKAN,
                self._clock(),
                atribut=tuple(sorted(dimension.value for dimension in dimensions)),
                jumlah=cells,
                sumber="ppks" if event == _COUNT else "angka",
            )
        )


def _may_ask(view: View, permintaan: PermintaanHitung) -> None:
    refused = permintaan.dimensi.difference(dimensi_terbuka(view.atribut))
    if refused:
        raise NotPermitted(
            "grant tidak mengizinkan dimensi ini / the grant does not allow these dimensions",
            code="attribute_not_granted",
            errors=tuple(
                FieldError(name.value, "tidak diizinkan / not granted") for name in sorted(refused)
            ),
        )


def _may_read_publications(caller: Caller, view: View) -> None:
    if not caller.grant.sel_kecil:
        raise NotPermitted(
            "grant tidak melihat sel kecil / the grant is not told small cells",
            code="small_cells_not_granted",
        )
    needed = (Dimensi.PROVINSI, Dimensi.KATEGORI, Dimensi.PERIODE)
    _may_ask(view, PermintaanHitung(menurut=needed))


def _not_too_many(found: Sequence[object]) -> None:
    if len(found) > MOST_CELLS:
        raise BadInput(
            f"lebih dari {MOST_CELLS} sel: persempit / more than {MOST_CELLS} cells: ask for less",
            code="too_many_cells",
        )
