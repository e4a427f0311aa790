"""The address in a proof (`htu`): which spellings mean this request (RFC 3986), and which do not."""

from collections.abc import Callable

import pytest

from tests.attacks.attacker import RESOURCE, Attacker
from tests.fixtures.oauth import PUBLIC_URL

HOST = PUBLIC_URL.removeprefix("https://")
HERE = PUBLIC_URL + RESOURCE

SAME: dict[str, str] = {
    "as it is": HERE,
    "scheme and host in capitals": f"HTTPS://{HOST.upper()}{RESOURCE}",
    "the usual port": f"{PUBLIC_URL}:443{RESOURCE}",
    "an empty port": f"{PUBLIC_URL}:{RESOURCE}",
    "a query": f"{HERE}?limit=1&x=%zz",
    "a fragment": f"{HERE}#bagian",
    "query and fragment": f"{HERE}?a=/../b#c?d",
    "an empty query": f"{HERE}?",
    "letters escaped": f"{PUBLIC_URL}/%76%31/ppk%73",
    "letters escaped in capitals and small": f"{PUBLIC_URL}/v1/%70%70%6B%73",
    "a segment that goes nowhere": f"{PUBLIC_URL}/v1/./ppks",
    "there and back": f"{PUBLIC_URL}/x/../v1/ppks",
    "above the root": f"{PUBLIC_URL}/../../v1/ppks",
    "escaped dots": f"{PUBLIC_URL}/x/%2e%2E/v1/ppks",
}
OTHER: dict[str, str] = {
    "another path": f"{HERE}-lain",
    "the path begun": f"{PUBLIC_URL}/v1",
    "a slash at the end": f"{HERE}/",
    "two slashes": f"{PUBLIC_URL}//v1/ppks",
    "the path in capitals": f"{PUBLIC_URL}/V1/PPKS",
    "an escaped slash": f"{PUBLIC_URL}/v1%2Fppks",
    "escaped twice": f"{PUBLIC_URL}/v1/%2570pks",
    "another port": f"{PUBLIC_URL}:8443{RESOURCE}",
    "plain HTTP's port": f"{PUBLIC_URL}:80{RESOURCE}",
    "a port with a zero before": f"{PUBLIC_URL}:0443{RESOURCE}",
    "plain HTTP": HERE.replace("https", "http"),
    "another host": f"https://jahat.contoh{RESOURCE}",
    "a host below": f"https://x.{HOST}{RESOURCE}",
    "a host above": f"https://{HOST}.jahat.contoh{RESOURCE}",
    "a dot after the host": f"https://{HOST}.{RESOURCE}",
    "somebody at the host": f"https://dinkes@{HOST}{RESOURCE}",
    "the host as somebody": f"https://{HOST}@jahat.contoh{RESOURCE}",
    "the host in a fragment": f"https://jahat.contoh#{HERE}",
    "a backslash": f"https://jahat.contoh\\@{HOST}{RESOURCE}",
    "an escaped host": f"https://%67ateway{HOST.removeprefix('gateway')}{RESOURCE}",
    "a host that looks alike": HERE.replace("gateway", "g\u0430teway"),
    "an address instead of a name": f"https://192.0.2.1{RESOURCE}",
    "no host": f"https:{RESOURCE}",
    "no scheme": f"//{HOST}{RESOURCE}",
    "the path alone": RESOURCE,
    "another scheme": HERE.replace("https", "wss"),
    "white space before": f" {HERE}",
    "a line break after": f"{HERE}\n",
    "a zero after": f"{HERE}\0",
    "a broken escape": f"{PUBLIC_URL}/v1/ppk%7",
    "a matrix parameter": f"{HERE};x=1",
    "nothing": "",
    "very long": f"{PUBLIC_URL}/{'x/../' * 400}v2/ppks",
}


@pytest.mark.parametrize("case", SAME)
async def test_another_spelling_of_the_same_address(attacker, case):
    proof = attacker.prover(token=attacker.token).proof(htu=SAME[case])
    assert (await attacker.ask(proofs=[proof])).status_code == 200


@pytest.mark.parametrize("case", OTHER)
async def test_another_address(attacker, case):
    proof = attacker.prover(token=attacker.token).proof(htu=OTHER[case])
    answer = await attacker.ask(proofs=[proof])
    await attacker.refused_resource(answer, "invalid_dpop_proof", fault="dpop_htu")


async def test_a_very_long_spelling_of_the_same_address(attacker):
    proof = attacker.prover(token=attacker.token).proof(htu=f"{PUBLIC_URL}/{'x/../' * 300}v1/ppks")
    assert (await attacker.ask(proofs=[proof])).status_code == 200


@pytest.mark.parametrize("path", ["/v1/%70pks", "/%76%31/ppks", "/v1/ppks?limit=1"])
async def test_the_request_itself_in_another_spelling(attacker, path):
    """The proof that an ordinary client makes of the address as it writes it is good."""
    target = path.partition("?")[0]
    proof = attacker.prover(token=attacker.token).proof(htu=PUBLIC_URL + target)
    assert (await attacker.ask(path=path, proofs=[proof])).status_code == 200


LIES: dict[str, Callable[[Attacker], tuple[str, str]]] = {
    "Host": lambda _: ("host", "jahat.contoh"),
    "X-Forwarded-Host": lambda _: ("x-forwarded-host", "jahat.contoh"),
    "X-Forwarded-Proto": lambda _: ("x-forwarded-proto", "http"),
    "X-Forwarded-Prefix": lambda _: ("x-forwarded-prefix", "/jahat"),
    "Forwarded": lambda _: ("forwarded", "host=jahat.contoh;proto=http"),
    "X-Original-URL": lambda _: ("x-original-url", "/v1/jahat"),
    "X-Rewrite-URL": lambda _: ("x-rewrite-url", "/v1/jahat"),
    "X-HTTP-Method-Override": lambda _: ("x-http-method-override", "DELETE"),
}


@pytest.mark.parametrize("case", LIES)
async def test_no_header_says_where_or_how_a_request_went(attacker, case):
    """A proof for what the header says is refused; one for what was asked is good beside it."""
    lie = LIES[case](attacker)
    prover = attacker.prover(token=attacker.token)
    assert (await attacker.ask(headers=[lie])).status_code == 200
    for changes in (
        {"htu": f"https://jahat.contoh{RESOURCE}"},
        {"htu": HERE.replace("https", "http")},
        {"htu": f"{PUBLIC_URL}/v1/jahat"},
        {"htu": f"{PUBLIC_URL}/jahat{RESOURCE}"},
        {"htm": "DELETE"},
    ):
        answer = await attacker.ask(proofs=[prover.proof(**changes)], headers=[lie])
        await attacker.refused_resource(answer, "invalid_dpop_proof")


@pytest.mark.parametrize("method", ["get", "GET ", "POST", "HEAD", "*", ""])
async def test_another_method(attacker, method):
    proof = attacker.prover(token=attacker.token).proof(htm=method)
    await attacker.refused_resource(await attacker.ask(proofs=[proof]), "invalid_dpop_proof")
