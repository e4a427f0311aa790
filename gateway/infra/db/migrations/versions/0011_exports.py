"""Bulk exports."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, big_number, ordered_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "ekspor",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("sempit", Document(), nullable=True),
        sa.Column("pandangan", Document(), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("permintaan", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("dasar", Document(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=True),
        sa.Column("tertulis", sa.Integer(), nullable=False),
        sa.Column("terbayar", sa.Integer(), nullable=False),
        sa.Column("transaksi_pada", UtcDateTime(), nullable=True),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("selesai_pada", UtcDateTime(), nullable=True),
        sa.Column("lanjut_pada", UtcDateTime(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("hapus_pada", UtcDateTime(), nullable=True),
        sa.Column("pekerja", sa.Text(), nullable=True),
        sa.Column("sewa_sampai", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ekspor")),
    )
    op.create_index(op.f("ix_ekspor_hapus_pada"), "ekspor", ["hapus_pada"])
    op.create_index(
        op.f("ix_ekspor_client_id_grant_id_dibuat_pada"),
        "ekspor",
        ["client_id", "grant_id", "dibuat_pada"],
    )
    op.create_index(op.f("ix_ekspor_status_dibuat_pada"), "ekspor", ["status", "dibuat_pada"])
    op.create_table(
        "ekspor_berkas",
        sa.Column("ekspor_id", ordered_text(), nullable=False),
        sa.Column("nomor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("baris", sa.Integer(), nullable=False),
        sa.Column("ukuran", big_number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ekspor_id"],
            ["ekspor.id"],
            name=op.f("fk_ekspor_berkas_ekspor_id_ekspor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ekspor_id", "nomor", name=op.f("pk_ekspor_berkas")),
    )
    op.create_table(
        "ekspor_titik",
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("pandangan", Document(), nullable=False),
        sa.Column("nomor", big_number(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "grant_id", "pada", name=op.f("pk_ekspor_titik")),
    )
    op.create_index(op.f("ix_ekspor_titik_pada"), "ekspor_titik", ["pada"])


def downgrade() -> None:
    """Back."""
    for table in ("ekspor_titik", "ekspor_berkas", "ekspor"):
        op.drop_table(table)
