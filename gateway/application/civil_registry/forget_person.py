"""Forgets what is kept of a person's registry answer, by order or because something was learned."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Final

from gateway.domain.errors import Unavailable
from gateway.domain.importing import Isi, RingkasanImpor
from gateway.domain.nik_cache import KeptAnswer, NikCache
from gateway.domain.outcome import Outcome
from gateway.domain.person import StatusPenduduk
from gateway.domain.ports import HitunganImpor, ImportStore
from gateway.domain.ppks import Dtks, RekamanPpks
from gateway.domain.sinkron import Sewa
from gateway.domain.wilayah import memuat

_LOG: Final = logging.getLogger(__name__)
_ENDS: Final = frozenset({StatusPenduduk.MENINGGAL, StatusPenduduk.NONAKTIF, StatusPenduduk.GANDA})
_OUTCOMES_ENDS: Final = frozenset({Outcome.DECEASED, Outcome.INACTIVE, Outcome.FOUND_DUPLICATE})
_DTKS_ENDS: Final = frozenset({"AKTIF_ASESMEN_MENINGGAL"})


class ForgetPerson:
    """One person is forgotten at every instance. Without a cache there is nothing to forget."""

    def __init__(self, cache: NikCache | None) -> None:
        self._cache = cache

    async def __call__(self, nik: str) -> None:
        """Raises Unavailable where it is not sure that all have forgotten."""
        if self._cache is not None:
            await self._cache.purge(nik)

    async def after(self, nik: str, outcome: Outcome) -> None:
        """Forget a person of whom the registry just told an end, as far as that can be done now."""
        if outcome not in _OUTCOMES_ENDS:
            return
        try:
            await self(nik)
        except Unavailable:
            _LOG.warning("an outdated answer could not be removed from the cache")

    async def outdated_by(self, contents: Iterable[Isi]) -> None:
        """Forget those of whom a record tells that an older answer may no longer be true.

        Raises Unavailable where it is not sure that all have forgotten.
        """
        if (cache := self._cache) is None:
            return
        told = [
            (nik, one) for one in contents if isinstance(one, RekamanPpks) and (nik := _nik(one))
        ]
        over = {nik for nik, one in told if _is_over(one)}
        others = [(nik, one) for nik, one in told if nik not in over and _has_area(one)]
        kept = await asyncio.gather(*(cache.certain(nik) for nik, _ in others))
        moved = {
            nik
            for (nik, one), answer in zip(others, kept, strict=True)
            if answer is not None and _moved(answer, one)
        }
        for nik in over | moved:
            await self(nik)


class ForgettingImports:
    """The `ImportStore` port before another: what is stored there outdates what is kept here."""

    def __init__(self, store: ImportStore, forget: ForgetPerson) -> None:
        self._store = store
        self._forget = forget

    def identity(self, isi: Isi) -> str:
        """The store's name for a content."""
        return self._store.identity(isi)

    async def save(
        self, isi: Sequence[Isi], *, dry_run: bool, sewa: Sewa | None = None
    ) -> HitunganImpor:
        """Store one batch, then forget; the batch can be saved again where forgetting fails."""
        stored = await self._store.save(isi, dry_run=dry_run, sewa=sewa)
        if not dry_run:
            await self._forget.outdated_by(isi)
        return stored

    async def journal(self, ringkasan: RingkasanImpor) -> None:
        """Note that a file was taken in."""
        await self._store.journal(ringkasan)


def _nik(content: RekamanPpks) -> str | None:
    return content.orang.nik if isinstance(content.orang.nik, str) else None


def _has_area(content: RekamanPpks) -> bool:
    return isinstance(content.orang.kode_wilayah, str)


def _is_over(content: RekamanPpks) -> bool:
    """Whether the person died, is doubled or inactive, or the record is withdrawn."""
    dtks = content.dtks.status if isinstance(content.dtks, Dtks) else None
    return content.orang.status_penduduk in _ENDS or dtks in _DTKS_ENDS or content.dihapus


def _moved(kept: KeptAnswer, content: RekamanPpks) -> bool:
    """Whether the kept answer has the person live elsewhere and is not newer than the record."""
    resident = kept.jawaban.answer.penduduk
    known = None if resident is None else resident.kode_wilayah
    told = content.orang.kode_wilayah
    if not isinstance(known, str) or not isinstance(told, str):
        return False
    if content.diubah_sumber is not None and content.diubah_sumber < kept.jawaban.pada:
        return False
    return not memuat(known, told) and not memuat(told, known)
