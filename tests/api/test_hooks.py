"""Complaint channels deliver to a webhook: proved, stored once, and only then acknowledged."""

import pytest
import sqlalchemy as sa

from adapters.simasos.deliveries import messages_body
from adapters.simasos.signature import HEADER, sign
from gateway.infra.db.tables import PENGADUAN
from gateway.sandbox.world import complaints
from tests.fakes import FakeAudit
from tests.fixtures.gateway_app import environment, opened

SECRET = "sandbox-simasos-app-secret"
TOKEN = "sandbox-simasos-verify"
HOOK = "/hooks/simasos"


def body_of(gateway, count=3):
    return messages_body(complaints()[:count], gateway.parts.systems.configs["simasos"])


async def deliver(gateway, body, signature=None, path=HOOK):
    headers = {HEADER: sign(body, SECRET) if signature is None else signature}
    return await gateway.http.post(path, content=body, headers=headers)


async def stored(gateway):
    async with gateway.parts.database.reading() as connection:
        return list(await connection.scalars(sa.select(PENGADUAN.c.versi)))


async def test_the_handshake_echoes_the_challenge(gateway):
    query = f"hub.mode=subscribe&hub.verify_token={TOKEN}&hub.challenge=1158201444"
    answer = await gateway.http.get(f"{HOOK}?{query}")
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 403),
        ("hub.mode=subscribe&hub.verify_token=salah&hub.challenge=1", 403),
        (f"hub.mode=lain&hub.verify_token={TOKEN}&hub.challenge=1", 403),
        (f"hub.mode=subscribe&hub.verify_token={TOKEN}", 403),
        (f"hub.mode=subscribe&hub.verify_token={TOKEN}&hub.challenge=%3Cb%3E%0A", 403),
        (f"hub.mode=subscribe&hub.verify_token={TOKEN}&hub.challenge=1&x=1", 400),
        (f"hub.mode=subscribe&hub.verify_token={TOKEN}&hub.verify_token=a&hub.challenge=1", 400),
    ],
)
async def test_a_handshake_that_proves_nothing_is_refused(gateway, query, status):
    answer = await gateway.http.get(f"{HOOK}?{query}")
    assert answer.status_code == status
    assert TOKEN not in answer.text


async def test_a_signed_delivery_is_stored_once_however_often_it_comes(gateway):
    body = body_of(gateway)
    for _ in range(3):
        answer = await deliver(gateway, body)
        assert (answer.status_code, answer.json()) == (200, {"pengaduan": 3, "status": 0})
    assert await stored(gateway) == [1, 1, 1]
    later = await deliver(gateway, body_of(gateway, 5))
    assert later.status_code == 200
    assert await stored(gateway) == [1] * 5


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=" + "0" * 64, "md5=x", "é"])
async def test_a_delivery_that_is_not_signed_by_the_channel_stores_nothing(gateway, signature):
    body = body_of(gateway)
    answer = await deliver(gateway, body, signature.encode())
    assert (answer.status_code, answer.json()["code"]) == (403, "not_proved")
    assert await stored(gateway) == []
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["alasan"]) == ("POST /hooks/{system}", "not_proved")


async def test_a_body_that_was_changed_on_the_way_stores_nothing(gateway):
    body = body_of(gateway)
    answer = await deliver(gateway, body + b" ", sign(body, SECRET))
    assert answer.status_code == 403
    assert await stored(gateway) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"object":"lain","entry":[]}'])
async def test_a_signed_body_that_is_no_delivery_is_refused_in_the_same_words(gateway, body):
    answer = await deliver(gateway, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_proved")


@pytest.mark.parametrize(
    "path", ["/hooks/lain", "/hooks/dukcapil", "/hooks/siks-ng", "/hooks/x%00"]
)
async def test_an_unknown_channel_is_not_found(gateway, path):
    assert (await deliver(gateway, body_of(gateway), path=path)).status_code == 404
    assert (await gateway.http.get(path)).status_code == 404


async def test_a_delivery_that_is_too_large_is_refused(gateway):
    answer = await deliver(gateway, b"x" * 300_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_delivery_that_cannot_be_stored_is_not_acknowledged(gateway):
    body = body_of(gateway)
    async with gateway.parts.database.writing() as connection:
        await connection.execute(sa.text("ALTER TABLE pengaduan RENAME TO hilang"))
    answer = await deliver(gateway, body)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    async with gateway.parts.database.writing() as connection:
        await connection.execute(sa.text("ALTER TABLE hilang RENAME TO pengaduan"))
    assert (await deliver(gateway, body)).status_code == 200
    assert await stored(gateway) == [1, 1, 1]


async def test_a_delivery_needs_no_audit_log_since_it_discloses_nothing(sqlite_url):
    audit = FakeAudit()
    audit.away = True
    async with opened(environment(sqlite_url), audit=audit) as gateway:
        assert (await deliver(gateway, body_of(gateway))).status_code == 200
        assert (await deliver(gateway, b"{}")).status_code == 503
