"""The sealed log: its tables, and what an audit row tells besides.

No row is sealed here: the tree, its leaves and the first signature are made by the gateway when it
starts, from the rows that are there.
"""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text
from gateway.infra.db.upgrading import online

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW = {
    "umur": sa.Integer,
    "permintaan_sidik": sa.Text,
    "oleh": sa.Text,
    "objek": sa.Text,
    "rincian": Document,
}


def upgrade() -> None:
    """Forward."""
    columns = [sa.Column(name, kind(), nullable=True) for name, kind in _NEW.items()]
    online.add_columns("audit", *columns)
    online.create_index("ix_audit_acts", "audit", ["peristiwa", "nomor"], where="oleh IS NOT NULL")
    op.create_table(
        "audit_kepala",
        sa.Column("asal", sa.Text(), nullable=False),
        sa.Column("ukuran", sa.BigInteger(), nullable=False),
        sa.Column("akar", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("asal", name=op.f("pk_audit_kepala")),
    )
    op.create_table(
        "audit_rentang",
        sa.Column("indeks", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nomor", sa.BigInteger(), nullable=False),
        sa.Column("jumlah", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("indeks", name=op.f("pk_audit_rentang")),
        sa.UniqueConstraint("nomor", name=op.f("uq_audit_rentang_nomor")),
    )
    op.create_table(
        "audit_ubin",
        sa.Column("tingkat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indeks", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("isi", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tingkat", "indeks", name=op.f("pk_audit_ubin")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("ukuran", sa.BigInteger(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("rotasi", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pada", name=op.f("pk_audit_checkpoint")),
    )
    op.create_index(op.f("ix_audit_checkpoint_ukuran"), "audit_checkpoint", ["ukuran"])
    op.create_table(
        "audit_saksi",
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("vkey", ordered_text(), nullable=False),
        sa.Column("baris", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pada", "vkey", name=op.f("pk_audit_saksi")),
    )
    op.create_table(
        "audit_kunci",
        sa.Column("vkey", ordered_text(), nullable=False),
        sa.Column("privat", sa.LargeBinary(), nullable=True),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("pensiun_pada", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("vkey", name=op.f("pk_audit_kunci")),
    )


def downgrade() -> None:
    """Back: proofs and signatures go with the tables, what entries said before stays."""
    for table in ("kunci", "saksi", "checkpoint", "ubin", "rentang", "kepala"):
        op.drop_table(f"audit_{table}")
    op.drop_index("ix_audit_acts", "audit")
    with op.batch_alter_table("audit") as batch_op:
        for name in _NEW:
            batch_op.drop_column(name)
