"""Reads PPKS records for a caller: what the grant does not show does not exist."""

from datetime import datetime
from typing import Any, Final

from gateway.application.caller import Caller
from gateway.application.refusals import refusals_recorded
from gateway.application.spend import quota_spent, rows_left, take_rows
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import FieldError, NotFound, NotPermitted
from gateway.domain.policy import View
from gateway.domain.ports import (
    Allowance,
    AuditLog,
    HalamanPpks,
    KondisiPpks,
    PpksStore,
    Pseudonyms,
)
from gateway.domain.samaran import terlalu_halus
from gateway.kit.clock import Clock

_LIST: Final = "ppks.list"
_ONE: Final = "ppks.one"
_SEARCH: Final = "ppks.search"
# A filter on an attribute tells its value, so it needs the right to see (or to match) it.
_FILTERS: Final = ("kode_wilayah", "kategori", "status")
_MATCHES: Final = ("nik", "nama_lengkap", "tanggal_lahir")
# So often the last records of a day may be taken by others while a page is read.
_MOST_READINGS: Final = 32

After = tuple[datetime, str]


class ReadPpks:
    """The use cases behind `GET /v1/ppks`, `GET /v1/ppks/{id}` and `POST /v1/ppks/search`."""

    def __init__(
        self,
        store: PpksStore,
        audit: AuditLog,
        allowance: Allowance,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._store = store
        self._audit = audit
        self._allowance = allowance
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def page(
        self, caller: Caller, kondisi: KondisiPpks, after: After | None, limit: int
    ) -> HalamanPpks:
        """One page, as long as is asked for and as the day's records allow.

        Raises NotPermitted for a filter on what is not granted, QuotaSpent where none is left.
        """
        searching = any(getattr(kondisi, name) is not None for name in _MATCHES)
        event = _SEARCH if searching else _LIST
        subject = None if kondisi.nik is None else self._pseudonyms.subject(kondisi.nik)
        view = caller.view(self._clock())
        async with refusals_recorded(self._audit, caller, event, self._clock, subject):
            _may_filter(view, kondisi)
            page = await self._affordable(caller, view, kondisi, after, limit)
        await self._disclosed(caller, event, view, len(page.items), subject)
        return page

    async def one(self, caller: Caller, ppks_id: str) -> dict[str, Any]:
        """One record. Raises NotFound where it is missing or outside the grant, QuotaSpent."""
        now = self._clock()
        view = caller.view(now)
        async with refusals_recorded(self._audit, caller, _ONE, self._clock):
            # Before anything is looked for: a refusal must not tell that there is a record.
            if await rows_left(self._allowance, caller.grant, now) == 0:
                raise quota_spent(now)
            record = await self._store.one(view, ppks_id)
            if record is None:
                raise NotFound("tidak ditemukan / not found")
            if not await take_rows(self._allowance, caller.grant, now, 1):
                raise quota_spent(now)
        await self._disclosed(caller, _ONE, view, 1, None)
        return record

    async def _affordable(
        self,
        caller: Caller,
        view: View,
        kondisi: KondisiPpks,
        after: After | None,
        limit: int,
    ) -> HalamanPpks:
        """A page whose records are counted. Another request may take the last ones meanwhile.

        Then less is left than before, and the page is read again, shorter.
        """
        now = self._clock()
        for _ in range(_MOST_READINGS):
            left = await rows_left(self._allowance, caller.grant, now)
            if left == 0:
                raise quota_spent(now)
            most = limit if left is None else min(limit, left)
            page = await self._store.page(view, kondisi, after, most)
            if await take_rows(self._allowance, caller.grant, now, len(page.items)):
                return page
        raise quota_spent(now)

    async def _disclosed(
        self, caller: Caller, event: str, view: View, count: int, subject: str | None
    ) -> None:
        await self._audit.record(
            caller.entry(
                event,
                HasilAudit.DIBERIKAN,
                self._clock(),
                subjek=subject,
                atribut=tuple(sorted(view.atribut)),
                jumlah=count,
                sumber="ppks",
            )
        )


def _may_filter(view: View, kondisi: KondisiPpks) -> None:
    # Counting by an attribute is another right: it shows no record.
    shown = view.atribut if view.rekaman else frozenset()
    asked = [(name, shown) for name in _FILTERS]
    asked += [(name, view.atribut_cocok) for name in _MATCHES]
    refused = [
        name
        for name, granted in asked
        if getattr(kondisi, name) is not None and name not in granted
    ]
    refused += terlalu_halus(view.samaran, kondisi.kode_wilayah, kondisi.diubah_sejak)
    if refused:
        raise NotPermitted(
            "grant tidak mengizinkan saringan ini / the grant does not allow these filters",
            code="attribute_not_granted",
            errors=tuple(
                FieldError(name, "tidak diizinkan / not granted") for name in dict.fromkeys(refused)
            ),
        )
