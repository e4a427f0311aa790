"""What a registry's agreement allows by the clock: a quota that begins anew each day, and hours."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

import msgspec

JAKARTA: Final = timezone(timedelta(hours=7), "WIB")
_DAY: Final = timedelta(days=1)


class JamAkses(msgspec.Struct, frozen=True, kw_only=True):
    """A daily window in Jakarta; it may span midnight. `tutup` itself is outside."""

    buka: time
    tutup: time

    def __str__(self) -> str:
        return f"{self.buka:%H:%M}-{self.tutup:%H:%M}"

    def terbuka(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.sisa(now) > timedelta(0)

    def sisa(self, now: datetime) -> timedelta:
        """How long it stays open; nothing while it is closed."""
        since = _since(self.buka, now)
        return max(timedelta(0), self.panjang - since)

    @property
    def panjang(self) -> timedelta:
        """How long it is open each day."""
        minutes = [moment.hour * 60 + moment.minute for moment in (self.buka, self.tutup)]
        return timedelta(minutes=(minutes[1] - minutes[0]) % (24 * 60))


class Ketentuan(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of one account at a system, which all instances share."""

    kuota_harian: int = 0
    """Calls per day; 0 = unknown until the system tells."""
    kuota_mulai: time = time()
    """When the day of the quota begins in Jakarta."""
    jam: JamAkses | None = None
    """None = at any time."""
    serentak: int = 8
    """Calls at the same time, of one process."""

    def hari(self, now: datetime) -> date:
        """The day that a call made now is counted for."""
        return (now.astimezone(JAKARTA) - _since(self.kuota_mulai, now)).date()

    def kuota_ulang(self, now: datetime) -> datetime:
        """When the next quota begins; after now."""
        return now - _since(self.kuota_mulai, now) + _DAY

    def terbuka(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.jam is None or self.jam.terbuka(now)

    def buka_lagi(self, now: datetime) -> datetime:
        """When the next window begins; after now."""
        return now if self.jam is None else now - _since(self.jam.buka, now) + _DAY

    def waktu_kerja(self, now: datetime) -> tuple[timedelta, timedelta]:
        """What is left of the day's time for calls, and how much it is in all."""
        until_reset = self.kuota_ulang(now) - now
        if self.jam is None:
            return until_reset, _DAY
        return min(self.jam.sisa(now), until_reset), self.jam.panjang


def _since(moment: time, now: datetime) -> timedelta:
    """How long ago the clock in Jakarta last showed `moment`; less than a day."""
    local = now.astimezone(JAKARTA)
    last = datetime.combine(local.date(), moment, JAKARTA)
    return local - last if last <= local else local - last + _DAY
