"""Whose disclosure is stopped is to every client somebody unknown, on every way and everywhere."""

import asyncio
import time
from datetime import timedelta

import pytest

from gateway.application.subjects.report_subject import Orang
from gateway.domain.grant import DasarWalauDibatasi, JenisGrant, Scope
from gateway.domain.permintaan_subjek import MENAHAN, JenisPermintaan
from tests.api.ppks_pages import sources
from tests.fixtures.gateway_app import OPD, build, environment, opened
from tests.fixtures.gateway_people import NIK_TAK_DIKENAL, SATU, nik_of
from tests.fixtures.lookup_jobs import Worker, handed_in, job, results
from tests.fixtures.subjects import ended, held_back, officer, told

NIK = nik_of(SATU)
THEY = Orang(nik=NIK)
STILL_THERE = {"tanpa-nik", "kabupaten", "kecamatan-lain", "tanpa-kategori"}


@pytest.fixture
async def gateway(database_url):
    async with opened(environment(database_url)) as made:
        yield made


@pytest.fixture
async def asker(gateway):
    return await gateway.asking(boleh_cache=True, maks_umur=3600)


def without_id(answer):
    body = answer.json()
    body.pop("request_id")
    return answer.status_code, body


async def on_every_way(asker, nik, ppks_id):
    """What a client is answered about a person, as bytes would show it."""
    answers = [
        await asker.lookup(nik),
        await asker.lookup(nik, maks_umur=0),
        await asker.verify(nik, nama_lengkap="CONTOH PALSU SATU"),
        await asker.get(f"/v1/ppks/{ppks_id}"),
    ]
    found = (await asker.search(nik=nik)).json()
    return [without_id(answer) for answer in answers], found


async def test_nobody_can_tell_the_person_from_somebody_unknown(gateway, asker):
    items = (await asker.get("/v1/ppks")).json()["items"]
    theirs = next(item["id"] for item in items if item.get("nik") == NIK)
    nowhere = "018f0000-0000-7000-8000-000000000001"
    assert (await asker.lookup(NIK)).status_code == 200
    await held_back(gateway, THEY)
    answered = await on_every_way(asker, NIK, theirs)
    assert answered == await on_every_way(asker, NIK_TAK_DIKENAL, nowhere)
    assert {status for status, _ in answered[0]} == {404}
    assert sources(await asker.get("/v1/ppks")) == STILL_THERE
    assert sources(await asker.search(nama_lengkap="CONTOH PALSU SATU")) == set()
    assert NIK not in (await asker.get("/v1/ppks?limit=1000")).text


async def test_a_kept_answer_is_held_back_and_the_registry_is_not_asked(gateway, asker):
    await asker.lookup(NIK)
    await held_back(gateway, THEY)
    gateway.break_registry(status=500)
    assert (await asker.lookup(NIK)).status_code == 404
    assert (await asker.lookup(NIK, maks_umur=0)).status_code == 404
    assert (await asker.verify(NIK, nama_lengkap="X")).status_code == 404


async def test_it_is_noted_for_the_person_and_for_nobody_else(gateway, asker):
    await held_back(gateway, THEY)
    assert (await asker.lookup(NIK)).json()["code"] == "not_found"
    (row,) = await gateway.audited()
    assert (row["hasil"], row["alasan"]) == ("ditolak", "dibatasi_subjek")
    report = await told(await officer(gateway), NIK)
    (group,) = report["kelompok"]
    assert group["alasan"]["nama"] == "Ditahan karena permintaan Anda"
    (request,) = report["permintaan"]
    assert (request["jenis"]["kode"], request["menahan"]) == ("PEMBATASAN", True)


async def test_what_was_stopped_goes_on_when_it_is_ended(gateway, asker):
    before = (await asker.get("/v1/ppks")).json()["items"]
    request = await held_back(gateway, THEY)
    gateway.clock.advance(timedelta(seconds=10))
    since = gateway.clock().isoformat().replace("+00:00", "Z")
    await ended(gateway, request)
    assert (await asker.lookup(NIK)).status_code == 200
    assert (await asker.verify(NIK, nama_lengkap="CONTOH PALSU SATU")).status_code == 200
    assert len((await asker.get("/v1/ppks")).json()["items"]) == len(before)
    # Whoever copies by the last change has the record again.
    assert sources(await asker.get(f"/v1/ppks?diubah_sejak={since}")) == {"satu"}


async def test_two_requests_hold_until_both_are_ended(gateway, asker):
    one = await held_back(gateway, THEY)
    other = await held_back(gateway, THEY, JenisPermintaan.PENGHAPUSAN)
    await ended(gateway, one)
    assert (await asker.lookup(NIK)).status_code == 404
    await ended(gateway, other)
    assert (await asker.lookup(NIK)).status_code == 200


@pytest.mark.parametrize("jenis", JenisPermintaan)
async def test_only_some_kinds_of_requests_stop_disclosure(gateway, jenis):
    asker = await gateway.asking()
    request = await held_back(gateway, THEY, jenis)
    status = (await asker.lookup(NIK)).status_code
    await ended(gateway, request)
    assert status == (404 if jenis in MENAHAN else 200)


async def test_a_record_without_a_nik_is_held_back_alone(gateway, asker):
    items = (await asker.get("/v1/ppks")).json()["items"]
    theirs = next(i["id"] for i in items if i["sumber"]["id_sumber"] == "tanpa-nik")
    await held_back(gateway, Orang(nik=None, ppks_id=(theirs,)))
    assert sources(await asker.get("/v1/ppks")) == {"satu", *STILL_THERE} - {"tanpa-nik"}
    assert (await asker.get(f"/v1/ppks/{theirs}")).status_code == 404


async def test_rows_of_jobs_are_held_back_asked_for_before_or_after(gateway, asker):
    worker = Worker(gateway)
    before = await handed_in(asker, [NIK])
    await worker.until_idle()
    request = await held_back(gateway, THEY)
    after = await handed_in(asker, [NIK])
    gateway.break_registry(status=500)
    await worker.until_idle()
    lines = [line for job_id in (before, after) for line in await results(asker, job_id)]
    assert lines == [{"urut": 1, "baris": 1, "hasil": "tidak_ditemukan"}] * 2
    assert (await job(asker, after))["gagal"] == 0
    await ended(gateway, request)
    # What was asked for before was granted then; what was not asked for stays so.
    again = [(await results(asker, job_id))[0]["hasil"] for job_id in (before, after)]
    assert again == ["ditemukan", "tidak_ditemukan"]


@pytest.mark.parametrize("dasar", DasarWalauDibatasi)
async def test_a_grant_that_says_why_is_served_and_the_person_is_told(gateway, dasar):
    asker = await gateway.asking(walau_dibatasi=dasar)
    await held_back(gateway, THEY)
    assert (await asker.lookup(NIK)).status_code == 200
    assert sources(await asker.get("/v1/ppks")) == {"satu", *STILL_THERE}
    report = await told(await officer(gateway), NIK)
    remarks = {remark for group in report["kelompok"] for remark in group["catatan"]}
    (remark,) = remarks
    assert "walaupun pengungkapan sedang dihentikan" in remark


async def test_a_type_that_cannot_be_served_despite_it_is_not(gateway):
    asker = await gateway.asking(
        jenis=JenisGrant.SAMARAN,
        scopes=frozenset((Scope.PPKS_READ,)),
        atribut=frozenset(("jenis_kelamin",)),
        walau_dibatasi=DasarWalauDibatasi.KESELAMATAN,
    )
    await held_back(gateway, THEY)
    assert len((await asker.get("/v1/ppks")).json()["items"]) == len(STILL_THERE)


async def test_a_count_is_the_same_before_and_after(gateway):
    asker = await gateway.asking(
        jenis=JenisGrant.STATISTIK,
        scopes=frozenset((Scope.STATISTIK_READ,)),
        atribut=frozenset(("kategori", "kode_wilayah")),
        sel_kecil=True,
    )
    before = await asker.get("/v1/statistik/ppks")
    assert before.status_code == 200, before.text
    await held_back(gateway, THEY)
    after = await asker.get("/v1/statistik/ppks")
    assert (after.json()["data"] if "data" in after.json() else after.json()["items"]) == (
        before.json()["data"] if "data" in before.json() else before.json()["items"]
    )


@pytest.fixture
async def other(gateway, database_url):
    """Another instance over the same store."""
    instance = build(environment(database_url))
    await instance.parts.connect_systems()
    yield instance
    await instance.close()


async def test_it_bites_at_every_instance_within_a_second(gateway, other):
    asker = await gateway.asking(OPD, boleh_cache=True, maks_umur=3600)
    ways = [asker, asker.through(other.http)]
    for way in ways:
        for _ in range(2):
            assert (await way.lookup(NIK)).status_code == 200
    await held_back(other, THEY)
    changed = time.monotonic()
    for way in ways:
        while (answer := await way.lookup(NIK)).status_code == 200:
            assert time.monotonic() - changed < 1, "still shown after a second"
            await asyncio.sleep(0.02)
        assert answer.status_code == 404
        assert sources(await way.get("/v1/ppks")) == STILL_THERE
