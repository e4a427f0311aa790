"""What each type of grant may hold, and what it may show at most.

One table serves twice: a draft that goes beyond its type is refused, and the view of a stored grant
is cut down to its type, so that a grant which was stored badly shows no more for it.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from gateway.domain.grant import ATRIBUT_PPKS, ATRIBUT_TURUNAN, Grant, JenisGrant, Kelas, Scope
from gateway.domain.samaran import Samaran
from gateway.domain.wilayah import Tingkat

_NOTHING: Final[frozenset[str]] = frozenset()
_OF_ANY_TYPE: Final = frozenset((Scope.SYSTEMS_READ, Scope.TOKENS_INTROSPECT))
"""These tell nothing about a person, so they may stand beside any other scope."""

_RECORDS: Final = ("atribut", "wilayah", "kategori")
_HELD_BACK: Final = "walau_dibatasi"

ATRIBUT_SAMARAN: Final = frozenset(
    (
        "tahun_lahir",
        "jenis_kelamin",
        "status_kawin",
        "pendidikan",
        "status_penduduk",
        "kode_wilayah",
        "provinsi",
        "kab_kota",
        "kecamatan",
        "kategori",
        "status",
        "bantuan",
    )
)
"""What may be told of somebody who must not be known: no number, name, date, place or free text."""

ATRIBUT_STATISTIK: Final = frozenset(
    (
        "provinsi",
        "kab_kota",
        "kecamatan",
        "desa_kelurahan",
        "kategori",
        "jenis_kelamin",
        "tahun_lahir",
        "sumber",
    )
)
"""What counts may be divided by."""

ATRIBUT_KELAS_TINGGI: Final = frozenset(
    (
        "no_kk",
        "agama",
        "golongan_darah",
        "nama_ibu_kandung",
        "nama_ayah",
        "nik_ayah",
        "nik_ibu",
        "no_akta_lahir",
        "no_akta_kawin",
        "tanggal_kawin",
        "no_akta_cerai",
        "tanggal_cerai",
        "status_ektp",
        "catatan_disabilitas",
    )
)
"""Attributes that no grant of the class RENDAH discloses."""

JENIS_KELAS_RENDAH: Final = frozenset(
    (JenisGrant.BACA, JenisGrant.VERIFIKASI, JenisGrant.STATISTIK)
)

TINGKAT_SAMARAN: Final[Mapping[Tingkat, frozenset[str]]] = {
    Tingkat.PROVINSI: frozenset(("kab_kota", "kecamatan")),
    Tingkat.KAB_KOTA: frozenset(("kecamatan",)),
    Tingkat.KECAMATAN: _NOTHING,
}
"""How deep a pseudonymised reader may see areas, and the names that lie deeper."""


class AturanJenis(msgspec.Struct, frozen=True, kw_only=True):
    """What a grant of one type may hold at most."""

    scopes: frozenset[Scope]
    atribut: frozenset[str] = _NOTHING
    atribut_cocok: frozenset[str] = _NOTHING
    membuka: bool = True
    """Whether `atribut` are disclosed; else they are only written."""
    penduduk: bool = False
    """Whether residents of the civil registry are shown."""
    rekaman: bool = False
    """Whether PPKS records are shown."""
    samaran: bool = False
    """Whether all that is shown is pseudonymised."""
    tanpa: tuple[str, ...] = ()
    """Fields that mean nothing in this type, and so must be left out."""


ATURAN: Final[Mapping[JenisGrant, AturanJenis]] = {
    JenisGrant.BACA: AturanJenis(
        scopes=_OF_ANY_TYPE
        | {
            Scope.PENDUDUK_READ,
            Scope.PENDUDUK_VERIFY,
            Scope.PPKS_READ,
            Scope.PENGADUAN_READ,
            Scope.MUTU_READ,
        },
        atribut=ATRIBUT_PPKS,
        atribut_cocok=ATRIBUT_PPKS - {*ATRIBUT_TURUNAN},
        penduduk=True,
        rekaman=True,
    ),
    JenisGrant.VERIFIKASI: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.PENDUDUK_VERIFY},
        atribut_cocok=ATRIBUT_PPKS - {*ATRIBUT_TURUNAN},
        tanpa=("wilayah", "kategori", "baris_per_hari", "boleh_cache"),
    ),
    JenisGrant.TULIS: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.PPKS_WRITE, Scope.PPKS_VERIFY, Scope.PENGADUAN_WRITE},
        atribut=ATRIBUT_PPKS - {*ATRIBUT_TURUNAN},
        membuka=False,
        tanpa=("cari_per_hari", "baris_per_hari", "boleh_cache", _HELD_BACK),
    ),
    JenisGrant.SINKRONISASI: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.PPKS_READ, Scope.PPKS_SYNC, Scope.PPKS_EXPORT},
        atribut=ATRIBUT_PPKS,
        rekaman=True,
        tanpa=("cari_per_hari", "boleh_cache"),
    ),
    JenisGrant.SAMARAN: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.PPKS_READ},
        atribut=ATRIBUT_SAMARAN,
        rekaman=True,
        samaran=True,
        tanpa=("cari_per_hari", "boleh_cache", _HELD_BACK),
    ),
    JenisGrant.STATISTIK: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.STATISTIK_READ},
        atribut=ATRIBUT_STATISTIK,
        tanpa=("cari_per_hari", "baris_per_hari", "boleh_cache", _HELD_BACK),
    ),
    JenisGrant.AUDIT: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.AUDIT_READ},
        tanpa=("cari_per_hari", "boleh_cache", _HELD_BACK),
    ),
    JenisGrant.SUBJEK: AturanJenis(
        scopes=_OF_ANY_TYPE | {Scope.AUDIT_SUBJECT},
        tanpa=(*_RECORDS[1:], "baris_per_hari", "boleh_cache", _HELD_BACK),
    ),
}

PERLU: Final[Mapping[Scope, tuple[str, ...]]] = {
    Scope.PENDUDUK_READ: ("atribut", "wilayah", "cari_per_hari"),
    Scope.PENDUDUK_VERIFY: ("atribut_cocok", "cari_per_hari"),
    Scope.PPKS_READ: (*_RECORDS, "baris_per_hari"),
    Scope.PPKS_SYNC: (*_RECORDS, "baris_per_hari"),
    Scope.PPKS_EXPORT: (*_RECORDS, "baris_per_hari"),
    Scope.PPKS_WRITE: _RECORDS,
    Scope.PPKS_VERIFY: ("wilayah", "kategori"),
    Scope.PENGADUAN_READ: ("wilayah",),
    Scope.PENGADUAN_WRITE: ("wilayah",),
    Scope.STATISTIK_READ: ("wilayah", "kategori"),
    Scope.MUTU_READ: _RECORDS,
    Scope.AUDIT_READ: ("penugasan", "wilayah"),
    Scope.AUDIT_SUBJECT: ("cari_per_hari",),
    Scope.SYSTEMS_READ: (),
    Scope.TOKENS_INTROSPECT: (),
}
"""Fields without which a scope would grant nothing."""

DILAYANI: Final = frozenset(
    (
        Scope.PENDUDUK_READ,
        Scope.PENDUDUK_VERIFY,
        Scope.PPKS_READ,
        Scope.PPKS_SYNC,
        Scope.PPKS_WRITE,
        Scope.PPKS_EXPORT,
        Scope.STATISTIK_READ,
        Scope.AUDIT_SUBJECT,
        Scope.AUDIT_READ,
        Scope.SYSTEMS_READ,
        Scope.TOKENS_INTROSPECT,
    )
)
"""Scopes that a route asks for; no other one is offered to clients yet."""


def atribut_terbuka(grant: Grant) -> frozenset[str]:
    """The attributes that a grant of its type and class may disclose, whatever else it names."""
    rule = ATURAN[grant.jenis]
    shown = grant.atribut & rule.atribut if rule.membuka else _NOTHING
    if (samaran := samaran_dari(grant)) is not None:
        shown -= TINGKAT_SAMARAN[samaran.tingkat]
    return shown - ATRIBUT_KELAS_TINGGI if grant.kelas is Kelas.RENDAH else shown


def atribut_dicocokkan(grant: Grant) -> frozenset[str]:
    """The attributes by which a grant of its type may match."""
    return grant.atribut_cocok & ATURAN[grant.jenis].atribut_cocok


def walau_dibatasi(grant: Grant) -> bool:
    """Whether a grant of its type may show what persons asked not to have disclosed."""
    return grant.walau_dibatasi is not None and _HELD_BACK not in ATURAN[grant.jenis].tanpa


def samaran_dari(grant: Grant) -> Samaran | None:
    """How the grant's records are pseudonymised, never as deep as a village; None = not at all."""
    if not ATURAN[grant.jenis].samaran:
        return None
    level = grant.tingkat_wilayah
    if level is None or level not in TINGKAT_SAMARAN:
        level = Tingkat.KAB_KOTA
    return Samaran(kunci=grant.grant_id, tingkat=level)


def dalam_jenis(grant: Grant) -> Grant:
    """The grant with those of its scopes that its type carries."""
    held = grant.scopes & ATURAN[grant.jenis].scopes
    return grant if held == grant.scopes else msgspec.structs.replace(grant, scopes=held)
