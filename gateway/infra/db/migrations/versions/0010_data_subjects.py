"""Data subjects: whose records a page held, and what persons ask about their own data."""

import msgspec
import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text
from gateway.infra.db.upgrading import online

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_audit_daftar": "daftar IS NOT NULL",
    "ix_audit_nameless": "jumlah > 0 AND coalesce(daftar, subjek) IS NULL",
}


def upgrade() -> None:
    """Forward."""
    online.add_columns("audit", sa.Column("daftar", sa.Text(), nullable=True))
    online.add_columns("ppks_lampau", sa.Column("ditahan", sa.Boolean(), nullable=True))
    for name, condition in _INDEXES.items():
        online.create_index(name, "audit", ["pada"], where=condition)
    op.create_table(
        "permintaan_subjek",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("atribut", Document(), nullable=False),
        sa.Column("berkas", sa.Text(), nullable=False),
        sa.Column("diterima_pada", UtcDateTime(), nullable=False),
        sa.Column("dicatat_pada", UtcDateTime(), nullable=False),
        sa.Column("dicatat_oleh", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("diputus_pada", UtcDateTime(), nullable=True),
        sa.Column("diputus_oleh", sa.Text(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("berakhir_pada", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permintaan_subjek")),
    )
    op.create_table(
        "permintaan_rujukan",
        sa.Column("permintaan_id", ordered_text(), nullable=False),
        sa.Column("rujukan", ordered_text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("menahan", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permintaan_id"],
            ["permintaan_subjek.id"],
            name=op.f("fk_permintaan_rujukan_permintaan_id_permintaan_subjek"),
        ),
        sa.PrimaryKeyConstraint("permintaan_id", "rujukan", name=op.f("pk_permintaan_rujukan")),
    )
    op.create_index(
        op.f("ix_permintaan_rujukan_rujukan_menahan"), "permintaan_rujukan", ["rujukan", "menahan"]
    )
    held = op.create_table(
        "pembatasan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("versi", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pembatasan")),
    )
    op.bulk_insert(held, [{"id": 1, "versi": 0}])


def downgrade() -> None:
    """Back: the earlier program knows no grant that names a reason, nor that answers persons."""
    _forget_in_grants()
    for table in ("pembatasan", "permintaan_rujukan", "permintaan_subjek"):
        op.drop_table(table)
    for name in _INDEXES:
        op.drop_index(name, "audit")
    op.drop_column("audit", "daftar")
    op.drop_column("ppks_lampau", "ditahan")


def _forget_in_grants() -> None:
    grants = sa.table("grant_versi", *map(sa.column, ("grant_id", "versi", "isi")))
    connection = op.get_bind()
    # Read whole: grants are few, and a cursor must not be open while its rows change.
    for grant_id, versi, text in connection.execute(sa.select(grants)).all():
        isi = msgspec.json.decode(text)
        isi["scopes"] = [scope for scope in isi["scopes"] if scope != "audit:subject"]
        if isi.pop("walau_dibatasi", None) is not None:
            isi["status"] = "BERAKHIR"
        if isi["jenis"] == "SUBJEK":
            isi |= {"jenis": "AUDIT", "status": "BERAKHIR"}
        same = sa.and_(grants.c.grant_id == grant_id, grants.c.versi == versi)
        kept = msgspec.json.encode(isi).decode()
        connection.execute(sa.update(grants).where(same).values(isi=kept))
