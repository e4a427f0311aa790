"""Tables of the sealed log: its reach, which rows are leaves, the tree, signatures, stamps."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA
from gateway.infra.db.types import UtcDateTime, ordered_text

AUDIT_KEPALA: Final = sa.Table(
    "audit_kepala",
    METADATA,
    sa.Column("asal", sa.Text, primary_key=True),
    sa.Column("ukuran", sa.BigInteger, nullable=False),
    sa.Column("akar", sa.LargeBinary, nullable=False),
)

AUDIT_RENTANG: Final = sa.Table(
    "audit_rentang",
    METADATA,
    # Rows `nomor` ... `nomor + jumlah - 1` are the leaves from `indeks` on.
    sa.Column("indeks", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("nomor", sa.BigInteger, nullable=False, unique=True),
    sa.Column("jumlah", sa.BigInteger, nullable=False),
)

AUDIT_UBIN: Final = sa.Table(
    "audit_ubin",
    METADATA,
    sa.Column("tingkat", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("indeks", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("isi", sa.LargeBinary, nullable=False),
)

AUDIT_CHECKPOINT: Final = sa.Table(
    "audit_checkpoint",
    METADATA,
    sa.Column("pada", UtcDateTime, primary_key=True),
    sa.Column("ukuran", sa.BigInteger, nullable=False, index=True),
    sa.Column("catatan", sa.Text, nullable=False),
    sa.Column("rotasi", sa.Boolean, nullable=False),
)

AUDIT_SAKSI: Final = sa.Table(
    "audit_saksi",
    METADATA,
    # The moment of the checkpoint that a witness cosigned.
    sa.Column("pada", UtcDateTime, primary_key=True),
    sa.Column("vkey", ordered_text(), primary_key=True),
    sa.Column("baris", sa.Text, nullable=False),
)

AUDIT_STEMPEL: Final = sa.Table(
    "audit_stempel",
    METADATA,
    # The moment of the checkpoint that an authority stamped, by the gateway's clock; `waktu` is by
    # the authority's.
    sa.Column("pada", UtcDateTime, primary_key=True),
    sa.Column("otoritas", ordered_text(), primary_key=True),
    sa.Column("waktu", UtcDateTime, nullable=False),
    sa.Column("token", sa.LargeBinary, nullable=False),
)

AUDIT_STEMPEL_GILIRAN: Final = sa.Table(
    "audit_stempel_giliran",
    METADATA,
    sa.Column("otoritas", ordered_text(), primary_key=True),
    sa.Column("pekerja", sa.Text),
    sa.Column("sewa_sampai", UtcDateTime),
    sa.Column("lanjut_pada", UtcDateTime),
    sa.Column("gagal", sa.Integer, nullable=False),
    sa.Column("alasan", sa.Text),
)

AUDIT_KUNCI: Final = sa.Table(
    "audit_kunci",
    METADATA,
    sa.Column("vkey", ordered_text(), primary_key=True),
    # Erased when the key retires.
    sa.Column("privat", sa.LargeBinary),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("pensiun_pada", UtcDateTime),
)
