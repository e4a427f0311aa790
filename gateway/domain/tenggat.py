"""Deadlines: how near an end is, in the steps at which people are warned."""

from datetime import date, datetime, timedelta
from typing import Final

from gateway.domain.registry_terms import JAKARTA

AMBANG_HARI: Final = (1, 7, 30)
"""Days before an end at which an operator is to be warned."""
LEWAT: Final = 0
"""The step of what is past."""


def ambang(berakhir: datetime, now: datetime) -> int | None:
    """The least of AMBANG_HARI within which it ends; LEWAT = it has; None = not soon."""
    left = berakhir - now
    if left <= timedelta(0):
        return LEWAT
    return next((days for days in AMBANG_HARI if left <= timedelta(days=days)), None)


def hari_terakhir(berakhir: datetime) -> date:
    """The last day, in Jakarta, before an end: an end is the first moment after."""
    return (berakhir - timedelta(microseconds=1)).astimezone(JAKARTA).date()
