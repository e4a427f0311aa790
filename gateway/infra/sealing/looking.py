"""What there is to see of the log: its size, its newest checkpoint, its keys."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.infra.db.audit.sealed_tables import AUDIT_KUNCI
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.rows import gaps, last_signed, newest_row, read_head, within
from gateway.infra.stamping.rows import StampState, stamp_states


class LogState(msgspec.Struct, frozen=True, kw_only=True):
    """The log at one moment."""

    asal: str
    ukuran: int
    menunggu: int
    """Rows that are durable and not sealed yet."""
    checkpoint: str | None
    checkpoint_pada: datetime | None
    stempel: tuple[StampState, ...] = ()
    """How far each timestamping authority is that was ever asked."""


class LogKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the log; `pensiun_pada` None = it signs."""

    vkey: str
    dibuat_pada: datetime
    pensiun_pada: datetime | None


def look(connection: sa.Connection) -> LogState | None:
    """The log as it is; None where none was begun."""
    head = read_head(connection)
    if head is None:
        return None
    last = last_signed(connection)
    return LogState(
        asal=head.asal,
        ukuran=head.ukuran,
        menunggu=_waiting(connection),
        checkpoint=None if last is None else last.catatan,
        checkpoint_pada=None if last is None else last.pada,
        stempel=stamp_states(connection),
    )


def keys(connection: sa.Connection) -> list[LogKey]:
    """All of them, oldest first."""
    query = sa.select(*(AUDIT_KUNCI.c[name] for name in LogKey.__struct_fields__)).order_by(
        AUDIT_KUNCI.c.dibuat_pada, AUDIT_KUNCI.c.vkey
    )
    return [LogKey(**row) for row in connection.execute(query).mappings()]


def _waiting(connection: sa.Connection) -> int:
    newest = newest_row(connection)
    after = AUDIT.c.nomor > (0 if newest is None else newest.nomor)
    count = sa.select(sa.func.count()).select_from(AUDIT)
    which = (after, *within(AUDIT.c.nomor, gaps(connection)))
    return sum(connection.scalar(count.where(each)) or 0 for each in which)
