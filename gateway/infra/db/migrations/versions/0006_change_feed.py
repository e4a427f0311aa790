"""The change feed: a number for every change, and how records stood before."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import UtcDateTime, big_number, ordered_text
from gateway.infra.db.upgrading import online

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PPKS = sa.table("ppks", *map(sa.column, ("id", "diubah_pada", "nomor")))


def upgrade() -> None:
    """Forward: what is stored is numbered in the order in which it last changed."""
    number = sa.Column("nomor", big_number(), server_default=sa.text("0"), nullable=False)
    online.add_columns("ppks", number)
    online.backfill("records numbered", _Numbering(op.get_bind()))
    online.create_index("ix_ppks_nomor", "ppks", ["nomor"], unique=True)
    op.create_table(
        "ppks_lampau",
        sa.Column("sampai", big_number(), autoincrement=False, nullable=False),
        sa.Column("ppks_id", ordered_text(), nullable=False),
        sa.Column("dari", big_number(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("kode_wilayah", ordered_text(), nullable=True),
        sa.Column("kategori", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sampai", name=op.f("pk_ppks_lampau")),
    )
    op.create_index(op.f("ix_ppks_lampau_pada"), "ppks_lampau", ["pada"])
    op.create_table(
        "umpan",
        sa.Column("satu", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terakhir", big_number(), nullable=False),
        sa.Column("dipadatkan_sampai", UtcDateTime(), nullable=True),
        sa.Column("diulang_pada", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("satu", name=op.f("pk_umpan")),
    )
    op.execute("INSERT INTO umpan (satu, terakhir) SELECT 1, coalesce(max(nomor), 0) FROM ppks")


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_ppks_nomor"), "ppks")
    op.drop_column("ppks", "nomor")
    op.drop_table("umpan")
    op.drop_table("ppks_lampau")


class _Numbering:
    """Gives records their numbers, batch by batch along an index."""

    def __init__(self, connection: sa.Connection) -> None:
        self._last = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(_PPKS.c.nomor), 0)))
        self._place: Sequence[Any] | None = None

    def __call__(self, connection: sa.Connection) -> int:
        """The next batch; how many records it had."""
        numbered = self._number_next(connection)
        if not numbered and self._place is not None:
            # Once more from the beginning: what came or changed meanwhile may lie before.
            self._place = None
            numbered = self._number_next(connection)
        return numbered

    def _number_next(self, connection: sa.Connection) -> int:
        order = (_PPKS.c.diubah_pada, _PPKS.c.id)
        next_ones = sa.select(*order).where(_PPKS.c.nomor == 0).order_by(*order)
        if self._place is not None:
            next_ones = next_ones.where(sa.tuple_(*order) > sa.tuple_(*self._place))
        few = next_ones.limit(online.BATCH).subquery()
        number = self._last + sa.func.row_number().over(order_by=(few.c.diubah_pada, few.c.id))
        numbered = sa.select(few.c.id, number.label("nomor")).subquery()
        update = sa.update(_PPKS).values(nomor=numbered.c.nomor).where(_PPKS.c.id == numbered.c.id)
        rows = connection.execute(update.returning(_PPKS.c.nomor, *order)).all()
        if rows:
            self._last, *self._place = max(rows)
        return len(rows)
