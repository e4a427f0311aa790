"""One record for a person of whom several sources tell; its history; pairs for review."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, big_number, ordered_text
from gateway.infra.db.upgrading import online

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXTS = [
    "nama_lengkap",
    "tempat_lahir",
    "jenis_kelamin",
    "agama",
    "status_kawin",
    "pekerjaan",
    "pendidikan",
    "golongan_darah",
    "nama_ibu_kandung",
    "nama_ayah",
    "status_hubungan_keluarga",
    "provinsi",
    "kab_kota",
    "kecamatan",
    "desa_kelurahan",
    "status_penduduk",
    "catatan_disabilitas",
    "keberadaan",
]
_DOCUMENTS = [
    "alamat",
    "kategori",
    "padan",
    "dtks",
    "bantuan",
    "kebutuhan",
    "tambahan",
    "peringatan",
]


def upgrade() -> None:
    """Forward: what is stored stays as it is; `gateway match build` joins it where it is one."""
    online.add_columns(
        "ppks",
        sa.Column("urutan", big_number(), nullable=True),
        sa.Column("aturan", sa.Text(), nullable=True),
        sa.Column("konflik", sa.LargeBinary(), nullable=True),
    )
    _make_sources()
    _make_history()
    _make_reviews()
    _make_answers()


def _make_sources() -> None:
    op.create_table(
        "ppks_asal",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("sistem", sa.Text(), nullable=False),
        sa.Column("id_sumber", ordered_text(), nullable=False),
        sa.Column("sidik", sa.LargeBinary(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("diubah_pada", UtcDateTime(), nullable=False),
        sa.Column("dihapus", sa.Boolean(), nullable=False),
        sa.Column("rujukan", ordered_text(), nullable=False),
        sa.Column("nik_indeks", ordered_text(), nullable=True),
        sa.Column("nik", sa.LargeBinary(), nullable=True),
        sa.Column("no_kk_indeks", ordered_text(), nullable=True),
        sa.Column("no_kk", sa.LargeBinary(), nullable=True),
        sa.Column("tanggal_lahir", ordered_text(), nullable=True),
        sa.Column("kode_wilayah", ordered_text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asal", Document(), nullable=False),
        sa.Column("urutan", big_number(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _TEXTS),
        *(sa.Column(name, Document(), nullable=True) for name in _DOCUMENTS),
        sa.Column("ppks_id", ordered_text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ppks_asal")),
        sa.UniqueConstraint("sistem", "id_sumber", name=op.f("uq_ppks_asal_sistem_id_sumber")),
    )
    for column in ("ppks_id", "nik_indeks"):
        op.create_index(op.f(f"ix_ppks_asal_{column}"), "ppks_asal", [column])


def _make_history() -> None:
    op.create_table(
        "ppks_riwayat",
        sa.Column("nomor", big_number(), autoincrement=False, nullable=False),
        sa.Column("ppks_id", ordered_text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("oleh", sa.Text(), nullable=False),
        sa.Column("sebab", sa.Text(), nullable=False),
        sa.Column("atribut", Document(), nullable=False),
        sa.Column("sebelum", sa.LargeBinary(), nullable=False),
        sa.Column("digabung_ke", ordered_text(), nullable=True),
        sa.PrimaryKeyConstraint("nomor", name=op.f("pk_ppks_riwayat")),
    )
    for column in ("ppks_id", "pada"):
        op.create_index(op.f(f"ix_ppks_riwayat_{column}"), "ppks_riwayat", [column])


def _make_reviews() -> None:
    op.create_table(
        "padanan",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("kiri", ordered_text(), nullable=False),
        sa.Column("kanan", ordered_text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("skor", sa.Integer(), nullable=False),
        sa.Column("alasan", Document(), nullable=False),
        sa.Column("ditemukan_pada", UtcDateTime(), nullable=False),
        sa.Column("diputus_pada", UtcDateTime(), nullable=True),
        sa.Column("oleh", sa.Text(), nullable=True),
        sa.Column("catatan", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_padanan")),
        sa.UniqueConstraint("kiri", "kanan", name=op.f("uq_padanan_kiri_kanan")),
    )
    op.create_index(op.f("ix_padanan_kanan"), "padanan", ["kanan"])
    op.create_index(op.f("ix_padanan_status_id"), "padanan", ["status", "id"])


def _make_answers() -> None:
    op.create_table(
        "kiriman_batch",
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("kunci", ordered_text(), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("jawaban", sa.LargeBinary(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "grant_id", "kunci", name=op.f("pk_kiriman_batch")),
    )
    op.create_index(op.f("ix_kiriman_batch_pada"), "kiriman_batch", ["pada"])


def downgrade() -> None:
    """Back; only where nothing was joined yet, since one record cannot be told as several."""
    joined = op.get_bind().execute(sa.text("SELECT count(*) FROM ppks_asal")).scalar_one()
    if joined:
        raise RuntimeError("records of several sources were joined; restore the store from before")
    for table in ("kiriman_batch", "padanan", "ppks_riwayat", "ppks_asal"):
        op.drop_table(table)
    for column in ("konflik", "aturan", "urutan"):
        op.drop_column("ppks", column)
