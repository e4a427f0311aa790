"""A person's history: every way on which their data left, in words, and what cannot be known."""

import json
from datetime import timedelta

import pytest

from gateway.domain.grant import JenisGrant, Scope
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import DI_LUAR, NIK_TAK_DIKENAL, SATU, nik_of
from tests.fixtures.lookup_jobs import Worker, handed_in, results
from tests.fixtures.subjects import PATH, officer, told

NIK = nik_of(SATU)


@pytest.fixture
async def gateway(database_url):
    names = json.dumps({"P-BANSOS": "Penyaluran bantuan sosial"})
    async with opened(environment(database_url, GATEWAY_PURPOSES=names)) as made:
        yield made


def doings(report):
    return {(group["kegiatan"]["kode"], group["hasil"]["kode"]) for group in report["kelompok"]}


async def record_id(asker, id_sumber):
    items = (await asker.get("/v1/ppks")).json()["items"]
    return next(item["id"] for item in items if item["sumber"]["id_sumber"] == id_sumber)


async def test_every_way_on_which_data_left_is_told(gateway):
    asker = await gateway.asking()
    found = await record_id(asker, "satu")
    await asker.get(f"/v1/ppks/{found}")
    await asker.search(nik=NIK)
    await asker.search(kode_wilayah="64.02.06")
    await asker.lookup(NIK)
    await asker.verify(NIK, nama_lengkap="CONTOH ORANG LAIN")
    job = await handed_in(asker, [NIK])
    await Worker(gateway).until_idle()
    await results(asker, job)
    report = await told(await officer(gateway), NIK)
    assert doings(report) == {
        ("ppks.list", "diberikan"),
        ("ppks.one", "diberikan"),
        ("ppks.search", "diberikan"),
        ("penduduk.lookup", "diberikan"),
        ("penduduk.verify", "dicocokkan"),
        ("penduduk.tugas.hasil", "diberikan"),
    }
    # `search` by area is a list with the person on it, `search` by number is about the person.
    assert report["ringkasan"] == {"akses": 7, "diberikan": 7, "tidak_diberikan": 0, "instansi": 1}
    assert (report["lengkap"], report["tanpa_nama"]) == (True, [])


async def test_a_page_names_those_whose_records_were_on_it_and_nobody_else(gateway):
    asker = await gateway.asking(wilayah=frozenset(("64.02",)))
    await asker.get("/v1/ppks")
    answering = await officer(gateway)
    assert doings(await told(answering, NIK)) == {("ppks.list", "diberikan")}
    assert (await told(answering, nik_of(DI_LUAR)))["kelompok"] == []
    assert (await told(answering, NIK_TAK_DIKENAL))["kelompok"] == []


async def test_a_person_without_a_nik_has_the_history_of_the_records_that_are_theirs(gateway):
    asker = await gateway.asking()
    theirs = await record_id(asker, "tanpa-nik")
    await asker.get(f"/v1/ppks/{theirs}")
    answering = await officer(gateway)
    report = await told(answering, None, ppks_id=[theirs])
    assert doings(report) == {("ppks.list", "diberikan"), ("ppks.one", "diberikan")}
    both = await told(answering, NIK, ppks_id=[theirs])
    # The page that held both of them is one access; that they were reported is another.
    assert both["ringkasan"]["akses"] == 3


async def test_a_record_with_a_nik_is_nobody_s_to_claim(gateway):
    asker = await gateway.asking()
    strangers = await record_id(asker, "satu")
    answering = await officer(gateway)
    for ppks_id in (strangers, "018f0000-0000-7000-8000-000000000001"):
        answer = await answering.post(PATH, {"nik": NIK_TAK_DIKENAL, "ppks_id": [ppks_id]})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


async def test_names_stand_before_codes_and_what_is_alike_is_counted(gateway):
    asker = await gateway.asking()
    for _ in range(4):
        asker = await gateway.asker(asker.grant)
        await asker.lookup(NIK)
        gateway.clock.advance(timedelta(days=1))
    (group,) = (await told(await officer(gateway), NIK, zona="WITA"))["kelompok"]
    assert group["instansi"] == {"nama": "CONTOH OPD", "kode": "dinkes"}
    assert group["tujuan"] == {"nama": "Penyaluran bantuan sosial", "kode": "P-BANSOS"}
    assert (group["dasar_hukum"], group["nomor_pks"]) == ("UU 13/2011", "PKS/001/2026")
    assert group["sumber"] == [{"nama": "Dukcapil (data kependudukan)", "kode": "dukcapil"}]
    assert {"nama": "nama lengkap", "kode": "nama_lengkap"} in group["atribut"]
    assert group["kali"] == 4
    assert [day["kali"] for day in group["per_hari"]] == [1, 1, 1, 1]
    assert group["per_hari"][0]["tanggal"] == "2026-11-21"


async def test_refusals_and_failures_are_told_as_what_they_were(gateway):
    poor = await gateway.asking(cari_per_hari=0)
    await poor.lookup(NIK)
    elsewhere = await gateway.asking(wilayah=frozenset(("64.03",)))
    await elsewhere.lookup(NIK)
    narrow = await gateway.asking(atribut_cocok=frozenset())
    await narrow.verify(NIK, nama_lengkap="CONTOH PALSU SATU")
    gateway.break_registry(status=500)
    await (await gateway.asking()).lookup(NIK)
    report = await told(await officer(gateway), NIK)
    assert {(g["hasil"]["kode"], g["alasan"]["kode"]) for g in report["kelompok"]} == {
        ("ditolak", "grant_quota_spent"),
        ("tidak_ditemukan", "not_found"),
        ("ditolak", "attribute_not_granted"),
        ("gagal", "upstream_unavailable"),
    }
    assert report["ringkasan"]["diberikan"] == 0
    assert all(group["atribut"] == [] for group in report["kelompok"])


async def test_pseudonymised_reading_is_told_as_that(gateway):
    asker = await gateway.asking(
        jenis=JenisGrant.SAMARAN,
        scopes=frozenset((Scope.PPKS_READ,)),
        atribut=frozenset(("jenis_kelamin", "kategori")),
        cari_per_hari=0,
    )
    assert (await asker.get("/v1/ppks")).status_code == 200
    (group,) = (await told(await officer(gateway), NIK))["kelompok"]
    assert "disamarkan" in group["catatan"][0]


async def test_what_was_noted_without_names_is_not_passed_over_in_silence(gateway):
    asker = await gateway.asking()
    await asker.get("/v1/ppks")
    async with gateway.parts.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE audit SET daftar = NULL")
    report = await told(await officer(gateway), NIK)
    assert report["kelompok"] == []
    assert report["lengkap"] is False
    (unnamed,) = report["tanpa_nama"]
    assert (unnamed["instansi"]["kode"], unnamed["kali"], unnamed["rekaman"]) == ("dinkes", 1, 5)
    assert "tidak dapat dipastikan" in report["batas"][0]


async def test_a_period_bounds_what_is_told(gateway):
    asker = await gateway.asking()
    await asker.lookup(NIK)
    gateway.clock.advance(timedelta(hours=1))
    answering = await officer(gateway)
    later = gateway.clock().isoformat()
    assert len((await told(answering, NIK, sampai=later))["kelompok"]) == 1
    assert (await told(answering, NIK_TAK_DIKENAL, dari=later))["kelompok"] == []
    assert doings(await told(answering, NIK, dari=later)) == {("audit.subjek", "diberikan")}


async def test_the_report_is_itself_in_the_history_and_its_number_nowhere(gateway):
    answering = await officer(gateway)
    await told(answering, NIK)
    assert doings(await told(answering, NIK)) == {("audit.subjek", "diberikan")}
    rows = await gateway.audited()
    assert {row["subjek"] for row in rows} == {gateway.parts.keyring.subject(NIK)}
    assert NIK not in str(rows)


async def test_only_a_grant_for_it_opens_it(gateway):
    reader = await gateway.asking()
    answer = await reader.post(PATH, {"nik": NIK})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    badly_stored = await gateway.asking(scopes=frozenset((Scope.PPKS_READ, Scope.AUDIT_SUBJECT)))
    assert (await badly_stored.post(PATH, {"nik": NIK})).status_code == 403
    answering = await officer(gateway)
    assert (await answering.lookup(NIK)).status_code == 403
    assert (await answering.get("/v1/ppks")).status_code == 403


async def test_its_questions_are_counted(gateway):
    answering = await officer(gateway, cari_per_hari=1)
    assert (await answering.post(PATH, {"nik": NIK})).status_code == 200
    assert (await answering.post(PATH, {"nik": NIK})).json()["code"] == "grant_quota_spent"


@pytest.mark.parametrize(
    "body", [{}, {"ppks_id": []}, {"nik": "123"}, {"ppks_id": ["x"]}, {"nik": NIK, "lain": 1}]
)
async def test_a_question_about_nobody_is_refused_and_repeats_nothing(gateway, body):
    answer = await (await officer(gateway)).post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert NIK not in answer.text
