"""Tables of bulk exports: what was asked for, its files, and the moments they are of."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA
from gateway.infra.db.types import Document, UtcDateTime, big_number, ordered_text

EKSPOR: Final = sa.Table(
    "ekspor",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("client_id", ordered_text(), nullable=False),
    sa.Column("grant_id", ordered_text(), nullable=False),
    sa.Column("sempit", Document),
    sa.Column("pandangan", Document, nullable=False),
    # Fingerprint of the view: by it and the request one that is being made already is found.
    sa.Column("sidik", sa.Text, nullable=False),
    sa.Column("permintaan", sa.Text, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("dasar", Document),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("percobaan", sa.Integer, nullable=False),
    sa.Column("kegagalan", sa.Integer, nullable=False, server_default="0"),
    sa.Column("jumlah", sa.Integer),
    sa.Column("tertulis", sa.Integer, nullable=False),
    sa.Column("terbayar", sa.Integer, nullable=False),
    sa.Column("transaksi_pada", UtcDateTime),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("selesai_pada", UtcDateTime),
    sa.Column("lanjut_pada", UtcDateTime),
    sa.Column("alasan", sa.Text),
    sa.Column("hapus_pada", UtcDateTime, index=True),
    sa.Column("pekerja", sa.Text),
    sa.Column("sewa_sampai", UtcDateTime),
    sa.Index(None, "client_id", "grant_id", "dibuat_pada"),
    sa.Index(None, "status", "dibuat_pada"),
)

EKSPOR_BERKAS: Final = sa.Table(
    "ekspor_berkas",
    METADATA,
    sa.Column("ekspor_id", sa.ForeignKey("ekspor.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("nomor", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("jenis", sa.Text, nullable=False),
    sa.Column("baris", sa.Integer, nullable=False),
    sa.Column("ukuran", big_number(), nullable=False),
)

EKSPOR_TITIK: Final = sa.Table(
    "ekspor_titik",
    METADATA,
    # Outlives the export: so long a reader may ask for what changed since.
    sa.Column("client_id", ordered_text(), primary_key=True),
    sa.Column("grant_id", ordered_text(), primary_key=True),
    sa.Column("pada", UtcDateTime, primary_key=True),
    sa.Column("pandangan", Document, nullable=False),
    sa.Column("nomor", big_number(), nullable=False),
    sa.Index(None, "pada"),
)
