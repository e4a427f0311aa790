"""The stamps in the store: what has none yet, whose turn it is to ask, and the tokens."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from gateway.infra.db.audit.sealed_tables import (
    AUDIT_CHECKPOINT,
    AUDIT_STEMPEL,
    AUDIT_STEMPEL_GILIRAN,
)
from gateway.infra.db.upsert import insert_new
from gateway.infra.sealing.rows import Signed, last_signed

_PADA: Final = AUDIT_CHECKPOINT.c.pada
_TURN: Final = AUDIT_STEMPEL_GILIRAN.c


class Stamp(NamedTuple):
    """A token, and the checkpoint that it is of."""

    pada: datetime
    otoritas: str
    waktu: datetime
    """When it was stamped, by the authority's clock."""
    token: bytes


class Stamped(NamedTuple):
    """A stamp with its checkpoint."""

    ukuran: int
    catatan: str
    stempel: Stamp


class Waiting(NamedTuple):
    """What an authority has not stamped."""

    newest: Signed
    """The newest checkpoint: its stamp is one for all before it."""
    sejak: datetime
    """When the first of them was signed."""


class StampState(msgspec.Struct, frozen=True, kw_only=True):
    """How far an authority has stamped the log."""

    otoritas: str
    ukuran: int | None
    """Entries under the newest checkpoint that it stamped; None where it never did."""
    checkpoint_pada: datetime | None
    waktu: datetime | None
    menunggu_sejak: datetime | None
    """When the first checkpoint behind that was signed; None where there is none."""
    gagal: int
    """Tries since the last stamp that failed, and why the last one did."""
    alasan: str | None


def waiting(connection: sa.Connection, otoritas: str) -> Waiting | None:
    """None where an authority has stamped the newest checkpoint, or there is none."""
    newest = last_signed(connection)
    done = _last_stamped(connection, otoritas)
    if newest is None or (done is not None and done >= newest.pada):
        return None
    query = sa.select(sa.func.min(_PADA))
    behind = query if done is None else query.where(AUDIT_CHECKPOINT.c.pada > done)
    return Waiting(newest, connection.scalar(behind) or newest.pada)


def is_due(connection: sa.Connection, otoritas: str, now: datetime) -> bool:
    """Whether the next try of an authority is due, and nobody is at it."""
    row = _turn(connection, otoritas)
    return row is None or all(
        moment is None or moment <= now for moment in (row.sewa_sampai, row.lanjut_pada)
    )


def claim(
    connection: sa.Connection,
    otoritas: str,
    pekerja: str,
    now: datetime,
    until: datetime,
    *,
    early: bool,
) -> int | None:
    """How often the authority has failed, once the turn is `pekerja`'s; None where it is not.

    `early`: although the next try is not due.
    """
    beginning = insert_new(connection.dialect.name, AUDIT_STEMPEL_GILIRAN)
    connection.execute(beginning.values(otoritas=otoritas, gagal=0))
    free = sa.or_(_TURN.sewa_sampai.is_(None), _TURN.sewa_sampai <= now)
    due = sa.or_(sa.literal(early), _TURN.lanjut_pada.is_(None), _TURN.lanjut_pada <= now)
    # Of two that claim at once the second one finds the first one's lease.
    taken = (
        sa.update(AUDIT_STEMPEL_GILIRAN)
        .where(_TURN.otoritas == otoritas, free, due)
        .values(pekerja=pekerja, sewa_sampai=until)
        .returning(_TURN.gagal)
    )
    failed: int | None = connection.scalar(taken)
    return failed


def end_turn(
    connection: sa.Connection, otoritas: str, pekerja: str, ended: Mapping[str, Any]
) -> bool:
    """Write down how a try ended; False where the turn is somebody else's by now."""
    ending = (
        sa.update(AUDIT_STEMPEL_GILIRAN)
        .where(_TURN.otoritas == otoritas, _TURN.pekerja == pekerja)
        .values(pekerja=None, sewa_sampai=None, **ended)
    )
    return bool(connection.execute(ending).rowcount)


def keep(connection: sa.Connection, stamp: Stamp) -> None:
    """Keep a token."""
    connection.execute(sa.insert(AUDIT_STEMPEL).values(stamp._asdict()))


def stamped_from(connection: sa.Connection, ukuran: int) -> list[datetime]:
    """The moments of the first checkpoints of at least this size that each authority stamped."""
    query = (
        sa.select(sa.func.min(AUDIT_STEMPEL.c.pada))
        .join(AUDIT_CHECKPOINT, AUDIT_STEMPEL.c.pada == _PADA)
        .where(AUDIT_CHECKPOINT.c.ukuran >= ukuran)
        .group_by(AUDIT_STEMPEL.c.otoritas)
    )
    return sorted(set(connection.scalars(query)))


def stamps(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Iterator[Stamped]:
    """The stamps of some checkpoints, by time."""
    told = (AUDIT_CHECKPOINT.c.ukuran, AUDIT_CHECKPOINT.c.catatan)
    query = (
        sa.select(*told, *(AUDIT_STEMPEL.c[name] for name in Stamp._fields))
        .join(AUDIT_CHECKPOINT, AUDIT_STEMPEL.c.pada == _PADA)
        .where(which)
        .order_by(AUDIT_STEMPEL.c.pada, AUDIT_STEMPEL.c.otoritas)
    )
    for ukuran, catatan, *stempel in connection.execute(query):
        yield Stamped(ukuran, catatan, Stamp(*stempel))


def stamp_states(connection: sa.Connection) -> tuple[StampState, ...]:
    """How far each authority is that was ever asked."""
    turns = connection.execute(sa.select(AUDIT_STEMPEL_GILIRAN).order_by(_TURN.otoritas)).all()
    return tuple(_state(connection, turn) for turn in turns)


def _state(connection: sa.Connection, turn: sa.Row[Any]) -> StampState:
    done = _last_stamped(connection, turn.otoritas)
    behind = waiting(connection, turn.otoritas)
    of_one = (AUDIT_STEMPEL.c.pada == done, AUDIT_STEMPEL.c.otoritas == turn.otoritas)
    query = (
        sa.select(AUDIT_CHECKPOINT.c.ukuran, AUDIT_STEMPEL.c.waktu)
        .join(AUDIT_CHECKPOINT, AUDIT_STEMPEL.c.pada == _PADA)
        .where(*of_one)
    )
    found = connection.execute(query).one_or_none()
    return StampState(
        otoritas=turn.otoritas,
        ukuran=None if found is None else found.ukuran,
        checkpoint_pada=done,
        waktu=None if found is None else found.waktu,
        menunggu_sejak=None if behind is None else behind.sejak,
        gagal=turn.gagal,
        alasan=turn.alasan,
    )


def _turn(connection: sa.Connection, otoritas: str) -> sa.Row[Any] | None:
    query = sa.select(AUDIT_STEMPEL_GILIRAN).where(_TURN.otoritas == otoritas)
    return connection.execute(query).one_or_none()


def _last_stamped(connection: sa.Connection, otoritas: str) -> datetime | None:
    query = sa.select(sa.func.max(AUDIT_STEMPEL.c.pada))
    found: datetime | None = connection.scalar(query.where(AUDIT_STEMPEL.c.otoritas == otoritas))
    return found
