"""Reads PPKS records for a caller: what the grant does not show does not exist."""

from datetime import datetime
from typing import Any, Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import quota_spent, rows_left, take_rows
from gateway.application.records.ppks_asked import Cara, chosen, is_search, may_filter, tag_of
from gateway.domain.errors import NotFound
from gateway.domain.policy import View
from gateway.domain.ports import (
    Allowance,
    AuditLog,
    HalamanPpks,
    KondisiPpks,
    PpksStore,
    Pseudonyms,
)
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

_LIST: Final = "ppks.list"
_ONE: Final = "ppks.one"
_SEARCH: Final = "ppks.search"
_NOT_MODIFIED: Final = "not_modified"
# So often the last records of a day may be taken by others while a page is read.
_MOST_READINGS: Final = 32
_AS_GRANTED: Final = Cara()

After = tuple[datetime, str]


class Terbaca(Quiet, frozen=True, kw_only=True):
    """What was read for a caller."""

    tanda: str
    """Names what is told, to this caller in this form; the same tag is the same answer."""
    sama: bool = False
    """True where the caller does not want it again: then it is not told."""
    punya: bool = False
    """True where the caller has it for sure: then it costs nothing."""


class HalamanTerbaca(Terbaca, frozen=True, kw_only=True):
    """A page, and the attributes that it may hold."""

    items: tuple[dict[str, Any], ...]
    lanjut: After | None
    atribut: frozenset[str]
    rujukan: tuple[str, ...]
    """Reference keys of those whose records these are."""


class RekamanTerbaca(Terbaca, frozen=True, kw_only=True):
    """One record."""

    data: dict[str, Any]


class _Question(Quiet, frozen=True, kw_only=True):
    caller: Caller
    view: View
    kondisi: KondisiPpks
    after: After | None
    limit: int
    cara: Cara


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
        self._disclose = DiscloseRecords(audit, pseudonyms, clock)

    async def page(
        self,
        caller: Caller,
        kondisi: KondisiPpks,
        after: After | None,
        limit: int,
        cara: Cara = _AS_GRANTED,
    ) -> HalamanTerbaca:
        """One page, as long as is asked for and as the day's records allow.

        Raises NotPermitted for a filter or an attribute that is not granted, QuotaSpent where no
        record is left. A page that the caller has already costs none.
        """
        event = _SEARCH if is_search(kondisi) else _LIST
        subject = None if kondisi.nik is None else self._pseudonyms.subject(kondisi.nik)
        told = (kondisi, after, limit, cara.atribut, cara.bentuk)
        caller = caller.asking(self._pseudonyms, event, *told)
        view = caller.view(self._clock())
        async with refusals_recorded(self._audit, caller, event, self._clock, subject):
            may_filter(view, kondisi)
            view = chosen(view, cara.atribut)
            page = await self._affordable(
                _Question(
                    caller=caller, view=view, kondisi=kondisi, after=after, limit=limit, cara=cara
                )
            )
        await self._disclosed(caller, event, view, page, page.rujukan, subject)
        return page

    async def one(self, caller: Caller, ppks_id: str, cara: Cara = _AS_GRANTED) -> RekamanTerbaca:
        """One record. Raises NotFound where it is missing or outside the grant, QuotaSpent."""
        now = self._clock()
        view = caller.view(now)
        caller = caller.asking(self._pseudonyms, _ONE, ppks_id, cara.atribut, cara.bentuk)
        async with refusals_recorded(self._audit, caller, _ONE, self._clock):
            view = chosen(view, cara.atribut)
            # Before anything is looked for: a refusal must not tell that there is a record.
            if await rows_left(self._allowance, caller.grant, now) == 0:
                raise quota_spent(now)
            record = await self._store.one(view, ppks_id)
            if record is None:
                raise NotFound("tidak ditemukan / not found")
            tag = tag_of(self._pseudonyms, caller, view, cara, record)
            read = RekamanTerbaca(
                data=record, tanda=tag, sama=cara.mengenal(tag), punya=cara.punya(tag)
            )
            if not read.punya and not await take_rows(self._allowance, caller.grant, now, 1):
                raise quota_spent(now)
        await self._disclosed(caller, _ONE, view, read, (record["rujukan"],), None)
        return read

    async def _affordable(self, question: _Question) -> HalamanTerbaca:
        """A page whose records are counted. Another request may take the last ones meanwhile.

        Then less is left than before, and the page is read again, shorter.
        """
        now = self._clock()
        grant = question.caller.grant
        for _ in range(_MOST_READINGS):
            left = await rows_left(self._allowance, grant, now)
            if left == 0:
                raise quota_spent(now)
            most = question.limit if left is None else min(question.limit, left)
            # What the caller has already may be longer than what is left: it costs nothing.
            page = await self._read(question, question.limit if question.cara.dikenal else most)
            if not page.punya and len(page.items) > most:
                page = await self._read(question, most)
            if page.punya or await take_rows(self._allowance, grant, now, len(page.items)):
                return page
        raise quota_spent(now)

    async def _read(self, question: _Question, most: int) -> HalamanTerbaca:
        view, cara = question.view, question.cara
        found: HalamanPpks = await self._store.page(view, question.kondisi, question.after, most)
        told = (found.items, found.lanjut)
        tag = tag_of(self._pseudonyms, question.caller, view, cara, told)
        return HalamanTerbaca(
            items=found.items,
            lanjut=found.lanjut,
            atribut=view.atribut,
            rujukan=found.rujukan,
            tanda=tag,
            sama=cara.mengenal(tag),
            punya=cara.punya(tag),
        )

    async def _disclosed(
        self,
        caller: Caller,
        event: str,
        view: View,
        read: Terbaca,
        rujukan: tuple[str, ...],
        subject: str | None,
    ) -> None:
        if read.sama:
            await self._disclose(caller, event, (), (), subjek=subject, alasan=_NOT_MODIFIED)
        else:
            await self._disclose(caller, event, view.atribut, rujukan, subjek=subject)
