"""Names for complaints that come without one: the same line of a file gets the same name again."""

import hashlib
from datetime import datetime
from typing import Final

_SEPARATOR: Final = "\x1f"


class StableIds:
    """Makes ids from what a line says; equal lines of one minute are told apart by their order.

    Only the minute counts, because one phone writes seconds into its export and another does not.
    Memory holds the lines of one minute, as files are in order of time.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._minute = ""
        self._seen: dict[str, int] = {}

    def make(self, pada: datetime, *parts: str) -> tuple[str, int]:
        """The id, and how many equal lines came before this one."""
        minute = pada.strftime("%Y-%m-%dT%H:%MZ")
        if minute != self._minute:
            self._minute, self._seen = minute, {}
        said = _SEPARATOR.join((minute, *parts))
        ordinal = self._seen.get(said, 0)
        self._seen[said] = ordinal + 1
        digest = hashlib.sha256(f"{said}{_SEPARATOR}{ordinal}".encode()).hexdigest()
        return f"{self._prefix}:{digest[:32]}", ordinal
