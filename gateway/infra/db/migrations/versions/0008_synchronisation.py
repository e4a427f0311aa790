"""Synchronisation with outside systems."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "sinkron",
        sa.Column("sistem", ordered_text(), nullable=False),
        sa.Column("arah", ordered_text(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.Column("penuh", sa.Boolean(), nullable=False),
        sa.Column("pandangan", sa.Text(), nullable=True),
        sa.Column("kursor", sa.Text(), nullable=True),
        sa.Column("dijeda", sa.Boolean(), nullable=False),
        sa.Column("boleh_hilang", sa.Boolean(), nullable=False),
        sa.Column("hitungan", Document(), nullable=False),
        sa.Column("selesai_pada", UtcDateTime(), nullable=True),
        sa.Column("lanjut_pada", UtcDateTime(), nullable=True),
        sa.Column("gagal", sa.Integer(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("pekerja", sa.Text(), nullable=True),
        sa.Column("sewa_sampai", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("sistem", "arah", name=op.f("pk_sinkron")),
    )
    op.create_table(
        "sinkron_terlihat",
        sa.Column("sistem", ordered_text(), nullable=False),
        sa.Column("id_sumber", ordered_text(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sistem", "id_sumber", name=op.f("pk_sinkron_terlihat")),
    )
    op.create_index(
        op.f("ix_sinkron_terlihat_sistem_putaran"), "sinkron_terlihat", ["sistem", "putaran"]
    )
    op.create_table(
        "sinkron_kiriman",
        sa.Column("sistem", ordered_text(), nullable=False),
        sa.Column("ppks_id", ordered_text(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("kode_wilayah", ordered_text(), nullable=True),
        sa.Column("isi", sa.Text(), nullable=False),
        sa.Column("sidik", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("id_jauh", sa.Text(), nullable=True),
        sa.Column("versi_jauh", sa.Text(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("dihapus", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sistem", "ppks_id", name=op.f("pk_sinkron_kiriman")),
    )
    op.create_index(
        op.f("ix_sinkron_kiriman_sistem_putaran"), "sinkron_kiriman", ["sistem", "putaran"]
    )
    op.create_index(
        op.f("ix_sinkron_kiriman_sistem_status_ppks_id"),
        "sinkron_kiriman",
        ["sistem", "status", "ppks_id"],
    )


def downgrade() -> None:
    """Back."""
    for table in ("sinkron_kiriman", "sinkron_terlihat", "sinkron"):
        op.drop_table(table)
