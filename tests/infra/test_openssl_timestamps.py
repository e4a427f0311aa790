"""OpenSSL believes the tokens that we keep, and we believe the answers that it gives."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.infra.stamping.authority import Authority, NotStamped
from gateway.kit.clock import system_clock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.rfc3161.tokens import query, token_of
from gateway.sandbox.tsa import TimestampAuthority
from tests.fixtures.openssl_tsa import OpensslAuthority, verifies

TEXT = "contoh.example/audit\n7\nAAAA\ntime 2026-11-21T09:00:00.000000Z\n"


def answering(reply):
    """An authority's program that answers what `reply` makes of a query."""

    async def app(scope, receive, send) -> None:
        assert (scope["method"], scope["path"]) == ("POST", "/tsr")
        told = dict(scope["headers"])
        assert told[b"content-type"] == b"application/timestamp-query"
        body = reply((await receive())["body"])
        headers = [(b"content-type", b"application/timestamp-reply")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def stamped(app, anchor, text=TEXT):
    http = HttpPools(transport_for=lambda _system: asgi_transport(app))
    authority = Authority(1, "https://tsa.example/tsr", str(anchor), http)
    try:
        return await authority.stamp(text, system_clock)
    finally:
        await authority.close()


async def test_openssl_believes_what_we_kept_and_nothing_else(tmp_path):
    program = TimestampAuthority()
    anchor, token = tmp_path / "anchor.pem", tmp_path / "token.der"
    anchor.write_bytes(program.authority.pem())
    _, told = await stamped(answering(program.stamp), anchor)
    token.write_bytes(told)
    message, other = tmp_path / "message", tmp_path / "other"
    message.write_text(TEXT)
    other.write_text(TEXT.replace("\n7\n", "\n8\n"))
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(TimestampAuthority().authority.pem())
    assert verifies(token, message, anchor)
    assert not verifies(token, other, anchor)
    assert not verifies(token, message, stranger)


@pytest.mark.parametrize(
    "signer", ["sound", "ended", "other_use", "more_uses", "no_use", "stranger"]
)
async def test_openssl_and_we_are_of_one_mind_about_signers(tmp_path, signer):
    program = TimestampAuthority()
    program.control = type(program.control)(signer=signer)
    anchor, token, message = tmp_path / "anchor.pem", tmp_path / "token.der", tmp_path / "message"
    anchor.write_bytes(program.authority.pem())
    message.write_text(TEXT)
    token.write_bytes(token_of(program.stamp(query(TEXT.encode(), 1))))
    assert verifies(token, message, anchor) is (signer == "sound")
    if signer == "sound":
        await stamped(answering(program.stamp), anchor)
    else:
        with pytest.raises(NotStamped, match="untrusted"):
            await stamped(answering(program.stamp), anchor)


@pytest.mark.parametrize(
    ("kind", "digest", "ess", "ess_chain"),
    [
        ("rsa", "sha256", "sha256", False),
        ("rsa", "sha512", "sha1", True),
        ("ec", "sha384", "sha512", False),
    ],
)
async def test_we_believe_an_answer_of_openssl(tmp_path, kind, digest, ess, ess_chain):
    authority = OpensslAuthority(tmp_path, kind, digest, ess, ess_chain=ess_chain)
    waktu, token = await stamped(answering(authority.reply), authority.anchor)
    assert abs(datetime.now(UTC) - waktu) < timedelta(seconds=60)
    kept, message = tmp_path / "token.der", tmp_path / "message"
    kept.write_bytes(token)
    message.write_text(TEXT)
    assert verifies(kept, message, authority.anchor)
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(TimestampAuthority().authority.pem())
    with pytest.raises(NotStamped, match="untrusted"):
        await stamped(answering(authority.reply), stranger)
