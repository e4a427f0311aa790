"""Draws a sample of PPKS records for an auditor, in which nobody can be known."""

import asyncio
from typing import Final

import msgspec

from gateway.application.caller.auditing import pandangan, reading_recorded
from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import quota_spent, take_rows
from gateway.domain.contoh import Contoh, KondisiContoh, Undian, golongan_tampak
from gateway.domain.policy import View, buka
from gateway.domain.ports import Allowance, AuditLog
from gateway.domain.ports_catatan import ContohStore, Names
from gateway.kit.clock import Clock

_SAMPLE: Final = "audit.contoh"
_SOURCE: Final = "ppks"
_TOLD: Final = ("tahun_lahir", "kode_wilayah", "kategori")
_PAGE: Final = 1000
"""Records after which others have the processor."""


class DrawSample:
    """The use case behind `GET /v1/audit/sample`."""

    def __init__(
        self,
        store: ContohStore,
        audit: AuditLog,
        allowance: Allowance,
        names: Names,
        clock: Clock,
        ambang: int,
    ) -> None:
        """`ambang`: the fewest persons of a group that is told."""
        self._store = store
        self._audit = audit
        self._allowance = allowance
        self._names = names
        self._clock = clock
        self._ambang = ambang
        # A drawing looks at every record; two at once would only take twice as long each.
        self._turn = asyncio.Lock()

    async def __call__(self, caller: Caller, kondisi: KondisiContoh) -> Contoh:
        """A sample. All that is asked for counts as told, so a refusal tells nothing of records.

        Raises QuotaSpent.
        """
        now = self._clock()
        caller = caller.asking(self._names, _SAMPLE, kondisi)
        async with refusals_recorded(self._audit, caller, _SAMPLE, self._clock):
            if not await take_rows(self._allowance, caller.grant, now, kondisi.ukuran):
                raise quota_spent(now)
            whole, narrowed = _records(buka(caller.grant, now)), _records(caller.view(now))
            rename = self._names.renaming(pandangan(caller, self._clock).kunci)
            shown = golongan_tampak(whole, narrowed)
            async with self._turn:
                drawn = await self._draw(whole, Undian(kondisi, self._ambang, shown, rename))
        await reading_recorded(
            self._audit,
            caller,
            self._clock,
            _SAMPLE,
            saringan=_TOLD,
            jumlah=len(drawn.items),
            sumber=_SOURCE,
        )
        return drawn

    async def _draw(self, view: View, undian: Undian) -> Contoh:
        after = ""
        while page := await self._store.rekaman(view, after, _PAGE):
            undian.lihat(page)
            after = page[-1].id
        return undian.hasil()


def _records(view: View) -> View:
    """A view whose records are drawn from, though none of them is shown as it is."""
    return msgspec.structs.replace(view, rekaman=True)
