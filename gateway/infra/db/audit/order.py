"""The one order in which the log is read, that of its leaves, and the rows that are in it."""

from typing import Final

import sqlalchemy as sa

from gateway.domain.catatan import Letak
from gateway.infra.db.audit.sealed_tables import AUDIT_RENTANG
from gateway.infra.db.tables import AUDIT

PLACE: Final = AUDIT_RENTANG.c.indeks + AUDIT.c.nomor - AUDIT_RENTANG.c.nomor
"""The number of a row's leaf, in rows of `sealed`."""
_FIRST: Final = AUDIT_RENTANG.c.indeks
_END: Final = AUDIT_RENTANG.c.indeks + AUDIT_RENTANG.c.jumlah


def sealed(window: Letak) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The rows that are leaves of a window, and the condition that leaves them alone.

    Both ends of each run are cut in one expression, for an engine uses but one bound for each end
    of an index.
    """
    first = AUDIT_RENTANG.c.nomor - _FIRST + _larger(_FIRST, window.dari)
    end = AUDIT_RENTANG.c.nomor - _FIRST + _smaller(_END, window.sampai)
    rows = AUDIT_RENTANG.join(AUDIT, sa.and_(AUDIT.c.nomor >= first, AUDIT.c.nomor < end))
    earlier = AUDIT_RENTANG.alias()
    holds_first = (
        sa.select(sa.func.max(earlier.c.indeks))
        .where(earlier.c.indeks <= window.dari)
        .scalar_subquery()
    )
    return rows, sa.and_(window.sampai > _FIRST, sa.func.coalesce(holds_first, 0) <= _FIRST)


def _larger(column: sa.ColumnElement[int], number: int) -> sa.ColumnElement[int]:
    return sa.case((column > number, column), else_=number)


def _smaller(column: sa.ColumnElement[int], number: int) -> sa.ColumnElement[int]:
    return sa.case((column < number, column), else_=number)
