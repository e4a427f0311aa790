"""Subscribers of the change feed, and the log of what was pushed to them."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import UtcDateTime, big_number, ordered_text, row_number

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "langganan",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("dengan_data", sa.Boolean(), nullable=False),
        sa.Column("rahasia", sa.LargeBinary(), nullable=False),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("dibuat_oleh", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kirim_pada", UtcDateTime(), nullable=False),
        sa.Column("posisi", sa.LargeBinary(), nullable=True),
        sa.Column("nomor", big_number(), nullable=False),
        sa.Column("grant_versi", sa.Integer(), nullable=False),
        sa.Column("sejak", UtcDateTime(), nullable=False),
        sa.Column("pesan", sa.Text(), nullable=True),
        sa.Column("butir", sa.Integer(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("gagal_sejak", UtcDateTime(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("pekerja", sa.Text(), nullable=True),
        sa.Column("sewa_sampai", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_langganan")),
    )
    op.create_index(op.f("ix_langganan_grant_id"), "langganan", ["grant_id"])
    op.create_index(op.f("ix_langganan_status_kirim_pada"), "langganan", ["status", "kirim_pada"])
    op.create_table(
        "kiriman",
        sa.Column("nomor", row_number(), nullable=False),
        sa.Column("langganan_id", ordered_text(), nullable=False),
        sa.Column("pesan", sa.Text(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("hasil", sa.Text(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("status_http", sa.Integer(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("posisi", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["langganan_id"],
            ["langganan.id"],
            name=op.f("fk_kiriman_langganan_id_langganan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("nomor", name=op.f("pk_kiriman")),
    )
    op.create_index(op.f("ix_kiriman_pada"), "kiriman", ["pada"])
    op.create_index(op.f("ix_kiriman_langganan_id_nomor"), "kiriman", ["langganan_id", "nomor"])


def downgrade() -> None:
    """Back."""
    op.drop_table("kiriman")
    op.drop_table("langganan")
