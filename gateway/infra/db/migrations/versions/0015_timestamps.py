"""Timestamps of the sealed log: the tokens, and whose turn it is to ask for the next."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import UtcDateTime, ordered_text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "audit_stempel",
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("otoritas", ordered_text(), nullable=False),
        sa.Column("waktu", UtcDateTime(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pada", "otoritas", name=op.f("pk_audit_stempel")),
    )
    op.create_table(
        "audit_stempel_giliran",
        sa.Column("otoritas", ordered_text(), nullable=False),
        sa.Column("pekerja", sa.Text(), nullable=True),
        sa.Column("sewa_sampai", UtcDateTime(), nullable=True),
        sa.Column("lanjut_pada", UtcDateTime(), nullable=True),
        sa.Column("gagal", sa.Integer(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("otoritas", name=op.f("pk_audit_stempel_giliran")),
    )


def downgrade() -> None:
    """Back: the tokens go."""
    op.drop_table("audit_stempel_giliran")
    op.drop_table("audit_stempel")
