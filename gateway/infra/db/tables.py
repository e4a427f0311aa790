"""The tables. Names are the domain's; a NIK or KK stands in no column but a sealed one."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db.types import Document, UtcDateTime, big_number, ordered_text, row_number

METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PPKS: Final = sa.Table(
    "ppks",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("sistem", sa.Text, nullable=False),
    sa.Column("id_sumber", ordered_text(), nullable=False),
    sa.Column("sidik", sa.LargeBinary, nullable=False),
    sa.Column("versi", sa.Integer, nullable=False),
    # Number of the newest change; in the order of the commits.
    sa.Column("nomor", big_number(), nullable=False, server_default=sa.text("0")),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("diubah_pada", UtcDateTime, nullable=False),
    sa.Column("dihapus", sa.Boolean, nullable=False),
    sa.Column("rujukan", ordered_text(), nullable=False),
    sa.Column("nik_indeks", ordered_text()),
    sa.Column("nik", sa.LargeBinary),
    sa.Column("no_kk_indeks", ordered_text()),
    sa.Column("no_kk", sa.LargeBinary),
    sa.Column("nama_lengkap", sa.Text),
    sa.Column("tempat_lahir", sa.Text),
    sa.Column("tanggal_lahir", ordered_text()),
    sa.Column("jenis_kelamin", sa.Text),
    sa.Column("agama", sa.Text),
    sa.Column("status_kawin", sa.Text),
    sa.Column("pekerjaan", sa.Text),
    sa.Column("pendidikan", sa.Text),
    sa.Column("golongan_darah", sa.Text),
    sa.Column("nama_ibu_kandung", sa.Text),
    sa.Column("nama_ayah", sa.Text),
    sa.Column("status_hubungan_keluarga", sa.Text),
    sa.Column("alamat", Document),
    sa.Column("kode_wilayah", ordered_text()),
    sa.Column("provinsi", sa.Text),
    sa.Column("kab_kota", sa.Text),
    sa.Column("kecamatan", sa.Text),
    sa.Column("desa_kelurahan", sa.Text),
    sa.Column("status_penduduk", sa.Text),
    sa.Column("catatan_disabilitas", sa.Text),
    sa.Column("kategori", Document),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("padan", Document),
    sa.Column("dtks", Document),
    sa.Column("bantuan", Document),
    sa.Column("kebutuhan", Document),
    sa.Column("keberadaan", sa.Text),
    sa.Column("asal", Document, nullable=False),
    sa.Column("tambahan", Document),
    sa.Column("peringatan", Document),
    # The source's own count of the record's changes.
    sa.Column("urutan", big_number()),
    # Of what several sources told: by which rules, and, sealed, the words that did not win.
    sa.Column("aturan", sa.Text),
    sa.Column("konflik", sa.LargeBinary),
    sa.UniqueConstraint("sistem", "id_sumber"),
    sa.Index(None, "diubah_pada", "id"),
    sa.Index(None, "kode_wilayah", "diubah_pada", "id"),
    sa.Index(None, "status", "diubah_pada", "id"),
    sa.Index(None, "nik_indeks"),
    sa.Index(None, "nama_lengkap"),
    sa.Index(None, "tanggal_lahir"),
    sa.Index(None, "nomor", unique=True),
)

KAB_KOTA: Final = sa.func.substr(
    PPKS.c.kode_wilayah, sa.literal_column("1"), sa.literal_column("5")
)
"""The regency of a record. Written with constants, so that an index on it is found."""

# What belongs to one regency lies together, in the orders in which it is read.
sa.Index("ix_ppks_kab_kota_diubah_pada_id", KAB_KOTA, PPKS.c.diubah_pada, PPKS.c.id)
sa.Index("ix_ppks_kab_kota_nomor", KAB_KOTA, PPKS.c.nomor)

PPKS_KATEGORI: Final = sa.Table(
    "ppks_kategori",
    METADATA,
    sa.Column("ppks_id", sa.ForeignKey("ppks.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kode", ordered_text(), primary_key=True),
    sa.Index(None, "kode", "ppks_id"),
)

PPKS_LAMPAU: Final = sa.Table(
    "ppks_lampau",
    METADATA,
    # A record that was shown stood so from change `dari` until change `sampai` put an end to it.
    sa.Column("sampai", big_number(), primary_key=True, autoincrement=False),
    sa.Column("ppks_id", ordered_text(), nullable=False),
    sa.Column("dari", big_number(), nullable=False),
    sa.Column("versi", sa.Integer, nullable=False),
    sa.Column("pada", UtcDateTime, nullable=False, index=True),
    sa.Column("kode_wilayah", ordered_text()),
    # Its categories' codes, each between commas.
    sa.Column("kategori", sa.Text, nullable=False),
    # Whether the person had disclosure stopped then; NULL = before that could be (0010).
    sa.Column("ditahan", sa.Boolean),
)

UMPAN: Final = sa.Table(
    "umpan",
    METADATA,
    # One row; whoever writes changes holds it from the drawing of numbers to the commit.
    sa.Column("satu", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("terakhir", big_number(), nullable=False),
    sa.Column("dipadatkan_sampai", UtcDateTime),
    sa.Column("diulang_pada", UtcDateTime),
)

PENGADUAN: Final = sa.Table(
    "pengaduan",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("sistem", sa.Text, nullable=False),
    sa.Column("id_sumber", ordered_text(), nullable=False),
    sa.Column("sidik", sa.LargeBinary, nullable=False),
    sa.Column("versi", sa.Integer, nullable=False),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("diubah_pada", UtcDateTime, nullable=False),
    sa.Column("diterima_pada", UtcDateTime, nullable=False),
    sa.Column("kanal", sa.Text, nullable=False),
    sa.Column("kategori", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("kode_wilayah", ordered_text()),
    sa.Column("rujukan", ordered_text()),
    sa.Column("rahasia", sa.Boolean, nullable=False),
    sa.Column("anonim", sa.Boolean, nullable=False),
    # Words, reporter and steps: free text holds names and numbers, so it is sealed whole.
    sa.Column("isi", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("sistem", "id_sumber"),
    sa.Index(None, "diubah_pada", "id"),
)

ANGKA: Final = sa.Table(
    "angka",
    METADATA,
    sa.Column("sistem", sa.Text, primary_key=True),
    sa.Column("instansi", sa.Text, primary_key=True),
    sa.Column("kode_wilayah", ordered_text(), primary_key=True),
    sa.Column("jenis", sa.Text, primary_key=True),
    sa.Column("subjenis", sa.Text, primary_key=True),
    sa.Column("tahun", sa.Integer, primary_key=True),
    sa.Column("nilai", sa.Integer, nullable=False),
    sa.Column("satuan", sa.Text, nullable=False),
    sa.Column("asli", sa.Text),
    sa.Column("peringatan", Document),
    sa.Column("diubah_pada", UtcDateTime, nullable=False),
)

WILAYAH: Final = sa.Table(
    "wilayah",
    METADATA,
    sa.Column("kode", ordered_text(), primary_key=True),
    sa.Column("nama", sa.Text, nullable=False),
    sa.Column("edisi_pertama", sa.Integer, nullable=False),
    sa.Column("edisi_terakhir", sa.Integer, nullable=False),
    sa.Column("penerus", sa.Text),
)

CLIENT: Final = sa.Table(
    "client",
    METADATA,
    sa.Column("client_id", ordered_text(), primary_key=True),
    sa.Column("opd", sa.Text, nullable=False),
    sa.Column("auth", sa.Text, nullable=False),
    sa.Column("jwks", Document, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("berakhir_pada", UtcDateTime),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime),
)

CLIENT_SECRET: Final = sa.Table(
    "client_secret",
    METADATA,
    sa.Column("secret_id", ordered_text(), primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.client_id"), nullable=False, index=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("berlaku_dari", UtcDateTime, nullable=False),
    sa.Column("berlaku_sampai", UtcDateTime, nullable=False),
)

GRANT_VERSI: Final = sa.Table(
    "grant_versi",
    METADATA,
    sa.Column("grant_id", ordered_text(), primary_key=True),
    sa.Column("versi", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("client_id", sa.ForeignKey("client.client_id"), nullable=False, index=True),
    sa.Column("isi", Document, nullable=False),
    sa.Column("dicatat_pada", UtcDateTime, nullable=False),
    sa.Column("dicatat_oleh", sa.Text, nullable=False),
)

SIGNING_KEY: Final = sa.Table(
    "signing_key",
    METADATA,
    sa.Column("kid", ordered_text(), primary_key=True),
    sa.Column("penerbit", sa.Text, nullable=False),
    sa.Column("alg", sa.Text, nullable=False),
    sa.Column("publik", Document, nullable=False),
    sa.Column("privat", sa.LargeBinary),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("dipakai_pada", UtcDateTime),
    sa.Column("pensiun_pada", UtcDateTime),
    sa.Column("hilang_pada", UtcDateTime),
    sa.Index(
        "uq_signing_key_one_signing",
        "penerbit",
        unique=True,
        sqlite_where=sa.text("status = 'signing'"),
        postgresql_where=sa.text("status = 'signing'"),
    ),
    sa.Index(
        "uq_signing_key_one_published",
        "penerbit",
        unique=True,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    ),
)

CATATAN_ADMIN: Final = sa.Table(
    "catatan_admin",
    METADATA,
    sa.Column("nomor", row_number(), primary_key=True),
    sa.Column("pada", UtcDateTime, nullable=False),
    sa.Column("oleh", sa.Text, nullable=False),
    sa.Column("peristiwa", sa.Text, nullable=False),
    sa.Column("objek", sa.Text, nullable=False),
    sa.Column("rincian", Document),
)

NAMELESS: Final = sa.text("jumlah > 0 AND coalesce(daftar, subjek) IS NULL")
"""Records left, and whose they are is not told. Written out, so that its index is recognised."""

AUDIT: Final = sa.Table(
    "audit",
    METADATA,
    sa.Column("nomor", row_number(), primary_key=True),
    sa.Column("entri_id", ordered_text(), nullable=False, unique=True),
    sa.Column("pada", UtcDateTime, nullable=False, index=True),
    sa.Column("peristiwa", sa.Text, nullable=False),
    sa.Column("hasil", sa.Text, nullable=False),
    sa.Column("client_id", sa.Text, index=True),
    sa.Column("grant_id", sa.Text),
    sa.Column("grant_versi", sa.Integer),
    sa.Column("nomor_pks", sa.Text),
    sa.Column("tujuan", sa.Text),
    sa.Column("dasar_hukum", sa.Text),
    sa.Column("subjek", sa.Text, index=True),
    sa.Column("atribut", Document, nullable=False),
    sa.Column("jumlah", sa.Integer, nullable=False),
    sa.Column("sumber", sa.Text),
    sa.Column("alasan", sa.Text),
    sa.Column("request_id", sa.Text),
    # Last, so that whoever reads the other columns of a row does not read through it.
    sa.Column("daftar", sa.Text),
    sa.Index(
        "ix_audit_daftar",
        "pada",
        sqlite_where=sa.text("daftar IS NOT NULL"),
        postgresql_where=sa.text("daftar IS NOT NULL"),
    ),
    sa.Index("ix_audit_nameless", "pada", sqlite_where=NAMELESS, postgresql_where=NAMELESS),
    sa.Column("umur", sa.Integer),
    sa.Column("permintaan_sidik", sa.Text),
    sa.Column("oleh", sa.Text),
    sa.Column("objek", sa.Text),
    sa.Column("rincian", Document),
    # Few rows are acts of operators, and those are looked for.
    sa.Index(
        "ix_audit_acts",
        "peristiwa",
        "nomor",
        sqlite_where=sa.text("oleh IS NOT NULL"),
        postgresql_where=sa.text("oleh IS NOT NULL"),
    ),
)

IMPOR: Final = sa.Table(
    "impor",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("pada", UtcDateTime, nullable=False),
    sa.Column("sistem", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("pengaturan", Document, nullable=False),
    sa.Column("ringkasan", Document, nullable=False),
)

TUGAS: Final = sa.Table(
    "tugas",
    METADATA,
    sa.Column("id", ordered_text(), primary_key=True),
    sa.Column("client_id", ordered_text(), nullable=False),
    sa.Column("grant_id", ordered_text(), nullable=False),
    # Keyed hashes: what a client writes into a key, and what stands in a body, is not kept.
    sa.Column("kunci", sa.Text),
    sa.Column("sidik", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("sempit", Document),
    sa.Column("jumlah", sa.Integer, nullable=False),
    sa.Column("salah", sa.Integer, nullable=False),
    sa.Column("terjawab", sa.Integer, nullable=False),
    sa.Column("gagal", sa.Integer, nullable=False),
    sa.Column("dibuat_pada", UtcDateTime, nullable=False),
    sa.Column("mulai_pada", UtcDateTime),
    sa.Column("selesai_pada", UtcDateTime),
    sa.Column("lanjut_pada", UtcDateTime),
    sa.Column("alasan", sa.Text),
    sa.Column("hapus_pada", UtcDateTime, index=True),
    sa.Column("giliran", UtcDateTime, nullable=False),
    sa.UniqueConstraint("client_id", "grant_id", "kunci"),
    sa.Index(None, "status", "giliran"),
)

TUGAS_POTONG: Final = sa.Table(
    "tugas_potong",
    METADATA,
    sa.Column("tugas_id", sa.ForeignKey("tugas.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("nomor", sa.Integer, primary_key=True, autoincrement=False),
    # The block's NIKs, sealed; erased as soon as each of them has its result.
    sa.Column("masukan", sa.LargeBinary),
    sa.Column("selesai", sa.Boolean, nullable=False),
    sa.Column("percobaan", sa.Integer, nullable=False),
    sa.Column("pekerja", sa.Text),
    sa.Column("sewa_sampai", UtcDateTime),
    sa.Index(None, "tugas_id", "selesai", "nomor"),
)

TUGAS_HASIL: Final = sa.Table(
    "tugas_hasil",
    METADATA,
    sa.Column("tugas_id", sa.ForeignKey("tugas.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("urut", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("baris", sa.Integer, nullable=False),
    sa.Column("salah", sa.Text),
    sa.Column("isi", sa.LargeBinary),
    sa.UniqueConstraint("tugas_id", "baris"),
)
