"""First tables."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import Document, UtcDateTime, ordered_text, row_number

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "angka",
        sa.Column("sistem", sa.Text(), nullable=False),
        sa.Column("instansi", sa.Text(), nullable=False),
        sa.Column("kode_wilayah", ordered_text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("subjenis", sa.Text(), nullable=False),
        sa.Column("tahun", sa.Integer(), nullable=False),
        sa.Column("nilai", sa.Integer(), nullable=False),
        sa.Column("satuan", sa.Text(), nullable=False),
        sa.Column("asli", sa.Text(), nullable=True),
        sa.Column("peringatan", Document(), nullable=True),
        sa.Column("diubah_pada", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "sistem",
            "instansi",
            "kode_wilayah",
            "jenis",
            "subjenis",
            "tahun",
            name=op.f("pk_angka"),
        ),
    )
    op.create_table(
        "audit",
        sa.Column("nomor", row_number(), nullable=False),
        sa.Column("entri_id", ordered_text(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("peristiwa", sa.Text(), nullable=False),
        sa.Column("hasil", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("grant_versi", sa.Integer(), nullable=True),
        sa.Column("nomor_pks", sa.Text(), nullable=True),
        sa.Column("tujuan", sa.Text(), nullable=True),
        sa.Column("dasar_hukum", sa.Text(), nullable=True),
        sa.Column("subjek", sa.Text(), nullable=True),
        sa.Column("atribut", Document(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("nomor", name=op.f("pk_audit")),
        sa.UniqueConstraint("entri_id", name=op.f("uq_audit_entri_id")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_pada"), ["pada"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subjek"), ["subjek"], unique=False)

    op.create_table(
        "catatan_admin",
        sa.Column("nomor", row_number(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("oleh", sa.Text(), nullable=False),
        sa.Column("peristiwa", sa.Text(), nullable=False),
        sa.Column("objek", sa.Text(), nullable=False),
        sa.Column("rincian", Document(), nullable=True),
        sa.PrimaryKeyConstraint("nomor", name=op.f("pk_catatan_admin")),
    )
    op.create_table(
        "client",
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("opd", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("jwks", Document(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("berakhir_pada", UtcDateTime(), nullable=True),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client")),
    )
    op.create_table(
        "impor",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("pada", UtcDateTime(), nullable=False),
        sa.Column("sistem", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pengaturan", Document(), nullable=False),
        sa.Column("ringkasan", Document(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impor")),
    )
    op.create_table(
        "pengaduan",
        sa.Column("id", ordered_text(), nullable=False),
        sa.Column("sistem", sa.Text(), nullable=False),
        sa.Column("id_sumber", ordered_text(), nullable=False),
        sa.Column("sidik", sa.LargeBinary(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.Column("diubah_pada", UtcDateTime(), nullable=False),
        sa.Column("diterima_pada", UtcDateTime(), nullable=False),
        sa.Column("kanal", sa.Text(), nullable=False),
        sa.Column("kategori", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kode_wilayah", ordered_text(), nullable=True),
        sa.Column("rujukan", ordered_text(), nullable=True),
        sa.Column("rahasia", sa.Boolean(), nullable=False),
        sa.Column("anonim", sa.Boolean(), nullable=False),
        sa.Column("isi", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pengaduan")),
        sa.UniqueConstraint("sistem", "id_sumber", name=op.f("uq_pengaduan_sistem_id_sumber")),
    )
    with op.batch_alter_table("pengaduan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pengaduan_diubah_pada_id"), ["diubah_pada", "id"], unique=False
        )

    op.create_table(
        "ppks",
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
        sa.Column("nama_lengkap", sa.Text(), nullable=True),
        sa.Column("tempat_lahir", sa.Text(), nullable=True),
        sa.Column("tanggal_lahir", ordered_text(), nullable=True),
        sa.Column("jenis_kelamin", sa.Text(), nullable=True),
        sa.Column("agama", sa.Text(), nullable=True),
        sa.Column("status_kawin", sa.Text(), nullable=True),
        sa.Column("pekerjaan", sa.Text(), nullable=True),
        sa.Column("pendidikan", sa.Text(), nullable=True),
        sa.Column("golongan_darah", sa.Text(), nullable=True),
        sa.Column("nama_ibu_kandung", sa.Text(), nullable=True),
        sa.Column("nama_ayah", sa.Text(), nullable=True),
        sa.Column("status_hubungan_keluarga", sa.Text(), nullable=True),
        sa.Column("alamat", Document(), nullable=True),
        sa.Column("kode_wilayah", ordered_text(), nullable=True),
        sa.Column("provinsi", sa.Text(), nullable=True),
        sa.Column("kab_kota", sa.Text(), nullable=True),
        sa.Column("kecamatan", sa.Text(), nullable=True),
        sa.Column("desa_kelurahan", sa.Text(), nullable=True),
        sa.Column("status_penduduk", sa.Text(), nullable=True),
        sa.Column("catatan_disabilitas", sa.Text(), nullable=True),
        sa.Column("kategori", Document(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("padan", Document(), nullable=True),
        sa.Column("dtks", Document(), nullable=True),
        sa.Column("bantuan", Document(), nullable=True),
        sa.Column("kebutuhan", Document(), nullable=True),
        sa.Column("keberadaan", sa.Text(), nullable=True),
        sa.Column("asal", Document(), nullable=False),
        sa.Column("tambahan", Document(), nullable=True),
        sa.Column("peringatan", Document(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ppks")),
        sa.UniqueConstraint("sistem", "id_sumber", name=op.f("uq_ppks_sistem_id_sumber")),
    )
    with op.batch_alter_table("ppks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ppks_diubah_pada_id"), ["diubah_pada", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ppks_kode_wilayah_diubah_pada_id"),
            ["kode_wilayah", "diubah_pada", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_ppks_nik_indeks"), ["nik_indeks"], unique=False)

    op.create_table(
        "signing_key",
        sa.Column("kid", ordered_text(), nullable=False),
        sa.Column("penerbit", sa.Text(), nullable=False),
        sa.Column("alg", sa.Text(), nullable=False),
        sa.Column("publik", Document(), nullable=False),
        sa.Column("privat", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("dibuat_pada", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index(
            "uq_signing_key_one_signing",
            ["penerbit"],
            unique=True,
            sqlite_where=sa.text("status = 'signing'"),
            postgresql_where=sa.text("status = 'signing'"),
        )

    op.create_table(
        "wilayah",
        sa.Column("kode", ordered_text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("edisi_pertama", sa.Integer(), nullable=False),
        sa.Column("edisi_terakhir", sa.Integer(), nullable=False),
        sa.Column("penerus", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("kode", name=op.f("pk_wilayah")),
    )
    op.create_table(
        "client_secret",
        sa.Column("secret_id", ordered_text(), nullable=False),
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("berlaku_dari", UtcDateTime(), nullable=False),
        sa.Column("berlaku_sampai", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.client_id"], name=op.f("fk_client_secret_client_id_client")
        ),
        sa.PrimaryKeyConstraint("secret_id", name=op.f("pk_client_secret")),
    )
    with op.batch_alter_table("client_secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_secret_client_id"), ["client_id"], unique=False)

    op.create_table(
        "grant_versi",
        sa.Column("grant_id", ordered_text(), nullable=False),
        sa.Column("versi", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", ordered_text(), nullable=False),
        sa.Column("isi", Document(), nullable=False),
        sa.Column("dicatat_pada", UtcDateTime(), nullable=False),
        sa.Column("dicatat_oleh", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.client_id"], name=op.f("fk_grant_versi_client_id_client")
        ),
        sa.PrimaryKeyConstraint("grant_id", "versi", name=op.f("pk_grant_versi")),
    )
    with op.batch_alter_table("grant_versi", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_versi_client_id"), ["client_id"], unique=False)

    op.create_table(
        "ppks_kategori",
        sa.Column("ppks_id", ordered_text(), nullable=False),
        sa.Column("kode", ordered_text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ppks_id"], ["ppks.id"], name=op.f("fk_ppks_kategori_ppks_id_ppks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ppks_id", "kode", name=op.f("pk_ppks_kategori")),
    )
    with op.batch_alter_table("ppks_kategori", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ppks_kategori_kode_ppks_id"), ["kode", "ppks_id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("ppks_kategori", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ppks_kategori_kode_ppks_id"))

    op.drop_table("ppks_kategori")
    with op.batch_alter_table("grant_versi", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_versi_client_id"))

    op.drop_table("grant_versi")
    with op.batch_alter_table("client_secret", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_secret_client_id"))

    op.drop_table("client_secret")
    op.drop_table("wilayah")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signing_key_one_signing",
            sqlite_where=sa.text("status = 'signing'"),
            postgresql_where=sa.text("status = 'signing'"),
        )

    op.drop_table("signing_key")
    with op.batch_alter_table("ppks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ppks_nik_indeks"))
        batch_op.drop_index(batch_op.f("ix_ppks_kode_wilayah_diubah_pada_id"))
        batch_op.drop_index(batch_op.f("ix_ppks_diubah_pada_id"))

    op.drop_table("ppks")
    with op.batch_alter_table("pengaduan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pengaduan_diubah_pada_id"))

    op.drop_table("pengaduan")
    op.drop_table("impor")
    op.drop_table("client")
    op.drop_table("catatan_admin")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subjek"))
        batch_op.drop_index(batch_op.f("ix_audit_pada"))
        batch_op.drop_index(batch_op.f("ix_audit_client_id"))

    op.drop_table("audit")
    op.drop_table("angka")
