"""The change feed: a number for every change, and how records stood before."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import UtcDateTime, big_number, ordered_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER_ALL = """
UPDATE ppks SET nomor = urut.nomor
FROM (SELECT id, row_number() OVER (ORDER BY diubah_pada, id) AS nomor FROM ppks) AS urut
WHERE ppks.id = urut.id
"""


def upgrade() -> None:
    """Forward: what is stored is numbered in the order in which it last changed."""
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
    number = sa.Column("nomor", big_number(), server_default=sa.text("0"), nullable=False)
    op.add_column("ppks", number)
    op.execute(_NUMBER_ALL)
    op.execute("INSERT INTO umpan (satu, terakhir) SELECT 1, count(*) FROM ppks")
    op.create_index(op.f("ix_ppks_nomor"), "ppks", ["nomor"], unique=True)


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_ppks_nomor"), "ppks")
    op.drop_column("ppks", "nomor")
    op.drop_table("umpan")
    op.drop_table("ppks_lampau")
