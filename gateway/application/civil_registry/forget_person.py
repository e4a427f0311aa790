"""Forgets what is kept of a person's registry answer, by order or because something was learned."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from gateway.domain.errors import Unavailable
from gateway.domain.importing import Isi, RingkasanImpor
from gateway.domain.nik_cache import NikCache
from gateway.domain.outcome import Outcome
from gateway.domain.person import StatusPenduduk
from gateway.domain.ports import HitunganImpor, ImportStore
from gateway.domain.ppks import Dtks, RekamanPpks

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
        """Forget those of whom a record tells that an older answer may no longer be true."""
        for nik in {nik for content in contents if (nik := _outdated(content)) is not None}:
            await self(nik)


class ForgettingImports:
    """The `ImportStore` port before another: what is stored there outdates what is kept here."""

    def __init__(self, store: ImportStore, forget: ForgetPerson) -> None:
        self._store = store
        self._forget = forget

    def identity(self, isi: Isi) -> str:
        """The store's name for a content."""
        return self._store.identity(isi)

    async def save(self, isi: Sequence[Isi], *, dry_run: bool) -> HitunganImpor:
        """Store one batch, then forget; the batch can be saved again where forgetting fails."""
        stored = await self._store.save(isi, dry_run=dry_run)
        if not dry_run:
            await self._forget.outdated_by(isi)
        return stored

    async def journal(self, ringkasan: RingkasanImpor) -> None:
        """Note that a file was taken in."""
        await self._store.journal(ringkasan)


def _outdated(content: Isi) -> str | None:
    """The NIK of a record of somebody who died, is doubled or inactive, or is withdrawn."""
    if not isinstance(content, RekamanPpks) or not isinstance(content.orang.nik, str):
        return None
    dtks = content.dtks.status if isinstance(content.dtks, Dtks) else None
    is_over = content.orang.status_penduduk in _ENDS or dtks in _DTKS_ENDS or content.dihapus
    return content.orang.nik if is_over else None
