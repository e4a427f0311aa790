"""Audit before disclosure: no audit, no answer; and the row stands before the first byte leaves."""

import pytest

from tests.fakes import FakeAudit
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import NIK_TAK_DIKENAL, SATU
from tests.fixtures.oauth import PUBLIC_URL

DISCLOSING = {
    "lookup": lambda asker: asker.lookup(SATU.nik),
    "verify": lambda asker: asker.verify(SATU.nik, nama_lengkap="CONTOH"),
    "list": lambda asker: asker.get("/v1/ppks"),
    "search": lambda asker: asker.search(nik=SATU.nik),
}
REFUSING = {
    "unknown": (lambda asker: asker.lookup(NIK_TAK_DIKENAL), 404, "tidak_ditemukan"),
    "bad body": (lambda asker: asker.lookup("1"), 400, "ditolak"),
    "not granted": (lambda asker: asker.verify(SATU.nik, pekerjaan="X"), 403, "ditolak"),
    "bad filter": (lambda asker: asker.get("/v1/ppks?x=1"), 400, "ditolak"),
    "no such path": (lambda asker: asker.get("/v1/tidak-ada"), 404, "tidak_ditemukan"),
    "a doubled slash": (lambda asker: asker.get(f"{PUBLIC_URL}//v1/ppks?x=1"), 400, "ditolak"),
    "no such method": (lambda asker: asker.post("/v1/ppks"), 405, "ditolak"),
    "no such record": (lambda asker: asker.get("/v1/ppks/x"), 404, "tidak_ditemukan"),
    "a number in the URL": (lambda asker: asker.get("/v1/ppks/9901010101900001"), 400, "ditolak"),
}


@pytest.fixture
async def audited_gateway(sqlite_url):
    """A gateway whose audit log writes down, with what leaves the gateway, in which order."""
    audit = FakeAudit()
    async with opened(environment(sqlite_url), audit=audit) as gateway:
        yield gateway, audit


async def ask(gateway, audit, asking, asker):
    """Ask once; the audit log notes the entries and the first bytes in the order they came."""
    app = gateway.app

    async def watched(scope, receive, send) -> None:
        async def noting(message) -> None:
            if message["type"] == "http.response.start":
                audit.happened.append(f"answer {message['status']}")
            await send(message)

        await app(scope, receive, noting)

    async with gateway.over(watched) as http:
        return await asking(asker.through(http))


@pytest.mark.parametrize("what", DISCLOSING)
async def test_the_row_stands_before_the_answer_starts(audited_gateway, what):
    gateway, audit = audited_gateway
    asker = await gateway.asking()
    audit.happened.clear()
    assert (await ask(gateway, audit, DISCLOSING[what], asker)).status_code == 200
    assert audit.happened == ["audit diberikan", "answer 200"]


@pytest.mark.parametrize("what", REFUSING)
async def test_the_row_of_a_refusal_stands_before_it_leaves_and_only_once(audited_gateway, what):
    gateway, audit = audited_gateway
    asking, status, hasil = REFUSING[what]
    asker = await gateway.asking()
    audit.happened.clear()
    assert (await ask(gateway, audit, asking, asker)).status_code == status
    assert audit.happened == [f"audit {hasil}", f"answer {status}"]


@pytest.mark.parametrize("what", DISCLOSING)
async def test_without_the_audit_log_nothing_is_disclosed(audited_gateway, what):
    gateway, audit = audited_gateway
    asker = await gateway.asking()
    audit.away = True
    answer = await DISCLOSING[what](asker)
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert "CONTOH" not in answer.text
    assert SATU.nik not in answer.text
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "request_id"}


@pytest.mark.parametrize("what", REFUSING)
async def test_without_the_audit_log_no_refusal_says_why(audited_gateway, what):
    gateway, audit = audited_gateway
    asker = await gateway.asking()
    audit.away = True
    answer = await REFUSING[what][0](asker)
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")


async def test_without_the_audit_log_nobody_learns_whether_a_token_is_good(audited_gateway):
    gateway, audit = audited_gateway
    audit.away = True
    answer = await gateway.http.get("/v1/me", headers={"authorization": "Bearer tebakan"})
    assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert "www-authenticate" not in answer.headers


async def test_what_holds_no_personal_data_needs_no_audit_log(audited_gateway):
    gateway, audit = audited_gateway
    asker = await gateway.asking()
    audit.away = True
    for path in ("/v1/me", "/v1/systems", "/health/live", "/openapi.json"):
        assert (await asker.get(path)).status_code == 200


async def test_an_audit_table_that_cannot_be_written_holds_everything_back(gateway):
    asker = await gateway.asking()
    async with gateway.parts.database.writing() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER penuh BEFORE INSERT ON audit "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    for asking in DISCLOSING.values():
        answer = await asking(asker)
        assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "CONTOH" not in answer.text
