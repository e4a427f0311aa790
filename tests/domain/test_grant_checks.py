"""A grant that goes beyond its type is refused, with the field and with what would be right."""

from datetime import timedelta

import pytest

from gateway.domain.grant import (
    ATRIBUT_PPKS,
    DasarWalauDibatasi,
    Grant,
    JenisGrant,
    Kelas,
    Scope,
    StatusGrant,
)
from gateway.domain.grant_checks import periksa_grant, wilayah_tak_dikenal
from gateway.domain.grant_types import ATURAN, DILAYANI, PERLU
from gateway.domain.policy import buka
from gateway.domain.wilayah import Tingkat, tabel_bawaan
from tests.fixtures.auditors import EARLIEST, engagement
from tests.fixtures.oauth import START, grant_of

RECORDS = {
    "atribut": frozenset(("tahun_lahir", "kategori")),
    "wilayah": frozenset(("64.02",)),
    "kategori": frozenset(("ppks:lanjut-usia-terlantar",)),
    "baris_per_hari": 100,
}
NOTHING = dict.fromkeys(("atribut", "atribut_cocok", "wilayah", "kategori"), frozenset()) | {
    "baris_per_hari": 0
}
SOUND = {
    JenisGrant.BACA: RECORDS | {
        "scopes": frozenset((Scope.PPKS_READ, Scope.PENDUDUK_READ, Scope.PENDUDUK_VERIFY)),
        "atribut": frozenset(("nik", "nama_lengkap")),
        "atribut_cocok": frozenset(("nik",)),
        "cari_per_hari": 10,
    },
    JenisGrant.VERIFIKASI: NOTHING | {
        "scopes": frozenset((Scope.PENDUDUK_VERIFY,)),
        "atribut_cocok": frozenset(("nama_lengkap",)),
        "cari_per_hari": 10,
    },
    JenisGrant.TULIS: RECORDS | {
        "scopes": frozenset((Scope.PPKS_WRITE, Scope.PPKS_VERIFY)),
        "atribut": frozenset(("kategori",)),
        "baris_per_hari": 0,
    },
    JenisGrant.SINKRONISASI: RECORDS | {
        "scopes": frozenset((Scope.PPKS_SYNC, Scope.PPKS_EXPORT)),
        "baris_per_hari": "*",
    },
    JenisGrant.SAMARAN: RECORDS | {
        "scopes": frozenset((Scope.PPKS_READ,)),
        "tingkat_wilayah": Tingkat.KECAMATAN,
    },
    JenisGrant.STATISTIK: NOTHING | {
        "scopes": frozenset((Scope.STATISTIK_READ,)),
        "wilayah": frozenset(("64.02",)),
        "kategori": frozenset("*"),
    },
    JenisGrant.AUDIT: NOTHING | {
        "scopes": frozenset((Scope.AUDIT_READ,)),
        "wilayah": frozenset(("64.02",)),
        "penugasan": engagement(),
    },
    JenisGrant.SUBJEK: NOTHING | {
        "scopes": frozenset((Scope.AUDIT_SUBJECT,)),
        "cari_per_hari": 10,
    },
}  # fmt: skip


def sound(jenis: JenisGrant, **changes) -> Grant:
    """The least of a grant of a type, signed by two persons and within its agreement."""
    agreed = {"jenis": jenis, "pks_berlaku_sampai": START + timedelta(days=60)}
    return grant_of("dinkes", "G-1", **agreed | SOUND[jenis] | changes)


def wrong(grant: Grant) -> dict[str, str]:
    return {each.field: each.message for each in periksa_grant(grant)}


@pytest.mark.parametrize("jenis", JenisGrant)
def test_the_least_of_each_type_is_taken(jenis):
    assert wrong(sound(jenis)) == {}


@pytest.mark.parametrize("jenis", JenisGrant)
def test_a_scope_of_another_type_is_refused_and_the_right_ones_are_named(jenis):
    for scope in set(Scope) - ATURAN[jenis].scopes:
        told = wrong(sound(jenis, scopes=frozenset((scope,))))["scopes"]
        assert scope in told
        assert all(own in told for own in ATURAN[jenis].scopes)


@pytest.mark.parametrize("jenis", JenisGrant)
def test_an_attribute_beyond_the_type_is_refused_and_never_shown(jenis):
    for field in ("atribut", "atribut_cocok"):
        allowed = getattr(ATURAN[jenis], field)
        for name in sorted(ATRIBUT_PPKS - allowed):
            grant = sound(jenis, **{field: getattr(sound(jenis), field) | {name}})
            assert name in wrong(grant)[field]
            assert name not in getattr(buka(grant, START), field)


EMPTY = {"cari_per_hari": 0, "baris_per_hari": 0, "penugasan": None}


def needs():
    for jenis in JenisGrant:
        for scope in sorted(SOUND[jenis]["scopes"]):
            for field in PERLU[scope]:
                yield jenis, scope, field


@pytest.mark.parametrize(("jenis", "scope", "field"), [*needs()])
def test_what_a_scope_needs_must_be_there(jenis, scope, field):
    empty = EMPTY.get(field, frozenset())
    assert scope in wrong(sound(jenis, scopes=frozenset((scope,)), **{field: empty}))[field]


FULL = {
    "wilayah": frozenset(("64.02",)),
    "kategori": frozenset("*"),
    "cari_per_hari": 1,
    "baris_per_hari": 1,
    "boleh_cache": True,
    "walau_dibatasi": DasarWalauDibatasi.KESELAMATAN,
}


@pytest.mark.parametrize(
    ("jenis", "field"), [(jenis, name) for jenis in JenisGrant for name in ATURAN[jenis].tanpa]
)
def test_what_means_nothing_in_a_type_must_not_be_written(jenis, field):
    assert jenis in wrong(sound(jenis, **{field: FULL[field]}))[field]


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"kategori": frozenset(("ppks:lansia-terlantar",))}, "kategori", "ppks:lanjut-usia-terlantar"),
        ({"kategori": frozenset(("ppks:disabilitas",))}, "kategori", "ppks:penyandang-disabilitas"),
        ({"kategori": frozenset(("zzz",))}, "kategori", "zzz"),
        ({"atribut": frozenset(("nama",))}, "atribut", "nama_lengkap"),
        ({"wilayah": frozenset(("6402",))}, "wilayah", "64.02.06"),
        ({"tujuan": "bansos"}, "tujuan", "P-BANSOS"),
        ({"tujuan": "P-"}, "tujuan", "P-BANSOS"),
        ({"dasar_hukum": " "}, "dasar_hukum", "must be given"),
        ({"nomor_pks": ""}, "nomor_pks", "must be given"),
        ({"pks_berlaku_sampai": None}, "pks_berlaku_sampai", "must be given"),
        ({"pks_berlaku_sampai": START + timedelta(days=1)}, "berlaku_sampai", "2026-11-22"),
        ({"berlaku_sampai": START - timedelta(days=9)}, "berlaku_sampai", "berlaku_dari"),
        ({"scopes": frozenset()}, "scopes", "ppks:read"),
        ({"cari_per_hari": -1}, "cari_per_hari", "negative"),
        ({"baris_per_hari": -1}, "baris_per_hari", "negative"),
        ({"maks_umur": -1}, "maks_umur", "negative"),
        ({"tingkat_wilayah": Tingkat.PROVINSI}, "tingkat_wilayah", "SAMARAN"),
        ({"disetujui_oleh": "CONTOH A"}, "disetujui_oleh", "different person"),
        ({"kelas": Kelas.RENDAH, "atribut": frozenset(("no_kk",))}, "atribut", "no_kk"),
        ({"kelas": Kelas.RENDAH, "baris_per_hari": "*"}, "baris_per_hari", "RENDAH"),
        (
            {"kelas": Kelas.RENDAH, "walau_dibatasi": DasarWalauDibatasi.KESELAMATAN},
            "walau_dibatasi",
            "TINGGI",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_would_be_right(changes, field, word):
    told = wrong(sound(JenisGrant.BACA, **changes))
    assert word in told[field]
    assert set(told) == {field}


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"kode": " "}, "penugasan.kode", "must be given"),
        ({"log_sampai": EARLIEST}, "penugasan.log_sampai", "must come after"),
        ({"client_id": frozenset()}, "penugasan.client_id", "`*` = all"),
        ({"nomor_pks": frozenset()}, "penugasan.nomor_pks", "`*` = all"),
    ],
)
def test_an_engagement_names_all_of_its_bounds(changes, field, word):
    assert word in wrong(sound(JenisGrant.AUDIT, penugasan=engagement(**changes)))[field]


@pytest.mark.parametrize("jenis", sorted({*JenisGrant} - {JenisGrant.AUDIT}))
def test_only_an_auditor_has_an_engagement(jenis):
    assert "only in AUDIT" in wrong(sound(jenis, penugasan=engagement()))["penugasan"]


def test_a_pseudonymised_reader_is_never_told_a_village():
    told = wrong(sound(JenisGrant.SAMARAN, tingkat_wilayah=Tingkat.DESA_KELURAHAN))
    assert "kecamatan" in told["tingkat_wilayah"]


@pytest.mark.parametrize("jenis", ["TULIS", "SINKRONISASI", "SAMARAN", "AUDIT"])
def test_the_low_class_holds_no_type_that_writes_copies_or_audits(jenis):
    assert "BACA" in wrong(sound(JenisGrant(jenis), kelas=Kelas.RENDAH))["kelas"]


def test_all_that_is_wrong_is_told_together():
    told = wrong(sound(JenisGrant.BACA, tujuan="", kategori=frozenset(("x",)), maks_umur=-1))
    assert set(told) == {"tujuan", "kategori", "maks_umur"}


def test_areas_that_no_table_knows_are_told_and_not_refused():
    grant = sound(JenisGrant.BACA, wilayah=frozenset(("64.02", "64.99", "*")))
    assert wrong(grant) == {}
    assert wilayah_tak_dikenal(grant, tabel_bawaan().__contains__) == ("64.99",)


def test_the_agreement_s_end_is_the_grant_s():
    grant = sound(JenisGrant.BACA, pks_berlaku_sampai=START, status=StatusGrant.AKTIF)
    assert grant.berakhir_pada == START
    assert grant.berlaku(START - timedelta(microseconds=1))
    assert not grant.berlaku(START)
    assert buka(grant, START).kosong


def test_every_scope_has_a_type_and_every_served_one_is_known():
    assert set().union(*(rule.scopes for rule in ATURAN.values())) == set(Scope) == set(PERLU)
    assert set(ATURAN) == set(JenisGrant)
    assert set(Scope) > DILAYANI
