"""Reads the change feed for a caller: whoever applies it has what the grant shows."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller import Caller
from gateway.application.refusals import refusals_recorded
from gateway.application.spend import quota_spent, rows_left, take_rows
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import Gone
from gateway.domain.policy import View, susun
from gateway.domain.ports import Allowance, AuditLog, Clients
from gateway.domain.ports_umpan import FeedStore
from gateway.domain.umpan import (
    PALING_BANYAK_PEGANGAN,
    HalamanUmpan,
    JenisPerubahan,
    KeadaanUmpan,
    Posisi,
    Telusur,
    lanjut,
    mulai,
    sebentuk,
    sesudah,
    sidik_view,
)
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.changes"
_TICK: Final = 1.0
"""Seconds between two looks of a caller that waits."""
_CLOCKS_DIFFER: Final = timedelta(days=1)
# So often the last records of a day may be taken by others while a page is read.
_MOST_READINGS: Final = 32

Renew = Callable[[], Awaitable[Caller]]
"""The caller anew, as token, client and grant stand by then; raises where they no longer hold."""


class BacaanUmpan(Quiet, frozen=True, kw_only=True):
    """A page, and where to go on."""

    halaman: HalamanUmpan
    posisi: Posisi


class ReadChanges:
    """The use case behind `GET /v1/ppks/changes`."""

    def __init__(
        self,
        store: FeedStore,
        clients: Clients,
        audit: AuditLog,
        allowance: Allowance,
        clock: Clock,
        *,
        keep_days: int,
        longest_wait: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clients = clients
        self._audit = audit
        self._allowance = allowance
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._longest_wait = longest_wait
        self._sleep = sleep

    async def page(
        self, caller: Caller, after: Posisi | None, limit: int, wait: int, renew: Renew
    ) -> BacaanUmpan:
        """The next page; where it would be empty, after `wait` seconds at the latest.

        Raises Gone for a position that is too old, QuotaSpent where no record is left, and what
        `renew` raises.
        """
        left = float(min(wait, self._longest_wait))
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            read = await self._affordable(caller, after, limit)
            while not read.halaman.items and read.halaman.akhir and left > 0:
                await self._sleep(min(_TICK, left))
                left -= _TICK
                caller = await renew()
                read = await self._affordable(caller, after, limit)
        await self._disclosed(caller, len(read.halaman.items))
        return read

    async def _affordable(self, caller: Caller, after: Posisi | None, limit: int) -> BacaanUmpan:
        """A page whose records are counted; read again, shorter, where others took some."""
        now = self._clock()
        for _ in range(_MOST_READINGS):
            left = await rows_left(self._allowance, caller.grant, now)
            if left == 0:
                raise quota_spent(now)
            most = limit if left is None else min(limit, left)
            read = await self._read(caller, after, most, now)
            told = sum(item.jenis is JenisPerubahan.ADA for item in read.halaman.items)
            if await take_rows(self._allowance, caller.grant, now, told):
                return read
        raise quota_spent(now)

    async def _read(
        self, caller: Caller, after: Posisi | None, limit: int, now: datetime
    ) -> BacaanUmpan:
        view = caller.view(now)
        state = await self._store.state()
        if after is None:
            position = mulai(caller.grant.versi, view, state, now)
        else:
            self._fresh_enough(after, state, now)
            position = lanjut(after, caller.grant.versi, view, state)
        page = await self._store.page(await self._search(caller, view, position), limit)
        return BacaanUmpan(halaman=page, posisi=sesudah(position, page, now))

    def _fresh_enough(self, position: Posisi, state: KeadaanUmpan, now: datetime) -> None:
        """Decided by time alone: what others' records did must not show in when a cursor ends."""
        oldest = now - self._keep
        if state.dipadatkan_sampai is not None:
            # Past states may have been kept for a shorter time than they are now.
            oldest = max(oldest, state.dipadatkan_sampai + _CLOCKS_DIFFER)
        if position.sejak < oldest:
            raise _too_old()

    async def _search(self, caller: Caller, view: View, position: Posisi) -> Telusur:
        views = await self._earlier_views(caller, position)
        return Telusur(
            view=view,
            nomor=position.nomor,
            awal=position.awal,
            pegangan=views,
            hemat=len(views) > 0 and sebentuk(views[0][0], view),
        )

    async def _earlier_views(
        self, caller: Caller, position: Posisi
    ) -> tuple[tuple[View, int], ...]:
        """The views of which the reader still holds records, each made anew from its grant."""
        if not position.pegangan:
            return ()
        if len(position.pegangan) > PALING_BANYAK_PEGANGAN:
            raise _too_old()
        history = await self._clients.grant_history(caller.grant.grant_id)
        grants = {grant.versi: grant for grant in history}
        found: list[tuple[View, int]] = []
        for held in position.pegangan:
            view = susun(grants[held.versi], caller.sempit)
            # Another release of this program may make another view of the same grant.
            if sidik_view(view) != held.sidik:
                raise _too_old()
            found.append((view, held.sampai))
        return tuple(found)

    async def _disclosed(self, caller: Caller, count: int) -> None:
        now = self._clock()
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                now,
                atribut=tuple(sorted(caller.view(now).atribut)),
                jumlah=count,
                sumber="ppks",
            )
        )


def _too_old() -> Gone:
    return Gone(
        "cursor terlalu lama; mulai lagi tanpa cursor dan ganti seluruh salinan / "
        "the cursor is too old; begin anew without a cursor and replace the whole copy",
        code="cursor_too_old",
    )
