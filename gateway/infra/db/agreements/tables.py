"""The tables of agreements, of the reports handed in, and of data balikan."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import AUDIT, METADATA
from gateway.infra.db.types import Document, UtcDateTime, ordered_text

PERJANJIAN: Final = sa.Table(
    "perjanjian",
    METADATA,
    sa.Column("nomor", ordered_text(), primary_key=True),
    sa.Column("isi", Document, nullable=False),
    sa.Column("dicatat_pada", UtcDateTime, nullable=False),
    sa.Column("dicatat_oleh", sa.Text, nullable=False),
)

PERJANJIAN_LAPORAN: Final = sa.Table(
    "perjanjian_laporan",
    METADATA,
    sa.Column("nomor", sa.ForeignKey("perjanjian.nomor"), primary_key=True),
    sa.Column("jenis", ordered_text(), primary_key=True),
    sa.Column("periode", ordered_text(), primary_key=True),
    sa.Column("diserahkan_pada", UtcDateTime, nullable=False),
    sa.Column("diserahkan_oleh", sa.Text, nullable=False),
)

BALIKAN: Final = sa.Table(
    "balikan",
    METADATA,
    sa.Column("nomor", sa.ForeignKey("perjanjian.nomor"), primary_key=True),
    sa.Column("sistem", ordered_text(), primary_key=True),
    sa.Column("periode", ordered_text(), primary_key=True),
    # The audit log's pseudonym of a person: who holds this table has no NIK.
    sa.Column("subjek", ordered_text(), primary_key=True),
    sa.Column("tujuan", ordered_text(), primary_key=True),
    sa.Column("client_id", ordered_text(), primary_key=True),
    sa.Column("jumlah", sa.Integer, nullable=False),
    sa.Column("pertama", UtcDateTime, nullable=False),
    sa.Column("dikirim_pada", UtcDateTime),
)

# Reports read one agreement's entries of some months.
sa.Index(None, AUDIT.c.nomor_pks, AUDIT.c.pada)
