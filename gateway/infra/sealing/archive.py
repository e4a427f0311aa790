"""Writes the log month by month as bundles, each of which proves itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.bundle import Bundle, Wanted, Written
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.rows import last_signed
from gateway.infra.sealing.verify_store import TOLERANCE

_LONGEST_MONTH = timedelta(days=31)


def archive(
    connection: sa.Connection, leaves: Leaves, folder: Path, now: datetime
) -> Iterator[tuple[Path, Written]]:
    """A bundle for every month that is over and signed, and has no file in the folder yet."""
    for month in _months(connection):
        path = folder / f"audit-{month:%Y-%m}.zip"
        if not path.exists():
            wanted = Wanted(sejak=month, sampai=_after(month))
            yield path, Bundle(connection, leaves, wanted).write(path, now)


def _months(connection: sa.Connection) -> Iterator[datetime]:
    first, signed = connection.scalar(sa.select(sa.func.min(AUDIT.c.pada))), last_signed(connection)
    if first is None or signed is None:
        return
    month = datetime(first.year, first.month, 1, tzinfo=UTC)
    while _after(month) + TOLERANCE <= signed.pada:
        yield month
        month = _after(month)


def _after(month: datetime) -> datetime:
    return (month + _LONGEST_MONTH).replace(day=1)
