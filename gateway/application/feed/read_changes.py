"""Reads the change feed for a caller: whoever applies it has what the grant shows."""

from datetime import timedelta
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.caller.spend import quota_spent, rows_left, take_rows
from gateway.domain.errors import Gone, NotPermitted
from gateway.domain.policy import View, susun
from gateway.domain.ports import Allowance, Clients
from gateway.domain.ports_umpan import FeedStore
from gateway.domain.umpan import (
    PALING_BANYAK_PEGANGAN,
    PERISTIWA,
    HalamanUmpan,
    JenisPerubahan,
    Posisi,
    Telusur,
    lanjut,
    mulai,
    sebentuk,
    sesudah,
    sidik_view,
    tenang,
    tertua,
)
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

# So often the last records of a day may be taken by others while a page is read.
_MOST_READINGS: Final = 32


class BacaanUmpan(Quiet, frozen=True, kw_only=True):
    """A page, and where to go on."""

    halaman: HalamanUmpan
    posisi: Posisi

    @property
    def kosong(self) -> bool:
        """True where there was nothing to tell."""
        return not self.halaman.items and self.halaman.akhir


class ReadChanges:
    """Pages of the feed, for whoever follows it."""

    def __init__(
        self,
        store: FeedStore,
        clients: Clients,
        disclose: DiscloseRecords,
        allowance: Allowance,
        clock: Clock,
        *,
        keep_days: int,
    ) -> None:
        self._store = store
        self._clients = clients
        self._disclose = disclose
        self._allowance = allowance
        self._clock = clock
        self._keep = timedelta(days=keep_days)

    async def page(self, caller: Caller, after: Posisi | None, limit: int) -> BacaanUmpan:
        """The next page, its records counted; read again, shorter, where others took some.

        It may leave only after `disclosed`. Raises Gone for a position that is too old, QuotaSpent
        where no record is left, NotPermitted for a pseudonymised grant.
        """
        now = self._clock()
        for _ in range(_MOST_READINGS):
            left = await rows_left(self._allowance, caller.grant, now)
            if left == 0:
                raise quota_spent(now)
            most = limit if left is None else min(limit, left)
            read = await self.read(caller, after, most)
            told = sum(item.jenis is JenisPerubahan.ADA for item in read.halaman.items)
            if await take_rows(self._allowance, caller.grant, now, told):
                return read
        raise quota_spent(now)

    async def newer(self, caller: Caller, posisi: Posisi, limit: int) -> BacaanUmpan:
        """Changes since a page that was the last one; nothing is searched where none was stored.

        How long that takes may tell of others' changes, so it is for those who wait anyway.
        """
        now = self._clock()
        if not tenang(posisi, caller.view(now), await self._store.state()):
            return await self.page(caller, posisi, limit)
        page = HalamanUmpan(items=(), nomor=posisi.nomor, akhir=True)
        return BacaanUmpan(halaman=page, posisi=sesudah(posisi, page, now))

    async def standing(self, caller: Caller, posisi: Posisi) -> Posisi:
        """The position under the view of now; to be kept before what is read from there leaves.

        Each reading of a position of an earlier view begins anew, and knows of nothing that was
        told after it and was gone by then.
        """
        view, state = caller.view(self._clock()), await self._store.state()
        if posisi.sidik == sidik_view(view) or posisi.nomor > state.terakhir:
            return posisi
        return lanjut(posisi, caller.grant.versi, view, state)

    async def disclosed(self, caller: Caller, read: BacaanUmpan) -> None:
        """Record that a page is told, before it is. Raises Unavailable."""
        told = [item.data["rujukan"] for item in read.halaman.items if item.data is not None]
        await self._disclose(caller, PERISTIWA, caller.view(self._clock()).atribut, told)

    async def read(self, caller: Caller, after: Posisi | None, limit: int) -> BacaanUmpan:
        """The next page, not counted yet. Raises Gone, and NotPermitted."""
        now = self._clock()
        view = caller.view(now)
        if view.samaran is not None:
            raise _never_pseudonymised()
        state = await self._store.state()
        if after is None:
            position = mulai(caller.grant.versi, view, state, now)
        else:
            # Of a store that was put back to an earlier state nobody knows what was told.
            if after.sejak < tertua(state, self._keep, now) or after.nomor > state.terakhir:
                raise _too_old()
            position = lanjut(after, caller.grant.versi, view, state)
        page = await self._store.page(await self._search(caller, view, position), limit)
        return BacaanUmpan(halaman=page, posisi=sesudah(position, page, now))

    async def _search(self, caller: Caller, view: View, position: Posisi) -> Telusur:
        views = await self._earlier_views(caller, position)
        return Telusur(
            view=view,
            nomor=position.nomor,
            awal=position.awal,
            pegangan=views,
            hemat=len(views) == 1 and sebentuk(views[0][0], view),
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


def _never_pseudonymised() -> NotPermitted:
    """Two readers could join their records by when, and after which others, they change."""
    return NotPermitted(
        "grant samaran tidak dapat mengikuti perubahan / "
        "a grant for pseudonymised reading cannot follow changes"
    )


def _too_old() -> Gone:
    return Gone(
        "cursor terlalu lama; mulai lagi tanpa cursor dan ganti seluruh salinan / "
        "the cursor is too old; begin anew without a cursor and replace the whole copy",
        code="cursor_too_old",
    )
