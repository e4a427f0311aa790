"""What each type of grant is good for at the API, also where it was stored badly; and what is told of it."""

from datetime import timedelta

import pytest

from gateway.domain.grant import ATRIBUT_PPKS, JenisGrant, Kelas, Scope
from gateway.domain.grant_types import ATRIBUT_KELAS_TINGGI, ATURAN, DILAYANI
from gateway.domain.wilayah import Tingkat
from tests.api.ppks_pages import sources
from tests.fixtures.gateway_people import SATU, nik_of

REQUESTS = {
    Scope.PENDUDUK_READ: lambda asker: asker.lookup(SATU.nik),
    Scope.PENDUDUK_VERIFY: lambda asker: asker.verify(SATU.nik, nama_lengkap="CONTOH"),
    Scope.PPKS_READ: lambda asker: asker.get("/v1/ppks"),
}


async def badly_stored(gateway, jenis, **changes):
    """A grant that names everything there is, whatever its type."""
    usual = {
        "jenis": jenis,
        "scopes": frozenset(Scope),
        "atribut": ATRIBUT_PPKS,
        "atribut_cocok": ATRIBUT_PPKS,
        "wilayah": frozenset("*"),
        "baris_per_hari": "*",
    }
    return await gateway.asking(**usual | changes)


@pytest.mark.parametrize("jenis", JenisGrant)
async def test_a_type_opens_its_own_doors_and_no_other(common_gateway, jenis):
    asker = await badly_stored(common_gateway, jenis)
    for scope, ask in REQUESTS.items():
        answer = await ask(asker)
        if scope in ATURAN[jenis].scopes:
            assert answer.status_code == 200, scope
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    told = (await asker.get("/v1/me")).json()["data"]
    assert (told["jenis"], told["scopes"]) == (jenis, sorted(ATURAN[jenis].scopes))


async def test_a_verifier_is_given_verdicts_and_never_an_attribute(common_gateway):
    asker = await badly_stored(common_gateway, JenisGrant.VERIFIKASI)
    answer = (await asker.verify(SATU.nik, nama_lengkap=SATU.nama_lengkap)).json()
    assert answer["data"]["nama_lengkap"]["hasil"] == "SESUAI"
    told = (await asker.get("/v1/me")).json()["data"]
    assert told["atribut"] == []
    assert "nama_lengkap" in told["atribut_cocok"]


async def test_a_pseudonymised_reader_knows_nobody(common_gateway):
    asker = await badly_stored(common_gateway, JenisGrant.SAMARAN)
    answer = await asker.get("/v1/ppks")
    for word in (nik_of(SATU), SATU.no_kk, SATU.nama_lengkap, "1990-08-17", "JL. CONTOH", "asli"):
        assert str(word) not in answer.text
    items = answer.json()["items"]
    assert {item["kode_wilayah"].count(".") for item in items if "kode_wilayah" in item} == {1}
    for item in items:
        assert (await asker.get(f"/v1/ppks/{item['id']}")).status_code == 404
    other = await badly_stored(common_gateway, JenisGrant.SAMARAN)
    theirs = (await other.get("/v1/ppks")).json()["items"]
    for name in ("id", "rujukan"):
        assert not {item[name] for item in items} & {item[name] for item in theirs}
    openly = await badly_stored(common_gateway, JenisGrant.BACA)
    assert len(sources(await openly.get("/v1/ppks"))) == len(items)


@pytest.mark.parametrize(
    ("condition", "level", "status"),
    [
        ({"kode_wilayah": "64.02"}, None, 200),
        ({"kode_wilayah": "64.02.06"}, None, 403),
        ({"kode_wilayah": "64.02.06"}, Tingkat.KECAMATAN, 200),
        ({"kode_wilayah": "64.02.06.1001"}, Tingkat.KECAMATAN, 403),
        ({"kode_wilayah": "64.02"}, Tingkat.PROVINSI, 403),
        ({"diubah_sejak": "2026-01-01T00:00:00Z"}, None, 200),
        ({"diubah_sejak": "2026-01-01T00:00:01Z"}, None, 403),
        ({"nik": SATU.nik}, None, 403),
        ({"nama_lengkap": "CONTOH"}, None, 403),
        ({"tanggal_lahir": "1990-08-17"}, None, 403),
    ],
)
async def test_no_filter_tells_a_pseudonymised_reader_more_than_the_records(
    common_gateway, condition, level, status
):
    asker = await badly_stored(common_gateway, JenisGrant.SAMARAN, tingkat_wilayah=level)
    answer = await asker.search(**condition)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert [each["field"] for each in answer.json()["errors"]] == [*condition]


async def test_the_low_class_is_told_less_whatever_it_names(common_gateway):
    asker = await badly_stored(common_gateway, JenisGrant.BACA, kelas=Kelas.RENDAH)
    answer = (await asker.lookup(SATU.nik)).json()["data"]
    assert not set(answer) & ATRIBUT_KELAS_TINGGI
    assert {"nik", "nama_lengkap"} <= set(answer)


async def test_a_reader_may_be_told_the_year_of_birth_alone(common_gateway):
    names = frozenset(("tahun_lahir", "jenis_kelamin"))
    asker = await common_gateway.asking(atribut=names, baris_per_hari=100)
    told = [
        item["tahun_lahir"]
        for item in (await asker.get("/v1/ppks")).json()["items"]
        if "tahun_lahir" in item
    ]
    assert told
    assert all(len(year) == 4 for year in told)
    assert "1990-08-17" not in (await asker.get("/v1/ppks")).text


async def test_a_grant_ends_with_its_agreement(gateway):
    ends = gateway.clock() + timedelta(minutes=2)
    asker = await gateway.asking(pks_berlaku_sampai=ends, baris_per_hari=100)
    told = (await asker.get("/v1/me")).json()["data"]
    stamp = ends.isoformat().replace("+00:00", "Z")
    assert told["berlaku_sampai"] == told["pks_berlaku_sampai"] == stamp
    gateway.clock.advance(timedelta(minutes=2))
    assert (await asker.get("/v1/ppks")).status_code == 401


async def test_a_grant_whose_agreement_was_cut_short_serves_no_longer(gateway):
    asker = await gateway.asking()
    await gateway.amend(asker.grant, pks_berlaku_sampai=gateway.clock())
    answer = await asker.get("/v1/ppks")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_not_in_force")


async def test_me_tells_the_rights_and_what_is_left(common_gateway):
    asker = await common_gateway.asking(
        baris_per_hari=50, cari_per_hari=20, boleh_cache=True, maks_umur=60
    )
    await asker.get("/v1/ppks?limit=2")
    await asker.lookup(SATU.nik)
    told = (await asker.get("/v1/me")).json()["data"]
    named = {
        "jenis": "BACA",
        "kelas": "TINGGI",
        "tujuan": "P-BANSOS",
        "nomor_pks": "PKS/001/2026",
        "pks_berlaku_sampai": None,
        "cari_per_hari": 20,
        "cari_tersisa": 19,
        "baris_per_hari": 50,
        "baris_tersisa": 48,
        "boleh_cache": True,
        "maks_umur": 60,
        "tingkat_wilayah": None,
    }
    assert {name: told[name] for name in named} == named


async def test_only_scopes_that_are_served_are_offered(common_gateway):
    for place in ("oauth-authorization-server", "oauth-protected-resource"):
        told = (await common_gateway.http.get(f"/.well-known/{place}")).json()
        assert told["scopes_supported"] == sorted(DILAYANI)
