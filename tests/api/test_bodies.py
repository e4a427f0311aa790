"""Bodies that are not right: refused with the field that is wrong, and never with its value."""

import json

import pytest

from tests.fixtures.gateway_people import SATU, nik_of

NIK = nik_of(SATU)
LOOKUP, VERIFY, SEARCH = "/v1/penduduk/lookup", "/v1/penduduk/verify", "/v1/ppks/search"
FULL_WIDTH = NIK.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

WRONG_FIELDS = {
    "15 digits": (LOOKUP, {"nik": NIK[:15]}, "nik"),
    "17 digits": (LOOKUP, {"nik": NIK + "1"}, "nik"),
    "letters": (LOOKUP, {"nik": NIK[:14] + "AB"}, "nik"),
    "full-width digits": (LOOKUP, {"nik": FULL_WIDTH}, "nik"),
    "a number": (LOOKUP, {"nik": int(NIK)}, "nik"),
    "a newline at the end": (LOOKUP, {"nik": NIK + "\n"}, "nik"),
    "null": (LOOKUP, {"nik": None}, "nik"),
    "a list": (LOOKUP, {"nik": [NIK]}, "nik"),
    "an object": (LOOKUP, {"nik": {NIK: NIK}}, "nik"),
    "no nik": (LOOKUP, {}, "nik"),
    "an unknown field": (LOOKUP, {"nik": NIK, "nama": "x"}, "body"),
    "a number as a field": (LOOKUP, {"nik": NIK, NIK: "x"}, "body"),
    "no object": (LOOKUP, [NIK], "body"),
    "a negative age": (LOOKUP, {"nik": NIK, "maks_umur": -1}, "maks_umur"),
    "an age in words": (LOOKUP, {"nik": NIK, "maks_umur": "60"}, "maks_umur"),
    "a huge age": (LOOKUP, {"nik": NIK, "maks_umur": 10**30}, "maks_umur"),
    "verify: an empty name": (VERIFY, {"nik": NIK, "nama_lengkap": ""}, "nama_lengkap"),
    "verify: a null name": (VERIFY, {"nik": NIK, "nama_lengkap": None}, "nama_lengkap"),
    "verify: a long name": (VERIFY, {"nik": NIK, "nama_lengkap": "A" * 201}, "nama_lengkap"),
    "verify: a date that is none": (
        VERIFY,
        {"nik": NIK, "tanggal_lahir": "1990-02-30"},
        "tanggal_lahir",
    ),
    "verify: no known sex": (VERIFY, {"nik": NIK, "jenis_kelamin": "X"}, "jenis_kelamin"),
    "verify: a number and quotes": (
        VERIFY,
        {"nik": NIK, "jenis_kelamin": f"x' \" {NIK}"},
        "jenis_kelamin",
    ),
    "verify: no family card number": (VERIFY, {"nik": NIK, "no_kk": "123"}, "no_kk"),
    "verify: no area": (VERIFY, {"nik": NIK, "kode_wilayah": "640206"}, "kode_wilayah"),
    "verify: nothing": (VERIFY, {"nik": NIK}, "body"),
    "verify: an empty address": (VERIFY, {"nik": NIK, "alamat": {}}, "alamat"),
    "verify: part of an address": (VERIFY, {"nik": NIK, "alamat": {"rt": ""}}, "alamat.rt"),
    "verify: unknown part": (VERIFY, {"nik": NIK, "alamat": {"kota": "x"}}, "alamat"),
    "search: 15 digits": (SEARCH, {"nik": NIK[:15]}, "nik"),
    "search: a null character": (SEARCH, {"nama_lengkap": "a\0"}, "nama_lengkap"),
    "search: no category": (SEARCH, {"kategori": "Penyandang\0"}, "kategori"),
    "search: no area": (SEARCH, {"kode_wilayah": "64.2"}, "kode_wilayah"),
    "search: an area and a newline": (SEARCH, {"kode_wilayah": "64.02\n"}, "kode_wilayah"),
    "search: no known status": (SEARCH, {"status": NIK}, "status"),
    "search: too few": (SEARCH, {"limit": 0}, "limit"),
    "search: too many": (SEARCH, {"limit": 1001}, "limit"),
    "search: a limit in words": (SEARCH, {"limit": "10"}, "limit"),
    "search: no zone": (SEARCH, {"diubah_sejak": "2026-01-01T00:00:00"}, "diubah_sejak"),
    "search: a number": (SEARCH, {"diubah_sejak": 1}, "diubah_sejak"),
    "search: before all time": (
        SEARCH,
        {"diubah_sejak": "0001-01-01T00:00:00+14:00"},
        "diubah_sejak",
    ),
    "search: after all time": (
        SEARCH,
        {"diubah_sejak": "9999-12-31T23:59:59-14:00"},
        "diubah_sejak",
    ),
    "search: no cursor": (SEARCH, {"cursor": "é"}, "cursor"),
}
SOUND = json.dumps({"nik": NIK}).encode()
WRONG_BODIES = {
    "nothing": (b"", "application/json", 400),
    "half of it": (SOUND[:-3], "application/json", 400),
    "something after it": (SOUND + b" x", "application/json", 400),
    "bad UTF-8": (b'{"nik":"\xff"}', "application/json", 400),
    "half a surrogate pair": (b'{"nik":"\\ud800"}', "application/json", 400),
    "UTF-16": (SOUND.decode().encode("utf-16"), "application/json", 400),
    "brackets without end": (b"[" * 100_000, "application/json", 400),
    "an object within an object": (b'{"a":' * 40_000, "application/json", 400),
    "plain text": (SOUND, "text/plain", 415),
    "a form": (b"nik=" + NIK.encode(), "application/x-www-form-urlencoded", 415),
    "no media type": (SOUND, "", 415),
    "too much": (b'{"nik":"' + b"1" * 300_000 + b'"}', "application/json", 413),
}


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


@pytest.mark.parametrize("what", WRONG_FIELDS)
async def test_a_field_that_is_wrong_is_named(gateway, what):
    path, body, field = WRONG_FIELDS[what]
    asker = await gateway.asking()
    answer = await asker.post(path, body)
    assert answer.status_code == 400, answer.text
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == field
    assert NIK[:15] not in answer.text
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["hasil"]) == (f"POST {path}", "ditolak")
    assert row["alasan"] == answer.json()["code"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kode_wilayah": "6402"}, "must be an area code like 64.02.06"),
        ({"kategori": "Anak Jalanan"}, "only lower-case letters, digits and : . _ -"),
    ],
)
async def test_what_would_be_right_is_said(gateway, body, words):
    asker = await gateway.asking()
    answer = await asker.post(SEARCH, body, accept_language="en")
    (wrong,) = answer.json()["errors"]
    assert wrong["message"] == words


async def test_a_body_that_is_no_json_of_ours_is_refused(gateway):
    asker = await gateway.asking()
    for what, (body, content_type, status) in WRONG_BODIES.items():
        answer = await asker.post(LOOKUP, body, content_type=content_type)
        assert answer.status_code == status, (what, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", what
        assert NIK not in answer.text, what
    assert {row["client_id"] for row in await gateway.audited()} == {"dinkes"}


async def test_a_charset_beside_the_media_type_does_no_harm(gateway):
    asker = await gateway.asking()
    answer = await asker.post(LOOKUP, SOUND, content_type="Application/JSON; charset=utf-8")
    assert answer.status_code == 200


async def test_rights_are_looked_at_before_the_body_is(gateway):
    grant = await gateway.grant()
    asker = await gateway.asker(grant, scope="ppks:read")
    assert (await asker.post(LOOKUP, b"no JSON")).status_code == 403
    assert (await gateway.http.post(LOOKUP, content=b"no JSON")).status_code == 401


SAYINGS = {
    "type": ({"nik": 1}, "harus `string`, bukan `integer`", "must be `string`, not `integer`"),
    "digits": ({"nik": "1"}, "harus 16 angka", "must have exactly 16 digits"),
    "missing": ({}, "wajib ada", "is required"),
    "unknown": ({"nik": NIK, "x": 1}, "tak mengenal `x`", "does not know `x`"),
    "unnamed": ({"nik": NIK, NIK: 1}, "ada isian tak dikenal", "holds unknown fields"),
    "bound": ({"nik": NIK, "maks_umur": -1}, "harus >= 0", "must be >= 0"),
}


@pytest.mark.parametrize("what", SAYINGS)
async def test_what_is_wrong_is_told_in_the_language_of_the_caller(gateway, what):
    body, *messages = SAYINGS[what]
    asker = await gateway.asking()
    for language, message in zip(("id", "en"), messages, strict=True):
        answer = await asker.post(LOOKUP, body, accept_language=language)
        assert [error["message"] for error in answer.json()["errors"]] == [message]
