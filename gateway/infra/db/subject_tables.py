"""The tables of what data subjects ask. They name persons by reference key and hold no data."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA
from gateway.infra.db.types import Document, UtcDateTime, ordered_text

PERMINTAAN: Final = sa.Table(
    "permintaan_subjek",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("jenis", sa.Text, nullable=False),
    sa.Column("atribut", Document, nullable=False),
    sa.Column("berkas", sa.Text, nullable=False),
    sa.Column("diterima_pada", UtcDateTime, nullable=False),
    sa.Column("dicatat_pada", UtcDateTime, nullable=False),
    sa.Column("dicatat_oleh", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("diputus_pada", UtcDateTime),
    sa.Column("diputus_oleh", sa.Text),
    sa.Column("alasan", sa.Text),
    sa.Column("berakhir_pada", UtcDateTime),
)

PERMINTAAN_RUJUKAN: Final = sa.Table(
    "permintaan_rujukan",
    METADATA,
    sa.Column("permintaan_id", sa.ForeignKey("permintaan_subjek.id"), primary_key=True),
    sa.Column("rujukan", ordered_text(), primary_key=True),
    sa.Column("urut", sa.Integer, nullable=False),
    # Whether the request stops disclosure now: what every query of records looks at.
    sa.Column("menahan", sa.Boolean, nullable=False),
    sa.Index(None, "rujukan", "menahan"),
)

# One row: counts the changes of who is held back, so that instances notice one.
PEMBATASAN: Final = sa.Table(
    "pembatasan",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("versi", sa.BigInteger, nullable=False),
)
