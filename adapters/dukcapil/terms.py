"""The terms that depend on the clock: the agreement's end, access hours, the daily reset."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from adapters.dukcapil.config import Config
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.registry_terms import JAKARTA, JamAkses, Ketentuan
from gateway.kit.clock import Clock

WIB: Final = JAKARTA
_WINDOW: Final = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})", re.ASCII)


class Terms:
    """Says whether calling is allowed and when trying again makes sense.

    Raises ValueError where a date or a clock time of the settings cannot be read.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._number = config.pks_number
        self._last_day = _last_day(config.pks_expires)
        self._ketentuan = Ketentuan(
            kuota_harian=config.daily_quota,
            kuota_mulai=_clock_time("quota_resets_at", config.quota_resets_at),
            jam=_window(config.access_hours),
            serentak=config.max_concurrency,
        )

    def require_agreement(self) -> None:
        """Raise UpstreamFailure from the day after the agreement's last day on."""
        if self._ended:
            hint = f"PKS {self._number}".strip()
            raise UpstreamFailure(Outcome.AGREEMENT_ENDED, hint=hint, sent=False)

    @property
    def ketentuan(self) -> Ketentuan:
        """What the whole house must heed before it calls."""
        return self._ketentuan

    @property
    def note(self) -> str | None:
        """A sentence for the health page once the agreement has ended."""
        if not self._ended:
            return None
        return f"PKS {self._number}".strip() + f" berakhir pada {self._last_day}"

    @property
    def _ended(self) -> bool:
        return self._last_day is not None and self._clock().astimezone(WIB).date() > self._last_day

    def retry_after(self, outcome: Outcome) -> float | None:
        """Seconds until the outcome may change by itself, or None where nobody knows."""
        terms = self._ketentuan
        opens = None if terms.jam is None else terms.jam.buka
        moments = {Outcome.QUOTA: terms.kuota_mulai, Outcome.OUT_OF_HOURS: opens}
        moment = moments.get(outcome)
        return None if moment is None else seconds_until(self._clock(), moment)


def read_hours(text: str) -> tuple[time, time]:
    """`08:00-16:00` as two clock times. Raises ValueError."""
    match = _WINDOW.fullmatch(text.strip())
    if match is None:
        raise ValueError("access_hours: write them as 08:00-16:00")
    return _clock_time("access_hours", match[1]), _clock_time("access_hours", match[2])


def _window(text: str) -> JamAkses | None:
    if not text:
        return None
    opens, closes = read_hours(text)
    if opens == closes:
        raise ValueError("access_hours: never open; leave it empty for always")
    return JamAkses(buka=opens, tutup=closes)


def _last_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("pks_expires: write it as YYYY-MM-DD") from None


def _clock_time(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{field}: write it as 00:00") from None


def seconds_until(now: datetime, moment: time) -> float:
    """Seconds from now to the next time the clock in Jakarta shows `moment`; more than 0."""
    local = now.astimezone(WIB)
    next_time = datetime.combine(local.date(), moment, WIB)
    if next_time <= local:
        next_time += timedelta(days=1)
    return (next_time - local).total_seconds()
