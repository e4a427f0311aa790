"""A grant: what one agreement (perjanjian) lets one client do. Its versions are append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.person import ATRIBUT_PENDUDUK
from gateway.domain.wilayah import memuat, parse_kode

SEMUA: Final = "*"
"""Written out where a grant covers every area or every category; an empty list covers nothing."""

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

ATRIBUT_PPKS: Final[frozenset[str]] = frozenset((*ATRIBUT_PENDUDUK, *ATRIBUT_REKAMAN))
ATRIBUT_LOOKUP: Final[frozenset[str]] = frozenset(ATRIBUT_PENDUDUK)


class Scope(StrEnum):
    """What a token may be used for, coarsely; the grant says the rest."""

    PENDUDUK_READ = "penduduk:read"
    PENDUDUK_VERIFY = "penduduk:verify"
    PPKS_READ = "ppks:read"
    SYSTEMS_READ = "systems:read"
    TOKENS_INTROSPECT = "tokens:introspect"


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


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one grant. Empty lists grant nothing."""

    grant_id: str
    versi: int
    client_id: str
    scopes: frozenset[Scope]
    atribut: frozenset[str]
    """Attributes that may be disclosed."""
    atribut_cocok: frozenset[str] = frozenset()
    """Attributes by whose exact value the client may search or have compared."""
    wilayah: frozenset[str]
    kategori: frozenset[str]
    tujuan: str
    """Purpose code, for example `P-BANSOS`."""
    dasar_hukum: str
    nomor_pks: str
    """Number of the data-sharing agreement."""
    kelas: Kelas = Kelas.TINGGI
    berlaku_dari: datetime
    berlaku_sampai: datetime
    cari_per_hari: int = 0
    """Lookups and verifications per day (UTC+7); 0 = none."""
    boleh_cache: bool = False
    """May be answered from the gateway's cache of the registry's answers."""
    maks_umur: int = 0
    """Oldest cached answer, in seconds."""
    status: StatusGrant = StatusGrant.DRAFT
    dibuat_oleh: str
    disetujui_oleh: str | None = None

    def berlaku(self, now: datetime) -> bool:
        """True where the grant is active and its time has come and has not run out."""
        return self.status is StatusGrant.AKTIF and self.berlaku_dari <= now < self.berlaku_sampai

    def mencakup_wilayah(self, kode: str | None) -> bool:
        """True where the area lies in the grant. An unknown area lies only in a grant of all."""
        if SEMUA in self.wilayah:
            return True
        return kode is not None and any(memuat(area, kode) for area in self.wilayah)

    def mencakup_kategori(self, kode: str) -> bool:
        """True where the category is granted."""
        return SEMUA in self.kategori or kode in self.kategori


class GrantInvalid(ValueError):
    """A grant that must not be stored; says which field and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def periksa_grant(grant: Grant) -> None:
    """Refuse a grant that names what does not exist or what no law carries. Raises GrantInvalid."""
    _periksa_isi(grant)
    if grant.berlaku_dari >= grant.berlaku_sampai:
        raise GrantInvalid("berlaku_sampai", "harus sesudah / must come after berlaku_dari")
    for field in ("tujuan", "dasar_hukum", "nomor_pks", "dibuat_oleh"):
        if not getattr(grant, field).strip():
            raise GrantInvalid(field, "wajib diisi / must be given")
    if grant.status is StatusGrant.AKTIF and grant.disetujui_oleh in (None, grant.dibuat_oleh):
        raise GrantInvalid(
            "disetujui_oleh",
            "harus orang lain daripada pembuat / must be a different person than dibuat_oleh",
        )


def _periksa_isi(grant: Grant) -> None:
    unknown = sorted((grant.atribut | grant.atribut_cocok) - ATRIBUT_PPKS)
    if unknown:
        raise GrantInvalid("atribut", f"tidak dikenal / unknown: {', '.join(unknown)}")
    for area in grant.wilayah - {SEMUA}:
        try:
            parse_kode(area)
        except ValueError as error:
            raise GrantInvalid("wilayah", str(error)) from None
    for field in ("cari_per_hari", "maks_umur"):
        if getattr(grant, field) < 0:
            raise GrantInvalid(field, "tidak boleh negatif / must not be negative")
