"""Finds out by digests, area by area, where a system holds something else than it was sent."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import msgspec

from gateway.domain.area_digests import AreaDigests, differing, nothing, only_in
from gateway.domain.ports_sinkron import SentRecords
from gateway.domain.systems import RecordDigests, SidikWilayah

_NO_AREA: Final = ""


class Perbedaan(msgspec.Struct, frozen=True, kw_only=True):
    """What differs. Ids are our records' ids."""

    wilayah: tuple[str, ...] = ()
    """The areas whose own records differ; an empty code is what lies in none."""
    kurang: tuple[str, ...] = ()
    """Records that are missing over there, or lie there with another content."""
    lebih: tuple[str, ...] = ()
    """Records that lie there and should not."""
    ditanya: int = 0
    """Questions that were asked."""


Hold = Callable[[], Awaitable[None]]
"""Holds on to the direction; raises where it is lost."""


async def differences(
    sistem: str, sent: SentRecords, digests: RecordDigests, hold: Hold
) -> Perbedaan:
    """Ask for the areas that differ, and for the records of those alone. Changes nothing.

    Many questions may take longer than a lease. Raises UpstreamFailure, and what `hold` raises.
    """
    ours = AreaDigests()
    async for one in sent.lying(sistem):
        ours.add(one.kode_wilayah or _NO_AREA, one.sidik or b"")
    search = _Search(ours, digests, hold)
    await search.below(None)
    expected = {
        one.ppks_id: one.sidik or b""
        async for one in sent.lying(sistem)
        if (one.kode_wilayah or _NO_AREA) in search.places
    }
    found: dict[str, bytes] = {}
    for place in search.places:
        await hold()
        found |= await digests.records(place)
    return Perbedaan(
        wilayah=tuple(sorted(search.places)),
        kurang=tuple(name for name in sorted(expected) if found.get(name) != expected[name]),
        lebih=tuple(sorted(found.keys() - expected.keys())),
        ditanya=search.asked + len(search.places),
    )


class _Search:
    """Goes down where something differs, and notes the areas whose own records do."""

    def __init__(self, ours: AreaDigests, digests: RecordDigests, hold: Hold) -> None:
        self._ours = ours
        self._digests = digests
        self._hold = hold
        self._around: dict[str, tuple[SidikWilayah, SidikWilayah]] = {}
        self.places: set[str] = set()
        self.asked = 0

    async def below(self, kode: str | None) -> None:
        """Look into the areas one level below."""
        await self._hold()
        self.asked += 1
        mine = self._ours.below(kode)
        theirs = {area.kode: area for area in await self._digests.areas(kode)}
        if kode is not None:
            self._compare(kode, mine.values(), theirs.values())
        for name in differing(mine, theirs):
            self._around[name] = mine.get(name) or nothing(name), theirs.get(name) or nothing(name)
            if name == _NO_AREA:
                self.places.add(name)
            else:
                await self.below(name)

    def _compare(
        self, kode: str, mine: Iterable[SidikWilayah], theirs: Iterable[SidikWilayah]
    ) -> None:
        """Note an area that differs in what lies in it alone, in none of the areas below."""
        ours_around, theirs_around = self._around[kode]
        if only_in(ours_around, mine) != only_in(theirs_around, theirs):
            self.places.add(kode)
