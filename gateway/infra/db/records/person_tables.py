"""The tables behind a person's record: what each source told, what was before, the reviews."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA, PPKS
from gateway.infra.db.types import Document, UtcDateTime, big_number, ordered_text

# What a source told of a person of whom another one tells too. Alone, it stands in `ppks` itself.
PPKS_ASAL: Final = sa.Table(
    "ppks_asal",
    METADATA,
    *(
        sa.Column(
            column.name, column.type, nullable=column.nullable, primary_key=column.primary_key
        )
        for column in PPKS.columns
        if column.name not in {"nomor", "aturan", "konflik"}
    ),
    # The record that is read, which is made of this and others and bears the id of one of them.
    sa.Column("ppks_id", ordered_text(), nullable=False, index=True),
    sa.UniqueConstraint("sistem", "id_sumber"),
    sa.Index(None, "nik_indeks"),
)

PPKS_RIWAYAT: Final = sa.Table(
    "ppks_riwayat",
    METADATA,
    # The change that put an end to the version before.
    sa.Column("nomor", big_number(), primary_key=True, autoincrement=False),
    sa.Column("ppks_id", ordered_text(), nullable=False, index=True),
    sa.Column("versi", sa.Integer, nullable=False),
    sa.Column("pada", UtcDateTime, nullable=False, index=True),
    sa.Column("oleh", sa.Text, nullable=False),
    sa.Column("sebab", sa.Text, nullable=False),
    sa.Column("atribut", Document, nullable=False),
    # The values before, sealed.
    sa.Column("sebelum", sa.LargeBinary, nullable=False),
    sa.Column("digabung_ke", ordered_text()),
)

PADANAN: Final = sa.Table(
    "padanan",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    # Two sources' records; the lesser id is on the left.
    sa.Column("kiri", ordered_text(), nullable=False),
    sa.Column("kanan", ordered_text(), nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("skor", sa.Integer, nullable=False),
    sa.Column("alasan", Document, nullable=False),
    sa.Column("ditemukan_pada", UtcDateTime, nullable=False),
    sa.Column("diputus_pada", UtcDateTime),
    sa.Column("oleh", sa.Text),
    sa.Column("catatan", sa.Text),
    sa.UniqueConstraint("kiri", "kanan"),
    sa.Index(None, "status", "id"),
)

KIRIMAN_BATCH: Final = sa.Table(
    "kiriman_batch",
    METADATA,
    sa.Column("client_id", ordered_text(), primary_key=True),
    sa.Column("grant_id", ordered_text(), primary_key=True),
    # Keyed hashes: what a client writes into a key, and what stands in a body, is not kept.
    sa.Column("kunci", ordered_text(), primary_key=True),
    sa.Column("sidik", sa.Text, nullable=False),
    # What was answered to each block so far, sealed: a client's own names may tell of persons.
    sa.Column("jawaban", sa.LargeBinary, nullable=False),
    sa.Column("pada", UtcDateTime, nullable=False, index=True),
)
