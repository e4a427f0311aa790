"""No NIK, name or token in a log, a metric, a problem document or an audit row, whatever is asked."""

import pytest

from tests.fixtures.gateway_people import (
    DI_LUAR,
    MENINGGAL,
    NIK_TAK_DIKENAL,
    PENDUDUK,
    SATU,
    nik_of,
)
from tests.fixtures.logs import written_log

NUMBERS = [nik_of(orang) for orang in PENDUDUK] + [NIK_TAK_DIKENAL, str(SATU.no_kk)]
NAME = "CONTOH PALSU SATU"
NIK = nik_of(SATU)


async def everything(gateway):
    """Requests of every kind, good and bad; the answers, and the token that was used."""
    asker = await gateway.asking()
    answers = [await asker.lookup(nik) for nik in NUMBERS]
    answers += [
        await asker.verify(NIK, nama_lengkap=NAME, tanggal_lahir="1990-08-17"),
        await asker.verify(NIK, pekerjaan=NAME),
        await asker.verify(NIK, jenis_kelamin=f"{NAME}' \" {NIK}"),
        await asker.verify(NIK, **{NIK: NAME}),
        await asker.search(nik=NIK),
        await asker.search(nama_lengkap=NAME),
        await asker.search(status=NIK),
        await asker.search(cursor=NIK),
        await asker.get(f"/v1/ppks?nik={NIK}"),
        await asker.get(f"/v1/ppks/{NIK}"),
        await asker.get(f"/v1/ppks/{NIK[:12]}"),
        await asker.get(f"/{NIK}/{NIK}"),
        await asker.get("/v1/ppks", x_request_id=NIK),
        await asker.get("/v1/ppks", accept_language=NIK),
        await asker.post("/v1/penduduk/lookup", NIK.encode()),
        await asker.post("/v1/penduduk/lookup", b"x", content_type=NIK),
        await gateway.http.request(NIK, "/v1/ppks"),
        await gateway.http.get("/v1/ppks", headers={"authorization": f"Bearer {NIK}"}),
        await gateway.http.post("/hooks/simasos", content=NIK.encode()),
    ]
    gateway.break_registry(html=True)
    answers.append(await asker.lookup(DI_LUAR.nik))
    gateway.break_registry()
    for code in ("03", "99"):
        await gateway.control_registry(force_code=code)
        answers.append(await asker.lookup(MENINGGAL.nik))
    return answers, asker.token


def personal(text):
    return [secret for secret in (*NUMBERS, NAME) if secret in text]


@pytest.fixture
def written():
    """All that is logged at the least level, by us and by the libraries, as it is configured."""
    with written_log() as read:
        yield read


async def test_nothing_personal_is_logged(gateway, written):
    _, token = await everything(gateway)
    text = written()
    assert '"route":"/v1/penduduk/lookup"' in text
    assert personal(text) == []
    assert token not in text


async def test_nothing_personal_is_counted(gateway):
    await everything(gateway)
    text = (await gateway.http.get("/metrics")).text
    assert 'route="/v1/ppks/{ppks_id}"' in text
    assert 'route="unmatched"' in text
    assert 'method="other"' in text
    assert 'gateway_upstream_calls_total{operation="lookup",result="2xx",system="dukcapil"}' in text
    assert personal(text) == []


async def test_nothing_personal_stands_in_a_problem_document(gateway):
    answers, token = await everything(gateway)
    problems = [answer for answer in answers if answer.status_code >= 400]
    assert {answer.status_code for answer in problems} == {400, 401, 403, 404, 405, 415, 503}
    for answer in problems:
        assert answer.headers["content-type"] == "application/problem+json"
        assert personal(answer.text + str(answer.headers.raw)) == []
        assert token not in answer.text


async def test_nothing_personal_stands_in_the_audit_log(gateway):
    _, token = await everything(gateway)
    rows = await gateway.audited()
    assert len(rows) >= len(NUMBERS)
    assert personal(str(rows)) == []
    assert token not in str(rows)


async def test_an_unexpected_error_tells_the_caller_nothing_and_the_operator_where(
    gateway, written
):
    async def broken(*_asked) -> None:
        raise RuntimeError("hal yang tak terduga")

    asker = await gateway.asking()
    gateway.parts.ppks.page = broken
    answer = await asker.get("/v1/ppks")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "terduga" not in answer.text
    (row,) = await gateway.audited()
    assert (row["hasil"], row["alasan"]) == ("gagal", "internal")
    assert "terduga" in written()
