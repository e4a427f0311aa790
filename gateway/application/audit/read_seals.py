"""Tells auditors checkpoints of the log, and proofs that it is what it was; all of it recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gateway.application.caller.auditing import boleh_bukti, pandangan, reading_recorded
from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import refusals_recorded
from gateway.domain.catatan import KondisiCatatan, Letak, PandanganCatatan
from gateway.domain.errors import NotFound
from gateway.domain.ports import AuditLog, Pseudonyms
from gateway.domain.ports_catatan import Cap, CatatanStore, SegelStore
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.kit.clock import Clock

_CHECKPOINTS: Final = "audit.checkpoint"
_PROOFS: Final = "audit.bukti"
_ALL: Final = KondisiCatatan()


class ReadSeals:
    """The use cases behind `/v1/audit/checkpoints` and `/v1/audit/proofs`."""

    def __init__(
        self,
        store: CatatanStore,
        segel: SegelStore,
        audit: AuditLog,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._store = store
        self._segel = segel
        self._audit = audit
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def latest(self, caller: Caller) -> Cap:
        """The newest checkpoint. Raises NotFound where nothing was signed yet."""
        caller = caller.asking(self._pseudonyms, _CHECKPOINTS)
        async with refusals_recorded(self._audit, caller, _CHECKPOINTS, self._clock):
            self._may(caller)
            newest = await self._segel.terbaru()
            if newest is None:
                raise _no_such_tree()
        await self._recorded(caller, _CHECKPOINTS)
        return newest

    async def checkpoints(
        self, caller: Caller, sejak: datetime | None, sampai: datetime | None, limit: int
    ) -> Sequence[Cap]:
        """Checkpoints signed after a moment and before another one, by time."""
        caller = caller.asking(self._pseudonyms, _CHECKPOINTS, sejak, sampai, limit)
        async with refusals_recorded(self._audit, caller, _CHECKPOINTS, self._clock):
            self._may(caller)
            found = await self._segel.daftar(sejak, sampai, limit)
        await self._recorded(caller, _CHECKPOINTS, len(found))
        return found

    async def inclusion(self, caller: Caller, tempat: int, ukuran: int) -> InclusionProof:
        """That an entry is in the tree of a size.

        Raises NotFound for an entry that the engagement does not show, and for a tree that was
        not signed yet.
        """
        caller = caller.asking(self._pseudonyms, _PROOFS, tempat, ukuran)
        async with refusals_recorded(self._audit, caller, _PROOFS, self._clock):
            view = self._may(caller)
            await self._is_signed(ukuran)
            letak = Letak(tempat, min(tempat + 1, ukuran))
            if not await self._store.entri(view, _ALL, letak, 1):
                raise _no_such_tree()
            [proof] = await self._segel.bukti_masuk([tempat], ukuran)
        await self._recorded(caller, _PROOFS)
        return proof

    async def consistency(self, caller: Caller, dari: int, ke: int) -> ConsistencyProof:
        """That the tree of one size begins the one of another. Raises NotFound."""
        caller = caller.asking(self._pseudonyms, _PROOFS, dari, ke)
        async with refusals_recorded(self._audit, caller, _PROOFS, self._clock):
            self._may(caller)
            await self._is_signed(ke)
            if dari > ke:
                raise _no_such_tree()
            proof = await self._segel.bukti_sambung(dari, ke)
        await self._recorded(caller, _PROOFS)
        return proof

    def _may(self, caller: Caller) -> PandanganCatatan:
        view = pandangan(caller, self._clock)
        boleh_bukti(view)
        return view

    async def _is_signed(self, ukuran: int) -> None:
        newest = await self._segel.terbaru()
        if newest is None or ukuran > newest.ukuran:
            raise _no_such_tree()

    async def _recorded(self, caller: Caller, event: str, count: int = 1) -> None:
        await reading_recorded(self._audit, caller, self._clock, event, jumlah=count)


def _no_such_tree() -> NotFound:
    return NotFound("tidak ditemukan / not found")
