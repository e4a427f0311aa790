"""A refusal says what is wrong as the caller wrote it, and what would be right, in both languages."""

import gzip
from codecs import BOM_UTF8
from datetime import timedelta

import pytest

from gateway.domain.grant import JenisGrant, Scope
from gateway.domain.proof import DpopInvalid, ProofFault
from tests.api.auditors import auditor
from tests.fixtures.exports import Exporter
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import SATU, nik_of
from tests.fixtures.lookup_jobs import hand_in, ndjson
from tests.fixtures.pushes import lines, outcomes, push, sent, writer

NIK = nik_of(SATU)
LOOKUP, SEARCH = "/v1/penduduk/lookup", "/v1/ppks/search"


@pytest.fixture
async def gateway(sqlite_url, tmp_path):
    places = {"GATEWAY_EXPORTS_DIR": str(tmp_path / "ekspor")}
    async with opened(environment(sqlite_url, **places)) as made:
        yield made


def wrong(answer):
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    return error["field"], error["message"]


async def counting(gateway):
    scopes = frozenset((Scope.STATISTIK_READ,))
    return await gateway.asking(jenis=JenisGrant.STATISTIK, scopes=scopes)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_what_would_be_right_is_told_in_each_language(gateway, language):
    speaking = {"accept-language": language}
    exporter = await Exporter.of(gateway)
    for query, right in (("_type=Patient", "ppks"), ("format=csv", "ndjson")):
        answer = await exporter.asker.post(f"/v1/exports?{query}", b"", **speaking)
        assert right in wrong(answer)[1]
    answer = await (await counting(gateway)).get("/v1/statistik/ppks?menurut=x", **speaking)
    assert "kecamatan" in wrong(answer)[1]
    answer = await push(await writer(gateway), b"{}\n" * 10_001, **speaking)
    assert wrong(answer) == ("body", {"id": "paling banyak 10000", "en": "at most 10000"}[language])


@pytest.mark.parametrize("fault", ProofFault)
def test_a_proof_is_told_of_whole_in_each_language(fault):
    indonesian, english = DpopInvalid(fault).detail.split(" / ")
    for half in (indonesian, english):
        assert half.startswith("DPoP: ")
    assert indonesian.count(": ") == english.count(": ") or fault is ProofFault.PRIVATE_KEY
    assert ("dpop+jwt" in indonesian) == ("dpop+jwt" in english)
    assert ("Ed25519" in indonesian) == ("Ed25519" in english)


MISSING = {
    "index": "/v1/audit/proofs/inclusion?size=1",
    "size": "/v1/audit/proofs/inclusion?index=0",
    "to": "/v1/audit/proofs/consistency?from=1",
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_missing_parameter_is_named(gateway, name):
    asker = await auditor(gateway)
    assert wrong(await asker.get(MISSING[name])) == (name, "wajib ada")


async def test_a_missing_header_is_named(gateway):
    asker = await gateway.asking()
    body = ndjson([NIK])
    answer = await asker.post("/v1/penduduk/jobs", body, content_type="application/x-ndjson")
    assert wrong(answer) == ("Idempotency-Key", "wajib ada")


async def test_parameters_have_the_names_that_callers_write(gateway):
    asker = await auditor(gateway)
    assert wrong(await asker.get("/v1/audit/proofs/consistency?from=-1&to=2"))[0] == "from"
    answer = await hand_in(await gateway.asking(), ndjson([NIK]), key="short")
    assert wrong(answer)[0] == "Idempotency-Key"
    exporter = await Exporter.of(gateway)
    answer = await exporter.asker.get("/v1/ppks/changes", last_event_id="x" * 401)
    assert wrong(answer)[0] == "Last-Event-ID"


async def test_an_export_by_get_says_which_header_it_wants(gateway):
    exporter = await Exporter.of(gateway)
    answer = await exporter.asker.get("/v1/$export")
    assert answer.json()["code"] == "respond_async_needed"
    assert wrong(answer) == ("Prefer", "respond-async")


SAYINGS = {
    "a number for a text": ({"nik": 1}, "harus `string | null`, bukan `integer`"),
    "a text for a truth": ({"atribut": []}, "banyaknya >= 1"),
    "a day": ({"diubah_sejak": "2026-11-21"}, "2026-11-21T00:00:00Z"),
    "a date": ({"tanggal_lahir": "21-11-2026"}, "harus tanggal seperti 2026-11-21"),
    "a huge number": (b'{"limit": 1e400}', "terlalu besar"),
    "a null character": ({"nama_lengkap": "a\0"}, "tanpa U+0000"),
}


@pytest.mark.parametrize("what", SAYINGS)
async def test_words_are_those_of_json_and_show_the_form(gateway, what):
    body, words = SAYINGS[what]
    assert words in wrong(await (await gateway.asking()).post(SEARCH, body))[1]


async def test_a_blank_in_a_url_is_explained(gateway):
    answer = await (await gateway.asking()).get("/v1/ppks?diubah_sejak=2026-11-21T00:00:00+08:00")
    assert "%2B" in wrong(answer)[1]


async def test_an_empty_body_is_a_missing_one(gateway):
    asker = await gateway.asking()
    assert wrong(await asker.post(LOOKUP, b"")) == ("body", "wajib ada")


@pytest.mark.parametrize("path", [LOOKUP, SEARCH])
@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_a_coding_that_is_not_read_is_refused(gateway, path, coding):
    asker = await gateway.asking()
    body = gzip.compress(b'{"nik":"%s"}' % NIK.encode(), mtime=0)
    answer = await asker.post(path, body, content_encoding=coding)
    assert (answer.status_code, "Content-Encoding" in answer.json()["detail"]) == (415, True)


async def test_a_mark_with_which_editors_begin_a_file_is_passed_over(gateway):
    asker = await writer(gateway)
    assert await outcomes(asker, BOM_UTF8 + lines(sent(1), sent(2))) == ["baru", "baru"]


async def test_an_id_in_capital_letters_is_the_same_id(gateway):
    asker = await gateway.asking()
    (first, *_) = (await asker.get("/v1/ppks?limit=1")).json()["items"]
    answer = await asker.get(f"/v1/ppks/{first['id'].upper()}")
    assert answer.json()["data"]["id"] == first["id"]


async def test_a_change_that_is_yet_to_come_is_refused(gateway):
    asker = await writer(gateway)
    now = gateway.clock()
    soon, later = now + timedelta(minutes=9), now + timedelta(minutes=11)
    told = (
        await push(asker, *[sent(n, diubah_pada=at) for n, at in ((1, soon), (2, later))])
    ).json()
    assert [one["hasil"] for one in told["data"]["hasil"]] == ["baru", "ditolak"]
    (error,) = told["data"]["hasil"][1]["errors"]
    assert (error["field"], "zona waktu" in error["message"]) == ("diubah_pada", True)


async def test_a_path_that_is_none_is_told_from_a_record_that_is_missing(gateway):
    asker = await gateway.asking()
    nowhere = await asker.get("/V1/ppks")
    missing = await asker.get("/v1/ppks/018f0000-0000-7000-8000-000000000001")
    assert [one.json()["detail"] for one in (nowhere, missing)] == [
        "jalur ini tidak ada",
        "tidak ditemukan",
    ]


async def test_the_scheme_that_a_token_needs_is_named(gateway):
    asker = await gateway.asking()
    told = {"authorization": f"Bearer {asker.token}"}
    answer = await gateway.http.get("/v1/me", headers=told)
    assert answer.json()["detail"] == "token ini memakai skema DPoP"
