"""Proofs for another request than the one that they come with."""

import pytest

from gateway.domain.proof import DpopInvalid, ProofFault
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.replay import MemoryReplaySet
from gateway.kit.clock import ManualClock
from tests.fixtures.dpop import Prover
from tests.fixtures.oauth import PUBLIC_URL, START

HOST = "gateway.contoh.go.id"
CLOCK = ManualClock(START)


def proof(**claims: object) -> str:
    return Prover(CLOCK, "GET", f"{PUBLIC_URL}/v1/ppks").proof(**claims)


async def fault_of(proof: str, path: str = "/v1/ppks") -> ProofFault | None:
    proofs = DpopProofs(PUBLIC_URL, MemoryReplaySet(), CLOCK)
    try:
        await proofs.check([proof], method="GET", path=path)
    except DpopInvalid as invalid:
        return invalid.fault
    return None


@pytest.mark.parametrize("method", ["get", "Get", "POST", "GET ", "", "HEAD"])
async def test_methods_are_compared_to_the_letter(method):
    assert await fault_of(proof(htm=method)) is ProofFault.METHOD


SAME = {
    "in capitals": f"HTTPS://{HOST.upper()}/v1/ppks",
    "usual port": f"https://{HOST}:443/v1/ppks",
    "empty port": f"https://{HOST}:/v1/ppks",
    "query": f"https://{HOST}/v1/ppks?kode_wilayah=64.02",
    "empty query": f"https://{HOST}/v1/ppks?",
    "fragment": f"https://{HOST}/v1/ppks#x",
    "a question in the fragment": f"https://{HOST}/v1/ppks#?x",
    "letters escaped": f"https://{HOST}/v1/%70%70ks",
    "dots": f"https://{HOST}/v1/./lain/../ppks",
}
OTHER = {
    "a dot after the host": f"https://{HOST}./v1/ppks",
    "another port": f"https://{HOST}:8443/v1/ppks",
    "the other scheme's port": f"https://{HOST}:80/v1/ppks",
    "another scheme": f"http://{HOST}/v1/ppks",
    "no scheme": f"//{HOST}/v1/ppks",
    "another host": "https://jahat.contoh/v1/ppks",
    "the host as a user": f"https://{HOST}@jahat.contoh/v1/ppks",
    "a user": f"https://x@{HOST}/v1/ppks",
    "a host that ends like it": f"https://jahat-{HOST}/v1/ppks",
    "a host that begins like it": f"https://{HOST}.jahat.contoh/v1/ppks",
    "path in capitals": f"https://{HOST}/V1/PPKS",
    "a slash more": f"https://{HOST}/v1/ppks/",
    "two slashes": f"https://{HOST}/v1//ppks",
    "path alone": "/v1/ppks",
    "no path": f"https://{HOST}",
    "a slash escaped": f"https://{HOST}/v1%2Fppks",
    "escaped twice": f"https://{HOST}/v1/%2570pks",
    "half an escape": f"https://{HOST}/v1/ppks%",
    "an escape of no digits": f"https://{HOST}/v1/%zzpks",
    "host escaped": f"https://{HOST.replace('g', '%67', 1)}/v1/ppks",
    "a line break": f"https://{HOST}/v1/\nppks",
    "a tab in the scheme": f"ht\ttps://{HOST}/v1/ppks",
    "white space before": f" https://{HOST}/v1/ppks",
    "a backslash": f"https://{HOST}\\v1\\ppks",
    "full-width letters": "https://ｇateway.contoh.go.id/v1/ppks",
    "a long s": f"httpſ://{HOST}/v1/ppks",
    "empty": "",
}


@pytest.mark.parametrize("case", SAME)
async def test_addresses_are_compared_by_what_they_mean(case):
    assert await fault_of(proof(htu=SAME[case])) is None


@pytest.mark.parametrize("case", OTHER)
async def test_another_address_is_another_address(case):
    assert await fault_of(proof(htu=OTHER[case])) is ProofFault.ADDRESS


async def test_the_requests_own_spelling_does_not_matter_either():
    made = proof(htu=f"{PUBLIC_URL}/v1/ppks/A%2fB")
    assert await fault_of(made, path="/v1/%70pks/%41%2Fb") is ProofFault.ADDRESS
    assert await fault_of(made, path="/v1/%70pks/%41%2FB") is None
    assert await fault_of(proof(), path="*") is ProofFault.ADDRESS
