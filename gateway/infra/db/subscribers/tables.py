"""Tables of subscriptions: where each stands, and what was tried."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA
from gateway.infra.db.types import UtcDateTime, big_number, ordered_text, row_number

LANGGANAN: Final = sa.Table(
    "langganan",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("client_id", ordered_text(), nullable=False),
    sa.Column("grant_id", ordered_text(), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("dengan_data", sa.Boolean, nullable=False),
    sa.Column("rahasia", sa.LargeBinary, nullable=False),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("dibuat_oleh", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("kirim_pada", UtcDateTime, nullable=False),
    sa.Column("posisi", sa.LargeBinary),
    # What of the position says whether there may be something to push.
    sa.Column("nomor", big_number(), nullable=False),
    sa.Column("grant_versi", sa.Integer, nullable=False),
    sa.Column("sejak", UtcDateTime, nullable=False),
    sa.Column("pandangan", sa.Text),
    sa.Column("putaran", sa.Integer, nullable=False, server_default="0"),
    sa.Column("pesan", sa.Text),
    sa.Column("butir", sa.Integer, nullable=False),
    sa.Column("percobaan", sa.Integer, nullable=False),
    sa.Column("gagal_sejak", UtcDateTime),
    sa.Column("alasan", sa.Text),
    sa.Column("pekerja", sa.Text),
    sa.Column("sewa_sampai", UtcDateTime),
    sa.Index(None, "status", "kirim_pada"),
)

KIRIMAN: Final = sa.Table(
    "kiriman",
    METADATA,
    sa.Column("nomor", row_number(), primary_key=True),
    sa.Column("langganan_id", sa.ForeignKey("langganan.id", ondelete="CASCADE"), nullable=False),
    sa.Column("pesan", sa.Text, nullable=False),
    sa.Column("pada", UtcDateTime, nullable=False, index=True),
    sa.Column("percobaan", sa.Integer, nullable=False),
    sa.Column("hasil", sa.Text, nullable=False),
    sa.Column("jumlah", sa.Integer, nullable=False),
    sa.Column("status_http", sa.Integer),
    sa.Column("alasan", sa.Text),
    sa.Column("posisi", sa.LargeBinary),
    sa.Index(None, "langganan_id", "nomor"),
)
