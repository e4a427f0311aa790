"""SIJOSKU's texts and their readings: columns, states of a record, outcomes of a push."""

from typing import Final

from gateway.domain.ppks import StatusPpks
from gateway.domain.systems import PushOutcome
from gateway.kit.table import CodeTable

SISTEM: Final = "sijosku"
VERSI_DAFTAR: Final = "diasumsikan-1"
"""No list of SIJOSKU's is published; a deployment that shows other words gets a new version."""

KOLOM: Final[CodeTable[str]] = CodeTable(
    "sijosku-kolom",
    VERSI_DAFTAR,
    {
        "id": ("id", "id ppks", "no registrasi", "nomor registrasi"),
        "kategori": ("kategori", "kategori ppks", "jenis ppks", "jenis pmks"),
        "kategori_id": ("kategori id", "id kategori", "no kategori", "nomor kategori"),
        "subjenis": ("subjenis", "sub jenis", "ragam disabilitas", "jenis disabilitas"),
        "nama": ("nama", "nama lengkap", "nama ppks"),
        "nik": ("nik", "no nik", "nomor induk kependudukan"),
        "nokk": ("nokk", "no kk", "nkk", "nomor kk", "nomor kartu keluarga"),
        "jenis_kelamin": ("jenis kelamin", "jk", "l/p", "kelamin"),
        "tempat_lahir": ("tempat lahir", "tmp lahir"),
        "tgl_lahir": ("tgl lahir", "tanggal lahir"),
        "tempat_tgl_lahir": ("tempat tgl lahir", "tempat tanggal lahir", "ttl"),
        "no_telp": ("no telp", "no telepon", "no hp", "telepon"),
        "alamat": ("alamat", "alamat lengkap"),
        "rt": ("rt",),
        "rw": ("rw",),
        "kelurahan": ("kelurahan", "desa", "desa/kelurahan", "kelurahan/desa", "kel/desa"),
        "kecamatan": ("kecamatan", "kec"),
        "kabupaten": ("kabupaten", "kabupaten/kota", "kab/kota", "kab"),
        "provinsi": ("provinsi", "prov"),
        "kode_wilayah": ("kode wilayah", "kode desa", "kode kelurahan"),
        "status_keberadaan": ("status keberadaan", "keberadaan"),
        "status_bantuan": ("status bantuan",),
        "status_panti": ("status panti",),
        "proses": ("proses", "status proses"),
        "tgl_data": ("tgl data", "tanggal data"),
        "tgl_out": ("tgl out", "tgl keluar", "tanggal keluar"),
        "foto": ("foto",),
        "latitude": ("latitude", "lat"),
        "longitude": ("longitude", "long", "lng", "lon"),
    },
)
"""Column of a file -> field of the wire; `tempat_tgl_lahir` is split in two."""

_TEKS_PROSES: Final[dict[StatusPpks, tuple[str, ...]]] = {
    StatusPpks.TERDATA: ("Terdata", "Data baru"),
    StatusPpks.DRAFT: ("Draf", "Draft"),
    StatusPpks.DIUSULKAN: ("Diusulkan", "Usulan"),
    StatusPpks.MUSDES_MUSKEL: ("Musdes/Muskel", "Musdes", "Muskel"),
    StatusPpks.VERVAL_KABKOTA: ("Verval kab/kota", "Verifikasi", "Verval"),
    StatusPpks.DISAHKAN_KEPALA_DAERAH: ("Disahkan kepala daerah", "Disahkan"),
    StatusPpks.DITERUSKAN_PROVINSI: ("Diteruskan ke provinsi",),
    StatusPpks.DIOLAH_PUSAT: ("Diolah pusat",),
    StatusPpks.DITETAPKAN: ("Ditetapkan",),
    StatusPpks.DITOLAK: ("Ditolak",),
    StatusPpks.DIKEMBALIKAN: ("Dikembalikan",),
    StatusPpks.DISANGGAH: ("Disanggah",),
    StatusPpks.NONAKTIF: ("Nonaktif", "Tidak aktif"),
}

PROSES: Final[CodeTable[StatusPpks]] = CodeTable("sijosku-proses", VERSI_DAFTAR, _TEKS_PROSES)
PROSES_KELUAR: Final = {status: texts[0] for status, texts in _TEKS_PROSES.items()}
"""The text that is sent for each state."""
TANPA_PROSES: Final = StatusPpks.TERDATA
"""The state of a record that names none, or one that is not known."""

HASIL: Final[CodeTable[PushOutcome]] = CodeTable(
    "sijosku-hasil",
    VERSI_DAFTAR,
    {
        PushOutcome.CREATED: ("dibuat",),
        PushOutcome.UPDATED: ("diubah",),
        PushOutcome.UNCHANGED: ("sama",),
        PushOutcome.CONFLICT: ("konflik",),
        PushOutcome.REFUSED: ("ditolak",),
    },
)

KOSONG: Final = frozenset({"", "-", "--", "null", "n/a", "na", "tidak ada", "belum ada"})
"""Texts with which operators say that there is nothing to say."""

ATRIBUT: Final[dict[str, str]] = {
    "nama_lengkap": "nama",
    "tempat_lahir": "tempat_lahir",
    "provinsi": "provinsi",
    "kab_kota": "kabupaten",
    "kecamatan": "kecamatan",
    "desa_kelurahan": "kelurahan",
}
"""Attributes of a person that are plain texts on both sides -> field of the wire."""

TAMBAHAN: Final = (
    "no_telp",
    "status_bantuan",
    "status_panti",
    "tgl_data",
    "tgl_out",
    "foto",
    "latitude",
    "longitude",
)
"""Fields without a place in the canonical model; kept as they came, sent back only to SIJOSKU."""
