"""Agreements, the reports that they owe, and data balikan."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text
from gateway.infra.db.upgrading import online

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEYS = ("nomor", "sistem", "periode", "subjek", "tujuan", "client_id")


def upgrade() -> None:
    """Forward."""
    online.create_index("ix_audit_nomor_pks_pada", "audit", ["nomor_pks", "pada"])
    op.create_table(
        "perjanjian",
        sa.Column("nomor", ordered_text(), nullable=False),
        sa.Column("isi", Document(), nullable=False),
        sa.Column("dicatat_pada", UtcDateTime(), nullable=False),
        sa.Column("dicatat_oleh", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("nomor", name=op.f("pk_perjanjian")),
    )
    op.create_table(
        "perjanjian_laporan",
        *(
            sa.Column(name, ordered_text(), nullable=False)
            for name in ("nomor", "jenis", "periode")
        ),
        sa.Column("diserahkan_pada", UtcDateTime(), nullable=False),
        sa.Column("diserahkan_oleh", sa.Text(), nullable=False),
        _of_an_agreement("perjanjian_laporan"),
        sa.PrimaryKeyConstraint("nomor", "jenis", "periode", name=op.f("pk_perjanjian_laporan")),
    )
    op.create_table(
        "balikan",
        *(sa.Column(name, ordered_text(), nullable=False) for name in _KEYS),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("pertama", UtcDateTime(), nullable=False),
        sa.Column("dikirim_pada", UtcDateTime(), nullable=True),
        _of_an_agreement("balikan"),
        sa.PrimaryKeyConstraint(*_KEYS, name=op.f("pk_balikan")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_audit_nomor_pks_pada"), "audit")
    for table in ("balikan", "perjanjian_laporan", "perjanjian"):
        op.drop_table(table)


def _of_an_agreement(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_nomor_perjanjian")
    return sa.ForeignKeyConstraint(["nomor"], ["perjanjian.nomor"], name=name)
