"""One worker's turn on a direction of synchronisation: where it stands, and how it ends."""

import logging
from datetime import timedelta
from typing import Final

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.ports_sinkron import LeaseLost, SyncPoints
from gateway.domain.sinkron import Sewa, Titik
from gateway.kit.clock import Clock

_LOG: Final = logging.getLogger(__name__)
_FIRST_WAIT: Final = timedelta(seconds=15)
_LONGEST_WAIT: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 8
_LONGEST_TOLD: Final = timedelta(days=1)
"""The other side may ask for a day: a date in another century is a mistake."""


class SyncTurn:
    """A direction in this worker's hands: where it stands, page by page."""

    def __init__(
        self, points: SyncPoints, name: str, clock: Clock, lease: timedelta, titik: Titik
    ) -> None:
        self._points = points
        self._clock = clock
        self._lease = lease
        self._ends = clock() + lease
        self.sewa = Sewa(jalur=titik.jalur, pekerja=name)
        self.titik = titik

    async def keep(self, titik: Titik) -> None:
        """Store it, and hold on. Raises LeaseLost."""
        ends = self._clock() + self._lease
        await self._points.keep(titik, self.sewa.pekerja, until=ends)
        self.titik, self._ends = titik, ends

    async def hold(self) -> None:
        """Hold on before something leaves that nobody can take back.

        Raises LeaseLost, also where so much time went by that what was read may be outdated.
        """
        ends = self._ends
        if self._clock() < ends:
            await self.keep(self.titik)
        if self._clock() >= ends:
            raise LeaseLost

    async def release(self) -> None:
        """Store where it stands, and let it go. Raises LeaseLost."""
        await self._points.release(self.titik, self.sewa.pekerja)

    def succeeded(self, rest: timedelta | None) -> None:
        """It rests so long where all was carried over; None = more is left, it goes on at once."""
        self.titik = msgspec.structs.replace(self.titik, gagal=0, alasan=None, lanjut_pada=None)
        if rest is not None:
            now = self._clock()
            self.titik = msgspec.structs.replace(
                self.titik, boleh_hilang=False, selesai_pada=now, lanjut_pada=now + rest
            )

    def failed(self, error: GatewayError) -> None:
        """It is tried again, later each time."""
        tries = self.titik.gagal + 1
        told = min(_LONGEST_TOLD, timedelta(seconds=error.retry_after or 0))
        pause = max(told, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(tries - 1, _MOST_DOUBLINGS)))
        _LOG.warning("synchronisation of %s waits: %s", self.titik.jalur, error.code)
        self.titik = msgspec.structs.replace(
            self.titik, gagal=tries, alasan=error.code, lanjut_pada=self._clock() + pause
        )
