"""What the use cases of review, history and erasure need from the store."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from gateway.domain.merging.review import Padanan, Pihak, StatusPadanan, Temuan
from gateway.kit.struct import Quiet


class Peristiwa(Quiet, frozen=True, kw_only=True):
    """One entry of a record's history: what put an end to the version before."""

    versi: int
    pada: datetime
    oleh: str
    sebab: str
    atribut: tuple[str, ...]
    sebelum: dict[str, Any]
    """The values that were told until then."""
    digabung_ke: str | None = None


class ReviewStore(Protocol):
    """Pairs for review, and what a verdict makes of the records."""

    def alike(self) -> AsyncIterator[Sequence[Pihak]]:
        """Records that have something in common, group by group."""

    async def add(self, temuan: Sequence[Temuan]) -> int:
        """Keep pairs that were not kept before; answers how many."""

    async def pairs(self, status: StatusPadanan) -> Sequence[Padanan]:
        """The kept pairs in this state, best score first."""

    async def pair(self, pair_id: str) -> Padanan | None:
        """One pair."""

    async def pair_of(self, kiri: str, kanan: str) -> Padanan | None:
        """The pair of these two sources' records; the lesser id is on the left."""

    async def sides(self, ids: Sequence[str]) -> Sequence[Pihak]:
        """The sources' records with these ids."""

    async def decide(
        self, padanan: Padanan, status: StatusPadanan, *, oleh: str, catatan: str | None
    ) -> None:
        """Note a verdict and bring the records in order, or neither.

        Raises Conflict where what is accepted would join two whom a reviewer kept apart.
        """

    def build(self) -> AsyncIterator[int]:
        """Join what is one person by the rules of now; counts of changed records as it goes."""


class RecordKeeping(Protocol):
    """History, sources and the end of stored records."""

    async def sources(self, ppks_id: str) -> Sequence[Pihak]:
        """The sources' records of which a record is made; none where there is no such record."""

    async def history(self, ppks_id: str) -> Sequence[Peristiwa]:
        """What changed a record, oldest first."""

    async def erase(self, nik: str, rekaman: Collection[str], *, oleh: str, alasan: str) -> int:
        """Erase whoever has this NIK; answers how many sources' records there were.

        `rekaman`: ids of the records that are meant, where several have it. Raises Conflict where
        several have it and none is named, NotFound where it does not stand in a named one.
        """

    async def withdrawn(self, before: datetime, *, dry_run: bool) -> int:
        """Erase sources' records that were withdrawn before then."""

    async def old_history(self, before: datetime, *, dry_run: bool) -> int:
        """Erase entries of histories from before then."""

    async def old_complaints(self, before: datetime, *, dry_run: bool) -> int:
        """Erase complaints that did not change since then."""

    async def note_retention(self, counts: dict[str, int], *, oleh: str) -> None:
        """Write into the admin log what was erased by age."""
