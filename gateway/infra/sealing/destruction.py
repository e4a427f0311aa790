"""Destroys what old entries say: announced in the log itself, sealed, and only then done."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.domain.audit_leaf import MOMENT
from gateway.domain.audit_retention import KelasEntri
from gateway.infra.db.admin_log import act_rows
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.rows import LogBroken, Run, runs
from gateway.infra.sealing.walk import leaf_hashes

ACT: Final = "audit.musnah"
DESTRUCTION: Final = f"admin.{ACT}"
ROTATION: Final = "admin.audit.kunci"
_ROWS: Final = 10_000
_RANGES: Final = 500
"""One act names so many ranges of leaves at most, so that its entry stays small."""

_IS_TOKEN: Final = AUDIT.c.peristiwa.like("token%")
_IS_ACT: Final = AUDIT.c.hasil == HasilAudit.DILAKUKAN
_IS_REFUSAL: Final = AUDIT.c.hasil.in_((HasilAudit.DITOLAK, HasilAudit.GAGAL))
_OF_CLASS: Final = {
    KelasEntri.TOKEN: _IS_TOKEN,
    KelasEntri.PERBUATAN: sa.and_(_IS_ACT, AUDIT.c.peristiwa.not_in((DESTRUCTION, ROTATION))),
    KelasEntri.PENOLAKAN: sa.and_(_IS_REFUSAL, ~_IS_TOKEN),
    KelasEntri.PENYINGKAPAN: sa.and_(~_IS_REFUSAL, ~_IS_ACT, ~_IS_TOKEN),
}

Range = tuple[int, int]
"""The first and the last leaf."""


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    """What one act destroys: rows by number, and which leaves they are."""

    nomor: tuple[int, ...]
    rentang: tuple[Range, ...]


def find_doomed(connection: sa.Connection, kelas: KelasEntri, sebelum: datetime) -> Doomed:
    """The oldest sealed rows of a class that are older than a moment, as many as one act takes.

    The row with the highest number stays whatever it is, so that its number is not used again.
    """
    newest = connection.scalar(sa.select(sa.func.max(AUDIT.c.nomor))) or 0
    query = (
        sa.select(AUDIT.c.nomor)
        .where(_OF_CLASS[kelas], AUDIT.c.pada < sebelum, AUDIT.c.nomor < newest)
        .order_by(AUDIT.c.nomor)
        .limit(_ROWS)
    )
    placed = _placed(connection.scalars(query).all(), runs(connection))
    ranges: list[Range] = []
    taken: list[int] = []
    for index, nomor in sorted(placed):
        if ranges and index == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], index)
        elif len(ranges) == _RANGES:
            break
        else:
            ranges.append((index, index))
        taken.append(nomor)
    return Doomed(nomor=tuple(taken), rentang=tuple(ranges))


def check_unchanged(
    connection: sa.Connection, leaves: Leaves, doomed: Doomed, kelas: KelasEntri, sebelum: datetime
) -> None:
    """Raises LogBroken where a row is not what was sealed: somebody may have made it look old."""
    sealed = (
        (index, leaf)
        for first, last in doomed.rentang
        for index, leaf in enumerate(leaf_hashes(connection, first, last + 1), first)
    )
    for at in range(0, len(doomed.nomor), _RANGES):
        numbers = doomed.nomor[at : at + _RANGES]
        # Asked for again, so that what is proved is what was looked at.
        which = (AUDIT.c.nomor.in_(numbers), _OF_CLASS[kelas], AUDIT.c.pada < sebelum)
        rows = {row.nomor: row for row in connection.execute(leaves.query.where(*which))}
        for nomor, (index, leaf) in zip(numbers, sealed, strict=False):
            if nomor not in rows or not leaves.is_sealed(rows[nomor], leaf):
                raise LogBroken(
                    f"entry {index}: what it says is not what was sealed, so that nothing is"
                    " destroyed: see `gateway audit verify-store`"
                )


def announce(
    connection: sa.Connection,
    doomed: Doomed,
    kelas: KelasEntri,
    sebelum: datetime,
    *,
    oleh: str,
    now: datetime,
) -> None:
    """Put the act into the log."""
    details = {
        "kelas": kelas,
        "sebelum": sebelum.strftime(MOMENT),
        "rentang": doomed.rentang,
    }
    for row in act_rows(pada=now, oleh=oleh, peristiwa=ACT, objek=kelas, rincian=details):
        connection.execute(row)


def destroy(connection: sa.Connection, doomed: Doomed) -> None:
    """Remove the rows; their hashes are in the tree."""
    if connection.dialect.name == "sqlite":
        # Else the file keeps what the rows said until something else is written there.
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    for at in range(0, len(doomed.nomor), _RANGES):
        which = AUDIT.c.nomor.in_(doomed.nomor[at : at + _RANGES])
        connection.execute(sa.delete(AUDIT).where(which))


def announced(acts: Iterable[tuple[int, Sequence[Sequence[int]]]]) -> list[Range]:
    """The leaves that acts name, in order and apart; an act speaks of leaves before it alone."""
    named = sorted((first, last) for act, each in acts for first, last in each if last < act)
    joined: list[Range] = []
    for first, last in named:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _placed(numbers: Sequence[int], known: Sequence[Run]) -> list[tuple[int, int]]:
    """Leaf and number of those rows that are sealed; `numbers` ascend."""
    by_number = iter(sorted(known, key=lambda run: run.nomor))
    run = next(by_number, None)
    placed = []
    for nomor in numbers:
        while run is not None and nomor >= run.nomor + run.jumlah:
            run = next(by_number, None)
        if run is not None and nomor >= run.nomor:
            placed.append((run.indeks + nomor - run.nomor, nomor))
    return placed
