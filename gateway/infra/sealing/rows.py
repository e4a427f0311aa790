"""The sealed log's rows: its head, the tiles of its tree, and which audit row is which leaf."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from gateway.domain.tree.merkle import EMPTY_ROOT
from gateway.domain.tree.tiles import Tile
from gateway.infra.db.audit.sealed_tables import (
    AUDIT_CHECKPOINT,
    AUDIT_KEPALA,
    AUDIT_RENTANG,
    AUDIT_UBIN,
)
from gateway.infra.db.upsert import upsert

_TURN: Final = int.from_bytes(b"segel")
_AT_ONCE: Final = 100
# What was signed must not be lost: it may be known outside already.
_DURABLY: Final = sa.text(
    "SELECT set_config('synchronous_commit', 'on', true)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)

Gap = tuple[int, int]
"""Row numbers between sealed ones, from and to, that no leaf has."""


class LogBroken(Exception):
    """The log is not as it must be; the message tells an operator what, and what to do."""


class Head(NamedTuple):
    """How far the log reaches."""

    asal: str
    ukuran: int
    akar: bytes


class Run(NamedTuple):
    """Rows side by side that are leaves side by side."""

    indeks: int
    nomor: int
    jumlah: int


class Signed(NamedTuple):
    """A checkpoint as it is kept."""

    pada: datetime
    ukuran: int
    catatan: str
    rotasi: bool


def take_turn(connection: sa.Connection, *, wait: bool) -> bool:
    """Whether this transaction is the one that changes the log; SQLite has one writer anyway."""
    if connection.dialect.name == "sqlite":
        return True
    connection.execute(_DURABLY)
    lock = sa.func.pg_advisory_xact_lock if wait else sa.func.pg_try_advisory_xact_lock
    return connection.scalar(sa.select(lock(_TURN))) is not False


def read_head(connection: sa.Connection) -> Head | None:
    """The head; None where nothing was ever sealed."""
    found = connection.execute(sa.select(AUDIT_KEPALA)).one_or_none()
    return None if found is None else Head(*found)


def begin(connection: sa.Connection, asal: str) -> None:
    """Begin the log under its name."""
    connection.execute(
        sa.insert(AUDIT_KEPALA).values(Head(asal=asal, ukuran=0, akar=EMPTY_ROOT)._asdict())
    )


def move_head(connection: sa.Connection, ukuran: int, akar: bytes) -> None:
    """Let the log reach further."""
    connection.execute(sa.update(AUDIT_KEPALA).values(ukuran=ukuran, akar=akar))


def read_tiles(connection: sa.Connection, tiles: Iterable[Tile]) -> dict[Tile, bytes]:
    """Those of the tiles that there are."""
    key = sa.tuple_(AUDIT_UBIN.c.tingkat, AUDIT_UBIN.c.indeks)
    query = sa.select(AUDIT_UBIN).where(key.in_([tuple(tile) for tile in tiles]))
    return {Tile(row.tingkat, row.indeks): bytes(row.isi) for row in connection.execute(query)}


def write_tiles(connection: sa.Connection, tiles: Mapping[Tile, bytes]) -> None:
    """Keep tiles that are new or longer."""
    rows = [
        {"tingkat": tile.level, "indeks": tile.place, "isi": kept} for tile, kept in tiles.items()
    ]
    connection.execute(upsert(connection.dialect.name, AUDIT_UBIN), rows)


def runs(connection: sa.Connection) -> Sequence[Run]:
    """Which rows are which leaves, by leaf."""
    query = sa.select(AUDIT_RENTANG).order_by(AUDIT_RENTANG.c.indeks)
    return [Run(*row) for row in connection.execute(query)]


def runs_of(numbers: Sequence[int], first: int) -> list[Run]:
    """The rows of these numbers as the leaves from `first` on, in this order."""
    starts = [at for at, number in enumerate(numbers) if at == 0 or number != numbers[at - 1] + 1]
    ends = [*starts[1:], len(numbers)]
    return [
        Run(first + start, numbers[start], end - start)
        for start, end in zip(starts, ends, strict=True)
    ]


def add_runs(connection: sa.Connection, made: Sequence[Run]) -> None:
    """Let these runs of rows be leaves; the first may go on with the last run of before."""
    query = sa.select(AUDIT_RENTANG).order_by(AUDIT_RENTANG.c.indeks.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    following, *more = made
    if last is not None and following.nomor == last.nomor + last.jumlah:
        same = AUDIT_RENTANG.c.indeks == last.indeks
        longer = last.jumlah + following.jumlah
        connection.execute(sa.update(AUDIT_RENTANG).where(same).values(jumlah=longer))
    else:
        more = [following, *more]
    if more:
        connection.execute(sa.insert(AUDIT_RENTANG), [run._asdict() for run in more])


def newest_row(connection: sa.Connection) -> Run | None:
    """The sealed row with the highest number, as a run of one."""
    query = sa.select(AUDIT_RENTANG).order_by(AUDIT_RENTANG.c.nomor.desc()).limit(1)
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    more = found.jumlah - 1
    return Run(found.indeks + more, found.nomor + more, 1)


def gaps(connection: sa.Connection) -> list[Gap]:
    """The row numbers that no leaf has, below the highest sealed one."""
    after = AUDIT_RENTANG.c.nomor + AUDIT_RENTANG.c.jumlah
    query = sa.select(
        AUDIT_RENTANG.c.nomor,
        sa.func.coalesce(sa.func.lag(after).over(order_by=AUDIT_RENTANG.c.nomor), 1).label(
            "sesudah"
        ),
    ).subquery()
    found = sa.select(query.c.sesudah, query.c.nomor - 1).where(query.c.sesudah < query.c.nomor)
    return [(row[0], row[1]) for row in connection.execute(found.order_by(query.c.nomor))]


def within(column: sa.Column[int], ranges: Sequence[Gap]) -> list[sa.ColumnElement[bool]]:
    """Conditions that a number lies in one of the ranges; few enough in each for one statement."""
    return [
        sa.or_(*(column.between(*each) for each in ranges[at : at + _AT_ONCE]))
        for at in range(0, len(ranges), _AT_ONCE)
    ]


def last_signed(connection: sa.Connection) -> Signed | None:
    """The newest checkpoint."""
    query = sa.select(AUDIT_CHECKPOINT).order_by(AUDIT_CHECKPOINT.c.pada.desc()).limit(1)
    return _signed(connection.execute(query).mappings().one_or_none())


def first_signed_from(connection: sa.Connection, ukuran: int) -> Signed | None:
    """The first checkpoint of at least this size."""
    query = (
        sa.select(AUDIT_CHECKPOINT)
        .where(AUDIT_CHECKPOINT.c.ukuran >= ukuran)
        .order_by(AUDIT_CHECKPOINT.c.ukuran, AUDIT_CHECKPOINT.c.pada)
        .limit(1)
    )
    return _signed(connection.execute(query).mappings().one_or_none())


def keep_signed(connection: sa.Connection, signed: Signed) -> None:
    """Keep a checkpoint."""
    connection.execute(sa.insert(AUDIT_CHECKPOINT).values(signed._asdict()))


def _signed(row: sa.RowMapping | None) -> Signed | None:
    return None if row is None else Signed(**row)
