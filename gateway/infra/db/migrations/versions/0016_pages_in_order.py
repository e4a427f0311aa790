"""Records: indexes by which pages of a regency or a status, and searches by name, are found."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.upgrading import online

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KAB_KOTA = sa.text("substr(kode_wilayah, 1, 5)")
_INDEXES = {
    "ix_ppks_nama_lengkap": ("nama_lengkap",),
    "ix_ppks_tanggal_lahir": ("tanggal_lahir",),
    "ix_ppks_status_diubah_pada_id": ("status", "diubah_pada", "id"),
    "ix_ppks_kab_kota_diubah_pada_id": (_KAB_KOTA, "diubah_pada", "id"),
    "ix_ppks_kab_kota_nomor": (_KAB_KOTA, "nomor"),
}


def upgrade() -> None:
    """Forward."""
    for name, columns in _INDEXES.items():
        online.create_index(name, "ppks", columns)


def downgrade() -> None:
    """Back."""
    for name in _INDEXES:
        op.drop_index(name, "ppks")
