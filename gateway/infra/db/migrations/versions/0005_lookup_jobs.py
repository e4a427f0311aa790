"""Lookup jobs."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "tugas",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("kunci", sa.Text(), nullable=True),
        sa.Column("sidik", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sempit", Document(), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("jumlah", "salah", "terjawab", "gagal")
        ),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("mulai_pada", UtcDateTime(), nullable=True),
        sa.Column("selesai_pada", UtcDateTime(), nullable=True),
        sa.Column("lanjut_pada", UtcDateTime(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("hapus_pada", UtcDateTime(), nullable=True),
        sa.Column("giliran", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tugas")),
        sa.UniqueConstraint(
            "client_id", "grant_id", "kunci", name=op.f("uq_tugas_client_id_grant_id_kunci")
        ),
    )
    op.create_index(op.f("ix_tugas_hapus_pada"), "tugas", ["hapus_pada"])
    op.create_index(op.f("ix_tugas_status_giliran"), "tugas", ["status", "giliran"])
    op.create_table(
        "tugas_potong",
        sa.Column("tugas_id", ordered_text(), nullable=False),
        sa.Column("nomor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("masukan", sa.LargeBinary(), nullable=True),
        sa.Column("selesai", sa.Boolean(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("pekerja", sa.Text(), nullable=True),
        sa.Column("sewa_sampai", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tugas_id"],
            ["tugas.id"],
            name=op.f("fk_tugas_potong_tugas_id_tugas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tugas_id", "nomor", name=op.f("pk_tugas_potong")),
    )
    op.create_index(
        op.f("ix_tugas_potong_tugas_id_selesai_nomor"),
        "tugas_potong",
        ["tugas_id", "selesai", "nomor"],
    )
    op.create_table(
        "tugas_hasil",
        sa.Column("tugas_id", ordered_text(), nullable=False),
        sa.Column("urut", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("baris", sa.Integer(), nullable=False),
        sa.Column("salah", sa.Text(), nullable=True),
        sa.Column("isi", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tugas_id"],
            ["tugas.id"],
            name=op.f("fk_tugas_hasil_tugas_id_tugas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tugas_id", "urut", name=op.f("pk_tugas_hasil")),
        sa.UniqueConstraint("tugas_id", "baris", name=op.f("uq_tugas_hasil_tugas_id_baris")),
    )


def downgrade() -> None:
    """Back."""
    for table in ("tugas_hasil", "tugas_potong", "tugas"):
        op.drop_table(table)
