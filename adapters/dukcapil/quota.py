"""Remembers the remaining daily quota as the service last told it, and warns while it runs out."""

import logging
from datetime import datetime
from typing import Final

from adapters.dukcapil.config import Config
from gateway.kit.clock import Clock

_log: Final = logging.getLogger(__name__)


class Quota:
    """The quota of one user id. One warning is logged per alarm level that is reached."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._daily = config.daily_quota
        self._below = config.quota_alarm_below
        self._step = config.quota_alarm_step
        self._level: int | None = None
        self.left: int | None = None
        self.told_at: datetime | None = None

    def observe(self, left: int | None) -> None:
        """Take in what an answer told; None where it told nothing."""
        if left is None:
            return
        self.left, self.told_at = left, self._clock()
        # Answers overtake each other, so only a clear rise means that a new quota has begun.
        if self._level is not None and left > self._level + self._step:
            self._level = None
        level = self._level_of(left)
        if level is not None and (self._level is None or level < self._level):
            _log.warning("dukcapil: kuota tersisa %d, mencapai ambang %d", left, level)
            self._level = level

    @property
    def note(self) -> str | None:
        """A sentence for the health page while an alarm level is reached."""
        if self._level is None:
            return None
        of_daily = f" dari {self._daily}" if self._daily else ""
        return f"kuota tersisa {self.left}{of_daily}, mencapai ambang {self._level}"

    def _level_of(self, left: int) -> int | None:
        """The lowest alarm level that `left` has reached."""
        if not self._below or left > self._below:
            return None
        if not self._step:
            return self._below
        return self._below - (self._below - left) // self._step * self._step
