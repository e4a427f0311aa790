"""What synchronisation needs from the store."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain.sinkron import Hitungan, Jalur, Kiriman, Sewa, Titik


class LeaseLost(Exception):
    """The direction is not this worker's any more: another one has it, or an operator reset it."""


class SyncPoints(Protocol):
    """Keeps where each direction stands, for all processes together."""

    async def open(self, jalur: Jalur) -> Titik:
        """Where it stands; a direction that was never worked on begins at the beginning."""

    async def all(self) -> Sequence[Titik]:
        """Every direction that was ever worked on."""

    async def claim(
        self, jalur: Jalur, pekerja: str, *, now: datetime, lease: timedelta, early: bool
    ) -> Titik | None:
        """Take a direction, or None: it is paused, in other hands, or not due (unless `early`)."""

    async def keep(self, titik: Titik, pekerja: str, *, until: datetime) -> None:
        """Store where it stands now, and hold it on. Raises LeaseLost."""

    async def release(self, titik: Titik, pekerja: str) -> None:
        """Store where it stands now, and let it go. Raises LeaseLost."""

    async def pause(self, jalur: Jalur, *, dijeda: bool, boleh_hilang: bool, oleh: str) -> None:
        """Stop a direction or let it go on; noted in the admin log."""

    async def reset(self, jalur: Jalur, *, oleh: str) -> None:
        """Begin anew: all is read again, and a worker that is under way loses its lease."""


class SeenRecords(Protocol):
    """Remembers which records a system has told of, round by round.

    What writes under a hold raises LeaseLost where that is over, and then changes nothing.
    """

    async def see(self, sewa: Sewa, names: Collection[str], putaran: int) -> None:
        """The system tells of these records in this round."""

    async def forget(self, sewa: Sewa, names: Collection[str]) -> None:
        """These records are gone."""

    async def known(self, sistem: str, names: Collection[str]) -> Sequence[str]:
        """Those of them of which the system told as its own."""

    async def count(self, sistem: str) -> int:
        """How many are remembered."""

    async def unseen(self, sistem: str, putaran: int, limit: int) -> Sequence[str]:
        """Records that were told of in earlier rounds only."""

    async def count_unseen(self, sistem: str, putaran: int) -> int:
        """How many these are."""


class SentRecords(Protocol):
    """Remembers what a system was sent, and what it made of that."""

    async def known(self, sistem: str, ids: Collection[str]) -> Mapping[str, Kiriman]:
        """What was sent of these records."""

    async def store(self, sewa: Sewa, sent: Sequence[Kiriman], putaran: int) -> None:
        """Keep what was sent in this round; what the system took away is forgotten.

        Raises LeaseLost where the hold is over, and then changes nothing.
        """

    async def doubt(self, sewa: Sewa, begun: Sequence[Kiriman]) -> None:
        """These were sent. Where the hold ended meanwhile, nobody knows what lies there now.

        Then a new round begins, in which they are sent again or taken back.
        """

    async def unseen(self, sistem: str, putaran: int, limit: int) -> Sequence[Kiriman]:
        """Records that lie over there and were not met in this round."""

    async def held(self, sistem: str, after: str, limit: int) -> Sequence[Kiriman]:
        """Records that the system did not take, by id."""

    async def counts(self, sistem: str) -> Mapping[str, int]:
        """How many records there are of each status."""

    def lying(self, sistem: str) -> AsyncIterator[Kiriman]:
        """All that should lie over there, by area and id."""


class SyncRecorder(Protocol):
    """What an operator is shown of the work as it goes."""

    def carried(self, titik: Titik, hitungan: Hitungan) -> None:
        """So much was carried over in one turn, and there the direction stands now."""
