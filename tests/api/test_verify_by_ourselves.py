"""What the registry leaves open is judged by the gateway, and told only to whom it may be told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fixtures.gateway_app import COCOK, SEMUA_ATRIBUT, Gateway, environment, opened
from tests.fixtures.gateway_people import (
    DI_LUAR,
    MENINGGAL,
    MENINGGAL_DI_LUAR,
    NIK_TAK_DIKENAL,
    SATU,
)

BLIND = SEMUA_ATRIBUT - COCOK
"""May compare, and read nothing of what is compared."""
OWN = {"GATEWAY_VERIFY_BY_LOOKUP": "true"}
ONLY_NIK = OWN | {"GATEWAY_DUKCAPIL_VERIFY_ELEMENTS": "NO_KK"}
"""The agreement lets the registry compare next to nothing."""
NO_VERIFY = OWN | {"GATEWAY_DUKCAPIL_VERIFY_ALLOWED": "false"}
BOTH = pytest.mark.parametrize("settings", [ONLY_NIK, NO_VERIFY], ids=["beside", "instead"])

VARIANT = {
    "nama_lengkap": "Hj. Tjontoh Palsoe Satu, S.Pd",
    "tempat_lahir": "Kec. Tenggarong",
    "alamat": {"jalan": "Jln Contoh 1", "rt": "RT 5", "rw": "10"},
}


@pytest.fixture
def gateways(sqlite_url):
    """Opens a gateway with other settings; each test one."""

    @asynccontextmanager
    async def make(settings: dict[str, str]) -> AsyncIterator[Gateway]:
        async with opened(environment(sqlite_url, **settings)) as made:
            yield made

    return make


def judged(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def results(answer):
    return {name: verdict["hasil"] for name, verdict in judged(answer).items()}


def codes(verdict):
    return [reason["kode"] for reason in verdict.get("alasan", [])]


@BOTH
async def test_other_ways_of_writing_the_same_are_the_same(gateways, settings):
    async with gateways(settings) as gateway:
        answer = await (await gateway.asking()).verify(SATU.nik, **VARIANT)
        meta = answer.json()["meta"]
    assert set(results(answer).values()) == {"SESUAI"}
    name = judged(answer)["nama_lengkap"]
    assert (name["skor"], name["ambang"], name["penilai"]) == (96, 85, "gateway")
    assert codes(name) == ["gelar_diabaikan", "ejaan_lama"]
    assert name["alasan"][1]["pesan"] == "ejaan lama dan baru / old and new spelling"
    assert (meta["sistem"], meta["dari_cache"], meta["umur"]) == ("dukcapil", False, 0)


@BOTH
async def test_who_may_read_is_told_how_near_a_guess_came(gateways, settings):
    told = {"nama_lengkap": "CONTOH SATU", "tanggal_lahir": "1990-08-07"}
    async with gateways(settings) as gateway:
        answer = await (await gateway.asking()).verify(SATU.nik, **told)
    data = judged(answer)
    assert results(answer) == {"nama_lengkap": "MIRIP", "tanggal_lahir": "MIRIP"}
    assert codes(data["nama_lengkap"]) == ["bagian_hilang"]
    assert codes(data["tanggal_lahir"]) == ["beda_dari_nik", "satu_angka_berbeda"]


@BOTH
@pytest.mark.parametrize(
    ("name", "guesses"),
    [
        ("nama_lengkap", ["CONTOH SATU", "CONTOH PALSU SATE", "CONTOH LAIN SEKALI", "SATU"]),
        ("tanggal_lahir", ["1990-08-18", "1990-07-08", "1990-01-01", "1955-02-03"]),
        ("tempat_lahir", ["TENGARONG JAYA", "SAMARINDA", "TENGGARANG", "JAKARTA"]),
    ],
)
async def test_who_may_not_read_gets_the_same_no_for_a_near_and_a_far_guess(
    gateways, settings, name, guesses
):
    async with gateways(settings) as gateway:
        asker = await gateway.asking(atribut=BLIND)
        answers = [await asker.verify(SATU.nik, **{name: guess}) for guess in guesses]
    verdicts = [judged(answer)[name] for answer in answers]
    assert verdicts[0]["hasil"] == "TIDAK_SESUAI"
    assert "skor" not in verdicts[0]
    assert [verdict for verdict in verdicts if verdict != verdicts[0]] == []


async def test_a_token_that_cannot_look_up_is_told_no_more_than_yes_or_no(gateways):
    async with gateways(NO_VERIFY) as gateway:
        grant = await gateway.grant()
        asker = await gateway.asker(grant, scope="penduduk:verify")
        verdict = judged(await asker.verify(SATU.nik, nama_lengkap="CONTOH SATU"))["nama_lengkap"]
    assert verdict == {"hasil": "TIDAK_SESUAI", "ambang": 85, "penilai": "gateway"}


async def test_who_may_not_read_still_hears_what_is_said_of_the_guess_itself(gateways):
    async with gateways(NO_VERIFY) as gateway:
        asker = await gateway.asking(atribut=BLIND)
        answer = await asker.verify(SATU.nik, nama_lengkap="Drs. ORANG LAIN", jenis_kelamin="L")
    assert codes(judged(answer)["nama_lengkap"]) == ["gelar_diabaikan"]
    assert codes(judged(answer)["jenis_kelamin"]) == ["beda_dari_nik"]


async def test_who_may_not_read_is_told_the_spelling_with_a_yes(gateways):
    async with gateways(NO_VERIFY) as gateway:
        asker = await gateway.asking(atribut=BLIND)
        verdict = judged(await asker.verify(SATU.nik, nama_lengkap="Tjontoh Palsoe Satu"))
    assert verdict["nama_lengkap"]["skor"] == 96
    assert codes(verdict["nama_lengkap"]) == ["ejaan_lama"]


@pytest.mark.parametrize(("ambang", "hasil"), [(None, "SESUAI"), (96, "SESUAI"), (97, "MIRIP")])
async def test_the_caller_may_ask_for_more_than_usual(gateways, ambang, hasil):
    more = {} if ambang is None else {"ambang": ambang}
    async with gateways(NO_VERIFY) as gateway:
        asker = await gateway.asking()
        answer = await asker.verify(SATU.nik, nama_lengkap="Tjontoh Palsoe Satu", **more)
    assert judged(answer)["nama_lengkap"]["hasil"] == hasil


async def test_the_caller_may_not_ask_for_less(gateways):
    async with gateways(NO_VERIFY | {"GATEWAY_VERIFY_THRESHOLD": "97"}) as gateway:
        asker = await gateway.asking()
        told = {"nama_lengkap": "Tjontoh Palsoe Satu"}
        answer = await asker.verify(SATU.nik, ambang=85, **told)
        refused = await asker.verify(SATU.nik, ambang=79, **told)
    verdict = judged(answer)["nama_lengkap"]
    assert (verdict["hasil"], verdict["ambang"]) == ("MIRIP", 97)
    assert refused.status_code == 400


async def test_a_threshold_alone_is_nothing_to_compare(gateways):
    async with gateways(NO_VERIFY) as gateway:
        answer = await (await gateway.asking()).verify(SATU.nik, ambang=90)
    assert answer.status_code == 400


async def test_a_stricter_threshold_holds_for_the_registry_s_score_too(common_gateway):
    asker = await common_gateway.asking()
    told = {"nama_lengkap": "CONTOH PALSU SATE"}
    usual = judged(await asker.verify(SATU.nik, **told))["nama_lengkap"]
    strict = judged(await asker.verify(SATU.nik, ambang=99, **told))["nama_lengkap"]
    assert (usual["hasil"], usual["penilai"], usual["skor"]) == ("SESUAI", "dukcapil", 94)
    assert (strict["hasil"], strict["ambang"], strict["skor"]) == ("TIDAK_SESUAI", 99, 94)


# When a record is read, and what it costs


async def left(gateway, asker):
    return (await asker.get("/v1/me")).json()["data"]["cari_tersisa"]


@pytest.mark.parametrize(
    ("settings", "told", "cost", "source"),
    [
        ({}, {"alamat": {"dusun": "X"}}, 1, "dukcapil"),
        (OWN, {"nama_lengkap": "X"}, 1, "dukcapil"),
        (OWN, {"alamat": {"dusun": "X"}}, 2, "dukcapil,lookup:dukcapil"),
        (NO_VERIFY, {"nama_lengkap": "X"}, 1, "lookup:dukcapil"),
    ],
    ids=["not allowed", "nothing open", "something open", "no verification"],
)
async def test_a_record_is_read_only_where_something_is_open(
    gateways, settings, told, cost, source
):
    async with gateways(settings) as gateway:
        asker = await gateway.asking()
        await asker.verify(SATU.nik, **told)
        assert await left(gateway, asker) == 1000 - cost
        (row,) = await gateway.audited()
    assert (row["sumber"], row["hasil"]) == (source, "diberikan")


async def test_without_the_setting_what_is_open_stays_open(common_gateway):
    answer = await (await common_gateway.asking()).verify(SATU.nik, alamat={"dusun": "X"})
    assert judged(answer) == {"alamat.dusun": {"hasil": "TIDAK_DIPERIKSA"}}


async def test_what_the_registry_judged_is_answered_when_the_quota_allows_no_second_question(
    gateways,
):
    async with gateways(OWN) as gateway:
        asker = await gateway.asking(cari_per_hari=1)
        answer = await asker.verify(SATU.nik, nama_lengkap="X", alamat={"dusun": "X"})
    assert results(answer) == {"nama_lengkap": "TIDAK_SESUAI", "alamat.dusun": "TIDAK_DIPERIKSA"}


async def test_a_kept_record_serves_where_the_grant_allows_it(gateways):
    async with gateways(NO_VERIFY) as gateway:
        asker = await gateway.asking(boleh_cache=True, maks_umur=600)
        answers = [await asker.verify(SATU.nik, nama_lengkap="CONTOH PALSU SATU") for _ in "12"]
        rows = await gateway.audited()
    assert [answer.json()["meta"]["dari_cache"] for answer in answers] == [False, True]
    assert [row["sumber"] for row in rows] == ["lookup:dukcapil", "cache:dukcapil"]


# Whom it is about


async def test_nobody_outside_the_areas_is_judged_by_our_own_reading(gateways):
    async with gateways(NO_VERIFY) as gateway:
        asker = await gateway.asking()
        for nik in (DI_LUAR.nik, MENINGGAL_DI_LUAR.nik, NIK_TAK_DIKENAL):
            assert (await asker.verify(nik, nama_lengkap="X")).status_code == 404


async def test_beside_the_registry_s_verdicts_somebody_outside_is_left_open(gateways):
    async with gateways(ONLY_NIK) as gateway:
        asker = await gateway.asking()
        answer = await asker.verify(DI_LUAR.nik, nama_lengkap=DI_LUAR.nama_lengkap)
    assert judged(answer) == {"nama_lengkap": {"hasil": "TIDAK_DIPERIKSA"}}


async def test_nothing_is_judged_of_somebody_who_has_died(gateways):
    async with gateways(NO_VERIFY) as gateway:
        answer = await (await gateway.asking()).verify(MENINGGAL.nik, nama_lengkap="X")
    assert (judged(answer), answer.json()["meta"]["hasil"]) == ({}, "deceased")


async def test_what_the_registry_does_not_hold_cannot_be_judged(gateways):
    async with gateways(NO_VERIFY) as gateway:
        told = {"alamat": {"dusun": "KRAJAN"}}
        seen = judged(await (await gateway.asking()).verify(SATU.nik, **told))
        blind = judged(await (await gateway.asking(atribut=BLIND)).verify(SATU.nik, **told))
    assert codes(seen["alamat.dusun"]) == ["tidak_tercatat"]
    assert blind == {"alamat.dusun": {"hasil": "TIDAK_DIPERIKSA"}}


async def test_a_date_to_which_the_registry_said_no_stays_no_but_says_more(gateways):
    async with gateways(OWN) as gateway:
        asker = await gateway.asking()
        told = {"tanggal_lahir": "1990-08-18", "alamat": {"dusun": "X"}}
        verdict = judged(await asker.verify(SATU.nik, **told))["tanggal_lahir"]
    assert (verdict["hasil"], verdict["skor"]) == ("MIRIP", 72)


@BOTH
async def test_no_value_of_the_registry_is_in_the_answer(gateways, settings):
    told = {"nama_lengkap": "X", "tempat_lahir": "X", "tanggal_lahir": "1950-01-02"}
    async with gateways(settings) as gateway:
        answer = await (await gateway.asking()).verify(SATU.nik, **told)
    for value in ("PALSU", "TENGGARONG", "1990", "005", SATU.nik):
        assert value not in answer.text.replace(answer.json()["meta"]["request_id"], "")
