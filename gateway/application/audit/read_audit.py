"""Reads the sealed log for an auditor; each reading is itself in the log before it leaves."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from gateway.application.caller.auditing import boleh_bukti, pandangan, reading_recorded
from gateway.application.caller.caller import Caller
from gateway.application.caller.ownership import grant_in_force, owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.domain.catatan import (
    DimensiCatatan,
    EntriTercatat,
    Kelompok,
    KondisiCatatan,
    Letak,
    samarkan_entri,
)
from gateway.domain.errors import BadInput, NotPermitted
from gateway.domain.grant import Scope
from gateway.domain.ports import AuditLog, Clients
from gateway.domain.ports_catatan import CatatanStore, Names, SegelStore
from gateway.domain.tree.proofs import InclusionProof
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

_ENTRIES: Final = "audit.entri"
_STATISTICS: Final = "audit.statistik"
_GROUP: Final = 500
"""Entries that are read, recorded and sent together in an export."""
MOST_GROUPS: Final = 10_000
"""Groups of one count; a question with more is asked in parts."""


class Permintaan(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries an auditor asks for, and from where on."""

    kondisi: KondisiCatatan
    letak: Letak | None = None
    """None = from the beginning, up to where the log is sealed now."""
    bukti: bool = False
    """With leaves and inclusion proofs."""


class Bacaan(Quiet, frozen=True, kw_only=True):
    """Some entries under the engagement's names, and where the reading goes on."""

    items: tuple[EntriTercatat, ...]
    lanjut: Letak | None
    """None = nothing follows."""
    bukti: tuple[InclusionProof, ...] = ()
    """Of each item, where it was asked for."""
    cap: str | None = None
    """The checkpoint to which the proofs lead."""


class ReadAudit:
    """The use cases behind `GET /v1/audit/entries` and `GET /v1/audit/statistics`."""

    def __init__(
        self,
        store: CatatanStore,
        segel: SegelStore,
        audit: AuditLog,
        clients: Clients,
        names: Names,
        clock: Clock,
    ) -> None:
        self._store = store
        self._segel = segel
        self._audit = audit
        self._clients = clients
        self._names = names
        self._clock = clock

    async def page(self, caller: Caller, asked: Permintaan, limit: int) -> Bacaan:
        """One page. Raises NotPermitted for proofs that the engagement is not told."""
        caller = caller.asking(self._names, _ENTRIES, asked, limit)
        async with refusals_recorded(self._audit, caller, _ENTRIES, self._clock):
            return await self._read(caller, asked, await self._begin(asked), limit)

    async def export(
        self, caller: Caller, asked: Permintaan, limit: int | None
    ) -> AsyncIterator[Bacaan]:
        """All entries, or as many as `limit`, in groups of bounded size.

        The grant is looked at anew for each of them. Raises NotPermitted where it, or the client's
        tokens, hold no longer, Unavailable where the log cannot be written.
        """
        begun = self._clock()
        caller = caller.asking(self._names, _ENTRIES, asked, limit)
        left = limit
        following: Letak | None = await self._begin(asked)
        while following is not None and left != 0:
            most = _GROUP if left is None else min(left, _GROUP)
            async with refusals_recorded(self._audit, caller, _ENTRIES, self._clock):
                current = await self._as_it_is(caller, begun)
                group = await self._read(current, asked, following, most)
            following = group.lanjut
            left = None if left is None else left - len(group.items)
            yield group

    async def count(
        self, caller: Caller, kondisi: KondisiCatatan, menurut: Sequence[DimensiCatatan]
    ) -> Sequence[Kelompok]:
        """Entries by what they have in common. Raises BadInput where the groups are too many."""
        caller = caller.asking(self._names, _STATISTICS, kondisi, menurut)
        async with refusals_recorded(self._audit, caller, _STATISTICS, self._clock):
            view = pandangan(caller, self._clock)
            found = await self._store.hitung(view, kondisi, menurut, MOST_GROUPS + 1)
            if len(found) > MOST_GROUPS:
                raise BadInput(
                    f"lebih dari {MOST_GROUPS} kelompok: persempit / "
                    f"more than {MOST_GROUPS} groups: ask for less",
                    code="too_many_cells",
                )
        touched = {*kondisi.disaring, *(dimension.value for dimension in menurut)}
        await self._recorded(caller, _STATISTICS, touched, len(found))
        return found

    async def _begin(self, asked: Permintaan) -> Letak:
        if asked.letak is not None:
            return asked.letak
        newest = await self._segel.terbaru()
        return Letak(dari=0, sampai=0 if newest is None else newest.ukuran)

    async def _read(self, caller: Caller, asked: Permintaan, letak: Letak, limit: int) -> Bacaan:
        view = pandangan(caller, self._clock)
        if asked.bukti:
            boleh_bukti(view)
        found = await self._store.entri(view, asked.kondisi, letak, limit + 1, daun=asked.bukti)
        following = Letak(found[limit].tempat, letak.sampai) if len(found) > limit else None
        rename = self._names.renaming(view.kunci)
        items = tuple(
            msgspec.structs.replace(each, entri=samarkan_entri(each.entri, rename))
            for each in found[:limit]
        )
        await self._recorded(caller, _ENTRIES, asked.kondisi.disaring, len(items))
        read = Bacaan(items=items, lanjut=following)
        return await self._proved(read, letak.sampai) if asked.bukti else read

    async def _proved(self, read: Bacaan, ukuran: int) -> Bacaan:
        proofs = await self._segel.bukti_masuk([each.tempat for each in read.items], ukuran)
        cap = await self._segel.cap(ukuran)
        return msgspec.structs.replace(
            read, bukti=tuple(proofs), cap=None if cap is None else cap.catatan
        )

    async def _recorded(
        self, caller: Caller, event: str, filters: Sequence[str] | set[str], count: int
    ) -> None:
        await reading_recorded(
            self._audit, caller, self._clock, event, saringan=filters, jumlah=count
        )

    async def _as_it_is(self, caller: Caller, begun: datetime) -> Caller:
        """The caller under the newest version of the grant."""
        grant = await grant_in_force(
            self._clients, owner_of(caller), self._clock(), Scope.AUDIT_READ, sejak=begun
        )
        if grant is None:
            raise _ended()
        return msgspec.structs.replace(caller, grant=grant)


def _ended() -> NotPermitted:
    return NotPermitted(
        "perjanjian atau grant tidak berlaku lagi / the grant is not in force",
        code="grant_not_in_force",
    )
