"""A PPKS record: a person (with or without a NIK), the categories of need, and the aid."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import UNSET, UnsetType

from gateway.domain.person import NilaiAsli, Penduduk, Peringatan, Teks
from gateway.kit.struct import Quiet


class SkemaKategori(StrEnum):
    """The lists of categories that were in force over time, and the list of potentials (PSKS)."""

    PMKS_2007 = "PMKS-2007-22"
    PPKS_2012 = "PPKS-2012-26"
    PAS_2025 = "PAS-2025-12"
    PSKS_2012 = "PSKS-2012-12"


class Kategori(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One category of one person: `ppks:penyandang-disabilitas` / `sensorik:tuna-rungu`."""

    kode: str
    skema: SkemaKategori
    subjenis: str | None = None
    asli: str | None = None
    """The source's own words."""


class StatusPpks(StrEnum):
    """Where the record stands between proposal and decree (canonical states)."""

    TERDATA = "TERDATA"
    DRAFT = "DRAFT"
    DIUSULKAN = "DIUSULKAN"
    MUSDES_MUSKEL = "MUSDES_MUSKEL"
    VERVAL_KABKOTA = "VERVAL_KABKOTA"
    DISAHKAN_KEPALA_DAERAH = "DISAHKAN_KEPALA_DAERAH"
    DITERUSKAN_PROVINSI = "DITERUSKAN_PROVINSI"
    DIOLAH_PUSAT = "DIOLAH_PUSAT"
    DITETAPKAN = "DITETAPKAN"
    DITOLAK = "DITOLAK"
    DIKEMBALIKAN = "DIKEMBALIKAN"
    DISANGGAH = "DISANGGAH"
    NONAKTIF = "NONAKTIF"


class StatusPadan(StrEnum):
    """Result of matching with the civil registry."""

    PADAN = "PADAN"
    TIDAK_PADAN = "TIDAK_PADAN"
    TIDAK_DIKETAHUI = "TIDAK_DIKETAHUI"


class Padan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """The match, the source's words for it, and its date."""

    status: StatusPadan
    asli: str | None = None
    pada: str | None = None


class JenisDesil(StrEnum):
    """How exactly the decile is known."""

    NILAI = "NILAI"
    RENTANG = "RENTANG"
    BELUM_DITENTUKAN = "BELUM_DITENTUKAN"


class Desil(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """A welfare decile 1-10: a value, a range, or not determined. Never without its version."""

    jenis: JenisDesil
    bawah: int | None = None
    atas: int | None = None
    versi: str | None = None
    """Edition of the data, such as `DTSEN Versi 4 Des 2025`; None is flagged by the adapter."""
    asli: str | None = None


class Dtks(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """Membership in DTKS or its successor DTSEN. Its identifiers are never merged."""

    id_dtks: str | None = None
    idsemesta: str | None = None
    id_keluarga: str | None = None
    status: str | None = None
    """AKTIF, AKTIF_ASESMEN_MENINGGAL, NONAKTIF, or None where the source does not say."""
    status_asli: str | None = None
    desil: Desil | None = None
    cut_off: date | None = None
    sk_pertama: str | None = None
    padankan_at: str | None = None


class StatusBantuan(StrEnum):
    """Whether the person receives the programme, as the source says."""

    MENERIMA = "MENERIMA"
    TIDAK_MENERIMA = "TIDAK_MENERIMA"
    TIDAK_DIKETAHUI = "TIDAK_DIKETAHUI"


class Bantuan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One aid programme of one person; `program` is a slug of `gateway.domain.programmes`."""

    program: str
    status: StatusBantuan
    periode: str | None = None
    asli: str | None = None


class RekamanPpks(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """What one outside system says about one person, in the house's words.

    `sistem` + `id_sumber` name it for good; the same pair again is the same record.
    """

    sistem: str
    id_sumber: str
    orang: Penduduk
    kategori: tuple[Kategori, ...] = ()
    status: StatusPpks = StatusPpks.TERDATA
    status_asli: str | None = None
    padan: Padan | UnsetType = UNSET
    dtks: Dtks | UnsetType = UNSET
    bantuan: tuple[Bantuan, ...] | UnsetType = UNSET
    kebutuhan: tuple[str, ...] | UnsetType = UNSET
    keberadaan: Teks = UNSET
    versi: str | None = None
    """The source's edition of this data (a year, a DTSEN version)."""
    diubah_sumber: datetime | None = None
    urutan: int | None = None
    """The source's own count of this record's changes; what is older than stored is not taken."""
    asli: dict[str, NilaiAsli] = {}
    """Attribute name -> what the source wrote. Never holds a NIK or a KK number."""
    tambahan: dict[str, str] = {}
    """Source columns without a place in the canonical model, kept as they came."""
    peringatan: tuple[Peringatan, ...] = ()
    dihapus: bool = False


class AngkaTahunan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """A published count: one indicator, area, year and source agency."""

    sistem: str
    instansi: str
    """Who states the number; the same indicator keeps one value per agency."""
    kode_wilayah: str
    jenis: str
    """Slug of the category, or of the source's own words where no category fits."""
    subjenis: str | None = None
    tahun: int
    nilai: int
    satuan: str = "Orang"
    asli: str | None = None
    peringatan: tuple[Peringatan, ...] = ()
