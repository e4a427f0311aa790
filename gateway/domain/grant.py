"""A grant: what one agreement (perjanjian) lets one client do. Its versions are append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

from gateway.domain.penugasan import Penugasan
from gateway.domain.person import ATRIBUT_PENDUDUK
from gateway.domain.wilayah import Tingkat, memuat

SEMUA: Final = "*"
"""Written out where a grant covers all there is; an empty list and 0 cover nothing."""

ATRIBUT_REKAMAN: Final[tuple[str, ...]] = (
    "kategori",
    "status",
    "padan",
    "dtks",
    "bantuan",
    "kebutuhan",
    "keberadaan",
    "sumber",
)
"""Attributes of a PPKS record beyond the person's own."""

ATRIBUT_TURUNAN: Final[tuple[str, ...]] = ("tahun_lahir",)
"""Attributes of a PPKS record that tell less than the one from which they are made."""

ATRIBUT_PPKS: Final[frozenset[str]] = frozenset(
    (*ATRIBUT_PENDUDUK, *ATRIBUT_REKAMAN, *ATRIBUT_TURUNAN)
)
ATRIBUT_LOOKUP: Final[frozenset[str]] = frozenset(ATRIBUT_PENDUDUK)


class Scope(StrEnum):
    """What a token may be used for, coarsely; the grant says the rest."""

    PENDUDUK_READ = "penduduk:read"
    PENDUDUK_VERIFY = "penduduk:verify"
    PPKS_READ = "ppks:read"
    PPKS_SYNC = "ppks:sync"
    PPKS_EXPORT = "ppks:export"
    PPKS_WRITE = "ppks:write"
    PPKS_VERIFY = "ppks:verify"
    PENGADUAN_READ = "pengaduan:read"
    PENGADUAN_WRITE = "pengaduan:write"
    STATISTIK_READ = "statistik:read"
    MUTU_READ = "mutu:read"
    AUDIT_READ = "audit:read"
    AUDIT_SUBJECT = "audit:subject"
    SYSTEMS_READ = "systems:read"
    TOKENS_INTROSPECT = "tokens:introspect"


class JenisGrant(StrEnum):
    """What a grant is for. `gateway.domain.grant_types` says what each may hold."""

    BACA = "BACA"
    VERIFIKASI = "VERIFIKASI"
    TULIS = "TULIS"
    SINKRONISASI = "SINKRONISASI"
    SAMARAN = "SAMARAN"
    STATISTIK = "STATISTIK"
    AUDIT = "AUDIT"
    SUBJEK = "SUBJEK"


class StatusGrant(StrEnum):
    """Only AKTIF grants anything."""

    DRAFT = "DRAFT"
    AKTIF = "AKTIF"
    DITANGGUHKAN = "DITANGGUHKAN"
    BERAKHIR = "BERAKHIR"


class Kelas(StrEnum):
    """How sensitive the granted data is; the legacy issuer serves only RENDAH."""

    RENDAH = "RENDAH"
    TINGGI = "TINGGI"


class DasarWalauDibatasi(StrEnum):
    """Why a grant is served although the person had disclosure stopped (UU 27/2022 art. 15, 41)."""

    KEWAJIBAN_HUKUM = "KEWAJIBAN_HUKUM"
    KESELAMATAN = "KESELAMATAN"


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one grant. Empty lists grant nothing."""

    grant_id: str
    versi: int
    client_id: str
    jenis: JenisGrant = JenisGrant.BACA
    scopes: frozenset[Scope]
    atribut: frozenset[str] = frozenset()
    """Attributes that may be disclosed; in a grant of the type TULIS, those that may be written."""
    atribut_cocok: frozenset[str] = frozenset()
    """Attributes by whose exact value the client may search or have compared."""
    wilayah: frozenset[str] = frozenset()
    kategori: frozenset[str] = frozenset()
    tingkat_wilayah: Tingkat | None = None
    """How deep a pseudonymised reader sees areas; None = to the regency. For SAMARAN only."""
    tujuan: str
    """Purpose code, for example `P-BANSOS`."""
    dasar_hukum: str
    nomor_pks: str
    """Number of the data-sharing agreement."""
    pks_berlaku_sampai: datetime | None = None
    """When the agreement ends, and with it the grant; None = not recorded (before 0004)."""
    kelas: Kelas = Kelas.TINGGI
    berlaku_dari: datetime
    berlaku_sampai: datetime
    cari_per_hari: int = 0
    """Lookups and verifications per day (UTC+7); 0 = none."""
    baris_per_hari: int | Literal["*"] = 0
    """PPKS records told per day (UTC+7); 0 = none, `*` = without a limit."""
    sel_kecil: bool = False
    """Whether counts of a few persons are told too. For STATISTIK only."""
    ambang_sel: int = 0
    """Fewest persons that a count tells, where that is more than is usual. For STATISTIK only."""
    boleh_cache: bool = False
    """May be answered from the gateway's cache of the registry's answers."""
    maks_umur: int = 0
    """Oldest cached answer, in seconds."""
    walau_dibatasi: DasarWalauDibatasi | None = None
    """Why data is told whose disclosure the person had stopped; None = it is not told."""
    penugasan: Penugasan | None = None
    """What of the log an auditor may see. For AUDIT only."""
    status: StatusGrant = StatusGrant.DRAFT
    dibuat_oleh: str
    disetujui_oleh: str | None = None

    @property
    def berakhir_pada(self) -> datetime:
        """When it ends by itself: its own end or the agreement's, whichever is first."""
        if self.pks_berlaku_sampai is None:
            return self.berlaku_sampai
        return min(self.berlaku_sampai, self.pks_berlaku_sampai)

    def berlaku(self, now: datetime) -> bool:
        """True where the grant is active and its time has come and has not run out."""
        return self.status is StatusGrant.AKTIF and self.berlaku_dari <= now < self.berakhir_pada

    def mencakup_wilayah(self, kode: str | None) -> bool:
        """True where the area lies in the grant. An unknown area lies only in a grant of all."""
        if SEMUA in self.wilayah:
            return True
        return kode is not None and any(memuat(area, kode) for area in self.wilayah)

    def mencakup_kategori(self, kode: str) -> bool:
        """True where the category is granted."""
        return SEMUA in self.kategori or kode in self.kategori
