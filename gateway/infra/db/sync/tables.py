"""Tables of synchronisation: where directions stand, what was met, what was sent."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.tables import METADATA
from gateway.infra.db.types import Document, UtcDateTime, ordered_text

SINKRON: Final = sa.Table(
    "sinkron",
    METADATA,
    sa.Column("sistem", ordered_text(), primary_key=True),
    sa.Column("arah", ordered_text(), primary_key=True),
    sa.Column("putaran", sa.Integer, nullable=False),
    sa.Column("penuh", sa.Boolean, nullable=False),
    sa.Column("pandangan", sa.Text),
    sa.Column("kursor", sa.Text),
    sa.Column("dijeda", sa.Boolean, nullable=False),
    sa.Column("boleh_hilang", sa.Boolean, nullable=False),
    sa.Column("hitungan", Document, nullable=False),
    sa.Column("selesai_pada", UtcDateTime),
    sa.Column("lanjut_pada", UtcDateTime),
    sa.Column("gagal", sa.Integer, nullable=False),
    sa.Column("alasan", sa.Text),
    sa.Column("pekerja", sa.Text),
    sa.Column("sewa_sampai", UtcDateTime),
)

SINKRON_TERLIHAT: Final = sa.Table(
    "sinkron_terlihat",
    METADATA,
    sa.Column("sistem", ordered_text(), primary_key=True),
    # The name under which the record is stored; never a NIK.
    sa.Column("id_sumber", ordered_text(), primary_key=True),
    sa.Column("putaran", sa.Integer, nullable=False),
    sa.Index(None, "sistem", "putaran"),
)

SINKRON_KIRIMAN: Final = sa.Table(
    "sinkron_kiriman",
    METADATA,
    sa.Column("sistem", ordered_text(), primary_key=True),
    sa.Column("ppks_id", ordered_text(), primary_key=True),
    sa.Column("putaran", sa.Integer, nullable=False),
    sa.Column("versi", sa.Integer, nullable=False),
    sa.Column("kode_wilayah", ordered_text()),
    sa.Column("isi", sa.Text, nullable=False),
    sa.Column("sidik", sa.LargeBinary),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("id_jauh", sa.Text),
    sa.Column("versi_jauh", sa.Text),
    sa.Column("alasan", sa.Text),
    sa.Column("dihapus", sa.Boolean, nullable=False),
    sa.Index(None, "sistem", "putaran"),
    sa.Index(None, "sistem", "status", "ppks_id"),
)
