"""Whatever goes wrong at the registry: 503 with a code and, where it helps, when to try again."""

from datetime import timedelta

import pytest

from tests.fixtures.gateway_people import SATU, nik_of

FAULTS = {
    "an error status": ({"status": 500}, "upstream_unavailable"),
    "a busy status": ({"status": 503}, "upstream_unavailable"),
    "an error page": ({"status": 404, "body": "<html>"}, "upstream_unavailable"),
    "a login page": ({"html": True}, "upstream_unavailable"),
    "an empty body": ({"empty": True}, "upstream_unavailable"),
    "other JSON": ({"status": 200, "body": '{"ok":true}'}, "upstream_malformed"),
    "a page without objects": ({"status": 200, "body": '{"content":[1]}'}, "upstream_malformed"),
    "half an answer": ({"cut_body": True}, "upstream_unavailable"),
    "a broken connection": ({"refuse": True}, "upstream_unavailable"),
}
CODES = {
    "02": ("upstream_unknown_answer", None),
    "03": ("upstream_credentials_refused", None),
    "04": ("upstream_credentials_refused", None),
    "05": ("upstream_quota_spent", 14 * 3600),
    "06": ("upstream_outside_hours", 1800),
    "07": ("upstream_bad_request", None),
    "09": ("upstream_credentials_refused", None),
    "10": ("upstream_credentials_refused", None),
    "16": ("upstream_credentials_refused", None),
    "17": ("upstream_credentials_refused", None),
    "99": ("upstream_unknown_answer", None),
}
ASKING = {
    "lookup": lambda asker: asker.lookup(SATU.nik),
    "verify": lambda asker: asker.verify(SATU.nik, nama_lengkap="CONTOH PALSU SATU"),
}


def check(answer, code):
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert nik_of(SATU) not in answer.text


@pytest.mark.parametrize(
    ("what", "asking"),
    [
        *((what, "lookup") for what in FAULTS),
        ("a login page", "verify"),
        ("half an answer", "verify"),
    ],
)
async def test_a_fault_on_the_way_is_a_503(gateway, what, asking):
    faults, code = FAULTS[what]
    asker = await gateway.asking()
    gateway.break_registry(**faults)
    answer = await ASKING[asking](asker)
    check(answer, code)
    assert int(answer.headers["retry-after"]) >= 1
    (row,) = await gateway.audited()
    assert (row["hasil"], row["alasan"]) == ("gagal", code)
    assert row["subjek"] == gateway.parts.keyring.subject(nik_of(SATU))


@pytest.mark.parametrize(
    ("what", "asking"),
    [*((what, "lookup") for what in CODES), ("03", "verify"), ("05", "verify"), ("99", "verify")],
)
async def test_a_refusal_of_the_registry_is_a_503(gateway, what, asking):
    code, retry_after = CODES[what]
    asker = await gateway.asking()
    await gateway.control_registry(force_code=what)
    answer = await ASKING[asking](asker)
    check(answer, code)
    told = answer.headers.get("retry-after")
    assert told == (None if retry_after is None else str(retry_after))


@pytest.mark.parametrize("text", ["Login Gagal", "Kuota Akses Hari ini telah Habis", "Kata Lain"])
async def test_a_refusal_in_words_is_a_503_too(gateway, text):
    asker = await gateway.asking()
    await gateway.control_registry(style="texts", force_text=text)
    assert (await asker.lookup(SATU.nik)).status_code == 503


@pytest.mark.parametrize("code", ["00", "01", "08", "11", "12", "13", "14", "15"])
async def test_an_answer_about_the_person_is_never_a_failure(gateway, code):
    asker = await gateway.asking()
    await gateway.control_registry(force_code=code)
    known = {"08": 200, "11": 200, "12": 200, "14": 200, "13": 404, "15": 404}
    # A success without data is no answer at all.
    assert (await asker.lookup(SATU.nik)).status_code == known.get(code, 503)


async def test_a_registry_that_fails_on_and_on_is_left_alone_for_a_while(gateway):
    asker = await gateway.asking()
    gateway.break_registry(status=500)
    for _ in range(5):
        await asker.lookup(SATU.nik)
    gateway.break_registry()
    answer = await asker.lookup(SATU.nik)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    systems = (await asker.get("/v1/systems")).json()["items"]
    states = {system["nama"]: system.get("pemutus") for system in systems}
    assert states["dukcapil"] == {"lookup": "open"}
    gateway.clock.advance(timedelta(seconds=61))
    assert (await asker.lookup(SATU.nik)).status_code == 200


async def test_a_system_that_is_not_connected_is_a_503(gateway):
    asker = await gateway.asking()
    gateway.parts.systems.connected.clear()
    check(await asker.lookup(SATU.nik), "system_not_connected")
    check(await asker.verify(SATU.nik, nama_lengkap="CONTOH"), "system_not_connected")
    systems = (await asker.get("/v1/systems")).json()["items"]
    assert not any(system["terhubung"] for system in systems)


async def test_trouble_is_told_in_the_language_of_the_caller(gateway):
    asker = await gateway.asking()
    gateway.break_registry(status=500)
    body = {"nik": SATU.nik}
    titles = [
        (await asker.post("/v1/penduduk/lookup", body, accept_language=language)).json()["title"]
        for language in ("id", "en")
    ]
    assert titles == ["Layanan tidak tersedia", "Service unavailable"]
