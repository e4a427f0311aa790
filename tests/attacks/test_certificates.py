"""Certificates (RFC 8705) as a proxy passes them on, by strangers and by the proxy itself."""

import base64
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.domain.proof import X5T
from gateway.infra.trusted_proxies import TrustedProxies
from tests.attacks.attacker import FORM, RESOURCE, TOKEN, Attacker
from tests.fixtures.gateway_app import Gateway, environment, opened
from tests.kit.certificates import Certificate

PROXY: Final = "10.0.0.7"
HEADER: Final = "client-cert"


def made(name: str) -> str:
    der = Certificate(name).certificate.public_bytes(Encoding.DER)
    return f":{base64.b64encode(der).decode()}:"


OURS: Final = made("dinkes.contoh")
THEIRS: Final = made("lain.contoh")


@pytest.fixture(scope="module")
async def behind_proxy(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gateway]:
    """A gateway that believes one proxy."""
    path = tmp_path_factory.mktemp("proxied") / "gateway.db"
    shutil.copy(sqlite_template, path)
    environ = environment(f"sqlite:///{path}", GATEWAY_TRUSTED_PROXIES=PROXY)
    async with opened(environ) as gateway:
        yield gateway


class Caller:
    """The agency by way of one address, with what its request shows."""

    def __init__(self, attacker: Attacker, peer: str) -> None:
        self.attacker = attacker
        self.http = attacker.gateway.from_address(peer)

    async def token(
        self, *certificates: str, proofs: Sequence[str] = (), **form: str
    ) -> httpx.Response:
        headers = [("content-type", FORM), *((HEADER, text) for text in certificates)]
        headers += [("dpop", proof) for proof in proofs]
        body = str(httpx.QueryParams(self.attacker.form() | form))
        return await self.http.post(TOKEN, content=body, headers=headers)

    async def ask(
        self, authorization: str, *headers: tuple[str, str], proof: str | None = None
    ) -> httpx.Response:
        shown = [("authorization", authorization), *headers]
        return await self.http.get(RESOURCE, headers=shown + ([("dpop", proof)] if proof else []))


@pytest.fixture
async def attacker(behind_proxy: Gateway) -> Attacker:
    return Attacker(behind_proxy, await behind_proxy.asking())


@pytest.fixture
async def proxy(attacker: Attacker) -> AsyncIterator[Caller]:
    caller = Caller(attacker, PROXY)
    yield caller
    await caller.http.aclose()


@pytest.fixture
async def stranger(attacker: Attacker) -> AsyncIterator[Caller]:
    caller = Caller(attacker, "192.0.2.77")
    yield caller
    await caller.http.aclose()


async def test_a_token_bound_to_the_certificate_serves_only_with_it(attacker, proxy, stranger):
    issued = await proxy.token(OURS)
    assert (issued.status_code, issued.json()["token_type"]) == (200, "Bearer")
    token = issued.json()["access_token"]
    told = await attacker.gateway.parts.issuers[0].verify(token)
    assert told.cnf == {X5T: TrustedProxies([PROXY]).thumbprint([OURS], PROXY)}
    assert (await proxy.ask(f"Bearer {token}", (HEADER, OURS))).status_code == 200
    none = await proxy.ask(f"Bearer {token}")
    await attacker.refused_resource(none, "invalid_token", "not_authenticated")
    other = await proxy.ask(f"Bearer {token}", (HEADER, THEIRS))
    await attacker.refused_resource(other, "invalid_token", "not_authenticated")
    both = await proxy.ask(f"Bearer {token}", (HEADER, OURS), (HEADER, THEIRS))
    code = "invalid_client_certificate"
    await attacker.refused_resource(both, "invalid_request", code, "certificate_several")
    twice = await proxy.ask(f"Bearer {token}", (HEADER, OURS), (HEADER, OURS))
    await attacker.refused_resource(twice, "invalid_request", code, "certificate_several")
    forged = await stranger.ask(f"Bearer {token}", (HEADER, OURS))
    await attacker.refused_resource(forged, "invalid_request", code, "certificate_stranger")
    as_dpop = await proxy.ask(
        f"DPoP {token}", (HEADER, OURS), proof=attacker.prover(token=token).proof()
    )
    await attacker.refused_resource(as_dpop, "invalid_token", "not_authenticated")


async def test_a_token_bound_to_a_key_needs_the_key_whatever_the_certificate(attacker, proxy):
    bound = f"DPoP {attacker.token}"
    without = await proxy.ask(bound, (HEADER, OURS))
    await attacker.refused_resource(without, "invalid_dpop_proof")
    as_bearer = await proxy.ask(f"Bearer {attacker.token}", (HEADER, OURS))
    await attacker.refused_resource(as_bearer, "invalid_token", "not_authenticated")
    proof = attacker.prover(token=attacker.token).proof()
    assert (await proxy.ask(bound, (HEADER, OURS), proof=proof)).status_code == 200


LOOKALIKES = (
    "client_cert",
    "client-certificate",
    "x-client-cert",
    "x-ssl-client-cert",
    "ssl-client-cert",
    "x-forwarded-client-cert",
    "client-cert-chain",
)


@pytest.mark.parametrize("name", LOOKALIKES)
async def test_no_other_header_brings_a_certificate(attacker, proxy, name):
    token = (await proxy.token(OURS)).json()["access_token"]
    answer = await proxy.ask(f"Bearer {token}", (name, OURS))
    await attacker.refused_resource(answer, "invalid_token", "not_authenticated")


GARBAGE = {
    "nothing": "",
    "no colons": OURS.strip(":"),
    "one colon": OURS[:-1],
    "a parameter": f"{OURS};x=1",
    "two in one": f"{OURS}, {THEIRS}",
    "PEM": "-----BEGIN CERTIFICATE-----",
    "not base64": ":***:",
    "no certificate": f":{base64.b64encode(b'bukan sertifikat').decode()}:",
    "something after": f":{base64.b64encode(base64.b64decode(OURS.strip(':')) + b'x').decode()}:",
    "escaped": OURS.replace("+", "%2B").replace("/", "%2F") + "%",
    "very long": f":{'A' * 9000}:",
}


@pytest.mark.parametrize("case", GARBAGE)
async def test_what_is_no_certificate_binds_nothing(attacker, proxy, case):
    alasan = "invalid_request:certificate_malformed"
    await attacker.refused_token(await proxy.token(GARBAGE[case]), 400, "invalid_request", alasan)


@pytest.mark.parametrize(
    "lie",
    [
        ("x-forwarded-for", PROXY),
        ("x-real-ip", PROXY),
        ("forwarded", f"for={PROXY}"),
        ("x-forwarded-for", f"{PROXY}, {PROXY}"),
    ],
)
async def test_a_stranger_cannot_say_that_it_is_the_proxy(attacker, stranger, lie):
    """What counts is who speaks, not what is said of it."""
    name, value = lie
    stranger.http.headers[name] = value
    answer = await stranger.token(OURS)
    alasan = "invalid_request:certificate_stranger"
    await attacker.refused_token(answer, 400, "invalid_request", alasan)


async def test_several_certificates_bind_nothing(attacker, proxy):
    for certificates in ((OURS, OURS), (OURS, THEIRS), ("", OURS)):
        answer = await proxy.token(*certificates)
        alasan = "invalid_request:certificate_several"
        await attacker.refused_token(answer, 400, "invalid_request", alasan)


async def test_the_proof_goes_first_where_both_are_shown(attacker, proxy, stranger):
    for caller in (proxy, stranger):
        answer = await caller.token(OURS, proofs=[attacker.token_proof()])
        assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    bad = await proxy.token(OURS, proofs=[attacker.token_proof(htm="GET")])
    alasan = "invalid_dpop_proof:dpop_htm"
    await attacker.refused_token(bad, 400, "invalid_dpop_proof", alasan)


async def test_without_any_trusted_proxy_a_certificate_is_no_more_than_a_word(common_gateway):
    attacker = Attacker(common_gateway, await common_gateway.asking())
    for peer in (PROXY, "127.0.0.1"):
        caller = Caller(attacker, peer)
        answer = await caller.token(OURS)
        await caller.http.aclose()
        alasan = "invalid_request:dpop_missing"
        await attacker.refused_token(answer, 400, "invalid_request", alasan)
