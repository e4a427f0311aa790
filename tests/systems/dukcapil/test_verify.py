"""Comparing told elements with the registry, against the simulator and fixed answers."""

import msgspec
import pytest

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import HasilPadan
from tests.systems.dukcapil.support import (
    NIK,
    NIK_DECEASED,
    NIK_DUPLICATE,
    SATU,
    Fixed,
    Sim,
    config,
    connected,
    page,
)

SESUAI, TIDAK, TANPA = HasilPadan.SESUAI, HasilPadan.TIDAK_SESUAI, HasilPadan.TIDAK_DIPERIKSA


def results(answer):
    return {name: verdict.hasil for name, verdict in answer.elemen.items()}


@pytest.mark.parametrize("request_date_format", ["dd-mm-yyyy", "yyyy-mm-dd"])
async def test_everything_that_is_true_matches_and_what_cannot_be_compared_says_so(
    request_date_format,
):
    async with Sim(config(request_date_format=request_date_format)).connected() as system:
        answer = await system.resident_verification.verify(SATU)
    not_comparable = {
        "agama",
        "pendidikan",
        "nama_ayah",
        "status_hubungan_keluarga",
        "status_penduduk",
    }
    assert answer.outcome is Outcome.FOUND
    assert {name for name, result in results(answer).items() if result is TANPA} == not_comparable
    assert {result for name, result in results(answer).items() if name not in not_comparable} == {
        SESUAI
    }


async def test_d13_a_score_decides_by_the_threshold():
    told = msgspec.structs.replace(SATU, nama_lengkap="CONTOH PALSU SATE", tempat_lahir="XYZ")
    async with Sim(config(threshold=90)).connected() as system:
        answer = await system.resident_verification.verify(told)
    name, place = answer.elemen["nama_lengkap"], answer.elemen["tempat_lahir"]
    assert (name.hasil, name.skor, name.ambang) == (SESUAI, 94, 90)
    assert (place.hasil, place.skor) == (TIDAK, 0)


async def test_d14_what_is_false_does_not_match():
    told = Penduduk(nik=NIK, kab_kota="SAMARINDA", kode_wilayah="64.72.99.1001")
    async with Sim().connected() as system:
        answer = await system.resident_verification.verify(told)
    assert results(answer) == {"nik": SESUAI, "kab_kota": TIDAK, "kode_wilayah": TIDAK}


async def test_d15_an_element_that_was_not_sent_is_not_judged():
    sim = Sim()
    await sim.control(echo=["NO_RT", "PROP_NAME"])
    async with sim.connected() as system:
        answer = await system.resident_verification.verify(
            Penduduk(nik=NIK, nama_lengkap="CONTOH PALSU SATU")
        )
    assert answer.outcome is Outcome.FOUND
    assert results(answer) == {
        "nik": SESUAI,
        "nama_lengkap": SESUAI,
        "alamat.rt": TANPA,
        "provinsi": TANPA,
    }


async def test_elements_outside_the_agreement_are_not_sent_and_not_judged():
    async with Sim(config(verify_elements=("NAMA_LGKP",))).connected() as system:
        answer = await system.resident_verification.verify(
            Penduduk(nik=NIK, nama_lengkap="CONTOH PALSU SATU", provinsi="KALIMANTAN TIMUR")
        )
    assert results(answer) == {"nik": SESUAI, "nama_lengkap": SESUAI, "provinsi": TANPA}


@pytest.mark.parametrize(
    ("policy", "verdicts"), [("accept", {"nik": SESUAI}), ("reject", {})], ids=["accept", "reject"]
)
async def test_d18_verdicts_of_a_duplicate_by_policy(policy, verdicts):
    async with Sim(config(duplicate_policy=policy)).connected() as system:
        answer = await system.resident_verification.verify(Penduduk(nik=NIK_DUPLICATE))
    assert (answer.outcome, results(answer)) == (Outcome.FOUND_DUPLICATE, verdicts)


async def test_d17_verdicts_about_a_deceased_person_mean_nothing():
    sim = Sim()
    await sim.control(merge_fields=True)
    async with sim.connected() as system:
        answer = await system.resident_verification.verify(Penduduk(nik=NIK_DECEASED))
    assert (answer.outcome, answer.elemen) == (Outcome.DECEASED, {})


@pytest.mark.parametrize("row", [{}, {"NIK": 1}, {"NIK": "Cocok"}, {"NO_RT": "Sesuai"}])
async def test_a_success_without_any_verdict_is_no_success(row):
    async with connected(Fixed(page(row))) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_verification.verify(Penduduk(nik=NIK))
    assert caught.value.outcome is Outcome.UNKNOWN_UPSTREAM


@pytest.mark.parametrize("kode", ["64.02.060", "6402060", "6402060001", "64.02.6"])
async def test_d37_an_area_code_that_is_not_kemendagris_is_refused_before_the_call(kode):
    app = Fixed(page())
    async with connected(app) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_verification.verify(Penduduk(nik=NIK, kode_wilayah=kode))
    assert (caught.value.outcome, app.asked) == (Outcome.BAD_REQUEST, [])
    assert not caught.value.sent
