"""What every answer has in common: ids, languages, headers, problems for what is not there."""

import pytest

from tests.fixtures.gateway_people import SATU


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


class TestRequestId:
    """An id for each request, the caller's own where it is harmless."""

    @pytest.mark.parametrize("told", ["abc", "A-b_c.1", "x" * 64, "123456789012345", "01234567-8901-7234-8567-890123456789"])  # fmt: skip
    async def test_a_harmless_id_comes_back(self, gateway, told):
        answer = await gateway.http.get("/v1/ppks", headers={"x-request-id": told})
        assert answer.headers["x-request-id"] == told
        assert answer.json()["request_id"] == told
        assert (await gateway.audited())[0]["request_id"] == told

    @pytest.mark.parametrize(
        "told",
        [
            "",
            "x" * 65,
            "a b",
            "é",
            "a\tb",
            "9901010101900001",
            "x-99010101019000012-y",
            "9901-0101-0190-0001",
            "99.01.01.010190.0001",
        ],
    )
    async def test_any_other_id_is_replaced(self, gateway, told):
        headers = {"x-request-id": told.encode()}
        answer = await gateway.http.get("/v1/ppks", headers=headers)
        made = answer.headers["x-request-id"]
        assert made != told
        assert answer.json()["request_id"] == made

    async def test_requests_without_an_id_get_one_each(self, gateway):
        answers = [await gateway.http.get("/health/live") for _ in range(3)]
        assert len({answer.headers["x-request-id"] for answer in answers}) == 3

    async def test_good_answers_hold_it_too(self, gateway):
        asker = await gateway.asking()
        answer = await asker.get("/v1/me", x_request_id="uji-1")
        assert answer.json()["meta"]["request_id"] == answer.headers["x-request-id"] == "uji-1"


@pytest.mark.parametrize(
    ("accept", "english"),
    [
        (None, False),
        ("id", False),
        ("en", True),
        ("EN-gb", True),
        ("en-US,en;q=0.9", True),
        ("en;q=0.3, id;q=0.2", True),
        ("en;q=0.2, id;q=0.3", False),
        ("en, id", False),
        ("fr, en;q=0.5, *;q=0.1", True),
        ("fr, en;q=0.1, *;q=0.5", False),
        ("*", False),
        ("en;q=0", False),
        ("en;q=besar", False),
        ("en;q=nan", False),
        ("en;q=9999, id", True),
        (";;;,,,q=", False),
        ("en" * 500, False),
    ],
)
async def test_problems_are_in_indonesian_unless_english_is_preferred(gateway, accept, english):
    headers = {} if accept is None else {"accept-language": accept}
    body = (await gateway.http.get("/v1/me", headers=headers)).json()
    told = (
        ("Not authenticated", "a token is needed")
        if english
        else ("Belum terautentikasi", "perlu token")
    )
    assert (body["title"], body["detail"]) == told
    assert body["code"] == "not_authenticated"


async def test_every_answer_carries_the_security_headers_and_is_never_stored(gateway):
    asker = await gateway.asking()
    answers = [
        await asker.get("/v1/me"),
        await asker.lookup(SATU.nik),
        await asker.lookup("1"),
        await asker.get("/tidak-ada"),
        await gateway.http.get("/health/live"),
        await gateway.http.get("/v1/me"),
        await gateway.http.delete("/v1/me"),
        await gateway.http.get("/metrics"),
        await gateway.http.options("/v1/me"),
        await asker.get("/v1/ppks/9901010101900001"),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get_list("x-request-id", split_commas=False)[1:] == []


@pytest.mark.parametrize(
    "path",
    [
        "/tidak-ada",
        "/v1/tidak-ada",
        "/v1",
        "/V1/me",
        "/v1/ppks/a/b",
        "/schema",
        "/schema/openapi.json",
    ],
)
async def test_a_path_that_does_not_exist_is_a_problem(gateway, path):
    answer = await gateway.http.get(path)
    assert answer.status_code == 404
    body = answer.json()
    assert (body["code"], body["type"], body["title"]) == (
        "not_found",
        "urn:ppks-gateway:problem:not_found",
        "Tidak ditemukan",
    )


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/ppks", {"GET"}),
        ("/v1/penduduk/lookup", {"POST"}),
        ("/v1/ppks/search", {"POST"}),
        ("/hooks/simasos", {"GET", "POST"}),
        ("/health/live", {"GET"}),
        ("/oauth2/token", {"POST"}),
    ],
)
async def test_each_path_tells_its_methods(gateway, path, allowed):
    options = await gateway.http.options(path)
    assert (options.status_code, options.content) == (204, b"")
    assert set(options.headers["allow"].split(", ")) == allowed | {"OPTIONS"}
    for method in {"GET", "HEAD", "PUT", "PATCH", "DELETE", "POST", "TRACE", "APA-SAJA"} - allowed:
        answer = await gateway.http.request(method, path)
        assert answer.status_code == 405, method
        assert set(answer.headers["allow"].split(", ")) == allowed | {"OPTIONS"}
        if method != "HEAD":
            assert answer.json()["code"] == "method_not_allowed"
    assert {row["alasan"] for row in await gateway.audited()} <= {"method_not_allowed"}


async def test_the_openapi_document_is_served_as_it_is_written(gateway):
    from gateway.app import described

    answer = await gateway.http.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == described()


async def test_systems_tell_their_state_and_no_secret(gateway):
    asker = await gateway.asking()
    before = (await asker.get("/v1/systems")).json()["items"]
    await asker.lookup(SATU.nik)
    answer = await asker.get("/v1/systems")
    left = {system["nama"]: system.get("kuota_sisa") for system in before}
    systems = {system["nama"]: system for system in answer.json()["items"]}
    assert set(systems) == {"dukcapil", "siks-ng", "sijosku", "simasos"}
    assert systems["dukcapil"]["terhubung"] is True
    assert systems["dukcapil"]["pemutus"]["lookup"] == "closed"
    assert systems["dukcapil"]["kuota_sisa"] == left["dukcapil"] - 1
    assert systems["siks-ng"] == {
        "nama": "siks-ng",
        "judul": systems["siks-ng"]["judul"],
        "kemampuan": systems["siks-ng"]["kemampuan"],
        "terhubung": False,
    }
    assert "bukan-rahasia" not in answer.text
    assert "http://" not in answer.text
