"""Finds records that may be one person, and does what a reviewer says of them."""

from collections.abc import AsyncIterator, Sequence

from gateway.application.caller.operator import named_operator
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.merging.candidates import calon_padanan
from gateway.domain.merging.review import Padanan, Pihak, StatusPadanan, Temuan
from gateway.domain.ports_padanan import ReviewStore
from gateway.kit.struct import Quiet


class Berhadapan(Quiet, frozen=True, kw_only=True):
    """A pair with both its sides."""

    padanan: Padanan
    pihak: Sequence[Pihak]


class ReviewMatches:
    """The use case behind `gateway match`."""

    def __init__(self, store: ReviewStore) -> None:
        self._store = store

    async def find(self) -> int:
        """Look for pairs; answers how many there are that were not known before."""
        added = 0
        async for alike in self._store.alike():
            if found := [*calon_padanan(alike)]:
                added += await self._store.add(found)
        return added

    def build(self) -> AsyncIterator[int]:
        """Join what is one person by the rules of now; counts of changed records as it goes."""
        return self._store.build()

    async def pairs(self, status: StatusPadanan) -> Sequence[Padanan]:
        """The pairs in a state, best score first."""
        return await self._store.pairs(status)

    async def show(self, pair_id: str) -> Berhadapan:
        """A pair with both sides as their sources tell them. Raises NotFound."""
        pair = _found(await self._store.pair(pair_id))
        return Berhadapan(padanan=pair, pihak=await self._store.sides([pair.kiri, pair.kanan]))

    async def add(self, one: str, other: str) -> Padanan:
        """Have a pair of sources' records reviewed that the search did not find.

        Raises BadInput for ids that are not two sources' records.
        """
        left, right = sorted((one, other))
        known = [side.id for side in await self._store.sides([left, right])]
        if sorted(known) != [left, right]:
            raise BadInput("beri id dua rekaman sumber / give the ids of two sources' records")
        await self._store.add([Temuan(kiri=left, kanan=right, skor=0, alasan=())])
        return _found(await self._store.pair_of(left, right))

    async def decide(
        self, pair_id: str, status: StatusPadanan, *, oleh: str, catatan: str | None
    ) -> Padanan:
        """Accept a pair as one person, refuse it, or take a verdict back (USULAN).

        Raises NotFound, Conflict where it stands so already or where accepting would join two whom
        another review keeps apart, BadInput without the operator's name.
        """
        operator = named_operator(oleh)
        pair = _found(await self._store.pair(pair_id))
        if pair.status is status:
            raise Conflict(f"sudah {status} / it is {status} already")
        await self._store.decide(pair, status, oleh=operator, catatan=catatan)
        return _found(await self._store.pair(pair_id))


def _found(pair: Padanan | None) -> Padanan:
    if pair is None:
        raise NotFound("tidak ada padanan ini / there is no such pair")
    return pair
