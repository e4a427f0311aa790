"""Access tokens in wrong hands, in the wrong place, or made by somebody else."""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from gateway.domain.client import AuthMethod
from gateway.domain.grant import Kelas, Scope
from gateway.domain.proof import X5T
from gateway.infra.oauth.client_keys import public_jwk
from tests.attacks.attacker import KEY, RESOURCE, STRANGER, Attacker
from tests.fixtures.dpop import Possession, jkt_of
from tests.fixtures.oauth import PUBLIC_URL, b64, private_key, sign

DEEP = b"[" * 1000 + b"]" * 1000


def told(attacker: Attacker, **changes: Any) -> dict[str, Any]:
    """What the good token says, but for the changes."""
    payload = msgspec.json.decode(_decoded(attacker.token.split(".")[1]))
    return payload | changes


def header(attacker: Attacker) -> dict[str, Any]:
    head: dict[str, Any] = msgspec.json.decode(_decoded(attacker.token.split(".")[0]))
    return head


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed_by(key: Mapping[str, Any], **changes: Any) -> Callable[[Attacker], str]:
    """The good token's claims under another signature; changes are to the header."""
    return lambda a: sign(told(a), key, header(a) | {"alg": key["alg"]} | changes)


def rewritten(**changes: Any) -> Callable[[Attacker], str]:
    """Other claims under the good token's own signature."""

    def make(attacker: Attacker) -> str:
        head, _, signature = attacker.token.split(".")
        return f"{head}.{b64(told(attacker, **changes))}.{signature}"

    return make


def with_part(number: int, raw: bytes) -> Callable[[Attacker], str]:
    """The good token with one of its three parts replaced."""

    def make(attacker: Attacker) -> str:
        parts = attacker.token.split(".")
        parts[number] = b64(raw)
        return ".".join(parts)

    return make


def renamed(**changes: str) -> Callable[[Attacker], str]:
    """The good token under a header that says something else."""
    return lambda a: with_part(0, msgspec.json.encode(header(a) | changes))(a)


def in_json(attacker: Attacker) -> str:
    names = ("protected", "payload", "signature")
    parts = dict(zip(names, attacker.token.split("."), strict=True))
    return msgspec.json.encode(parts).decode()


async def published_key(attacker: Attacker) -> dict[str, Any]:
    answer = await attacker.http.get("/.well-known/jwks.json")
    key: dict[str, Any] = answer.json()["keys"][0]
    return key


FORGED: dict[str, Callable[[Attacker], str]] = {
    "signed by the client": signed_by(KEY),
    "signed by the client under its own kid": signed_by(KEY, kid=KEY["kid"]),
    "a key of its own": signed_by(STRANGER, jwk=public_jwk(STRANGER)),
    "keys elsewhere": signed_by(STRANGER, jku="https://jahat.contoh/jwks.json", kid="x"),
    "a certificate of its own": signed_by(STRANGER, x5c=["MIIB"], kid=None),
    "kid a path": signed_by(STRANGER, kid="../../../dev/null"),
    "kid a statement": signed_by(STRANGER, kid="x' OR '1'='1"),
    "kid a character that is none": signed_by(STRANGER, kid="\u0000"),
    "kid very long": signed_by(STRANGER, kid="k" * 300),
    "no kid": signed_by(STRANGER, kid=None),
    "PS256": signed_by(private_key("PS256")),
    "Ed25519": signed_by(private_key("Ed25519")),
    "none": lambda a: f"{b64(header(a) | {'alg': 'none'})}.{b64(told(a))}.",
    "none with a signature": renamed(alg="none"),
    "es256": renamed(alg="es256"),
    "typ JWT": renamed(typ="JWT"),
    "no binding": rewritten(cnf=None),
    "my own binding": rewritten(cnf={"jkt": jkt_of(STRANGER)}),
    "more scopes": rewritten(scope="admin"),
    "another grant": rewritten(grant_id="G-LAIN"),
    "another client": rewritten(client_id="lain", sub="lain"),
    "longer life": rewritten(exp=9_999_999_999),
    "issuer in an array": rewritten(iss=[PUBLIC_URL]),
    "issuer not UTF-8": with_part(1, b'{"iss":"\xff"}'),
    "claims nested deep": with_part(1, b'{"x":' + DEEP + b"}"),
    "header nested deep": with_part(0, b'{"alg":"ES256","x":' + DEEP + b"}"),
    "cut off": lambda a: a.token.rpartition(".")[0],
    "five parts": lambda a: a.token + ".AAAA.AAAA",
    "in JSON": in_json,
    "a client assertion": lambda a: a.assertion(),
    "a proof": lambda a: a.token_proof(),
    "over 4 KiB": lambda a: a.token + "A" * 4096,
    "two, joined by a comma": lambda a: f"{a.token}, {a.token}",
    "not ASCII": lambda a: a.token + "é",
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED)
@pytest.mark.parametrize("scheme", ["DPoP", "Bearer"])
async def test_a_token_that_we_did_not_make(attacker, case, scheme):
    token = FORGED[case](attacker)
    answer = await attacker.ask(f"{scheme} {token}", proofs=[attacker.prover(token=token).proof()])
    await attacker.refused_resource(answer, "invalid_token", "not_authenticated")
    assert answer.headers["www-authenticate"].startswith(scheme)


@pytest.mark.parametrize("alg", ["HS256", "HS512"])
async def test_our_published_key_is_no_secret(attacker, alg):
    key = await published_key(attacker)
    for secret in (msgspec.json.encode(key), key["x"].encode(), b""):
        signed = f"{b64(header(attacker) | {'alg': alg})}.{b64(told(attacker))}"
        digest = hmac.digest(secret, signed.encode(), f"sha{alg[2:]}")
        token = f"{signed}.{b64(digest)}"
        proofs = [attacker.prover(token=token).proof()]
        answer = await attacker.ask(f"DPoP {token}", proofs=proofs)
        await attacker.refused_resource(answer, "invalid_token", "not_authenticated")


async def test_the_good_token_beside_them(attacker):
    for scheme in ("DPoP", "dpop", "DPOP", "dPoP"):
        assert (await attacker.ask(f"{scheme} {attacker.token}")).status_code == 200


async def test_a_bound_token_without_its_key(attacker):
    """As Bearer, without a proof, with a thief's own proof, with a proof for another token."""
    token = attacker.token
    as_bearer = await attacker.ask(f"Bearer {token}", proofs=())
    await attacker.refused_resource(as_bearer, "invalid_token", "not_authenticated")
    assert as_bearer.headers["www-authenticate"].startswith("DPoP ")
    bearer_and_proof = await attacker.ask(f"Bearer {token}")
    await attacker.refused_resource(bearer_and_proof, "invalid_token", "not_authenticated")
    unproved = await attacker.ask(proofs=())
    await attacker.refused_resource(unproved, "invalid_dpop_proof")
    assert 'algs="ES256 PS256 Ed25519"' in unproved.headers["www-authenticate"]
    own = await attacker.ask(proofs=[attacker.prover(token=token, key=STRANGER).proof()])
    await attacker.refused_resource(own, "invalid_token")
    other = (await attacker.ask_token()).json()["access_token"]
    swapped = await attacker.ask(proofs=[attacker.prover(token=other).proof()])
    await attacker.refused_resource(swapped, "invalid_dpop_proof")
    assert (await attacker.ask()).status_code == 200


async def test_another_client_with_its_own_good_key(attacker):
    """Who is a client here, and so knows how to prove itself, is no better off with the token."""
    await attacker.gateway.agency("lain", jwks=(public_jwk(STRANGER),))
    proof = attacker.prover(token=attacker.token, key=STRANGER).proof()
    await attacker.refused_resource(await attacker.ask(proofs=[proof]), "invalid_token")
    assert (await attacker.recorded())[3] == "dinkes"


@pytest.mark.parametrize(
    "cnf",
    [
        None,
        {},
        {"jkt": jkt_of(KEY), X5T: "A" * 43},
        {X5T: "A" * 43},
        {"kid": "x"},
        {"jkt": ""},
        {"jkt": jkt_of(KEY)[:-1]},
    ],
)
async def test_a_token_of_the_strict_issuer_that_is_bound_to_nothing_we_know(attacker, cnf):
    """Such a token our issuer does not make; that it would be refused is the second lock."""
    issuer = attacker.gateway.parts.issuers[0]
    token = (await issuer.issue(attacker.grant, frozenset(Scope), cnf=cnf)).token
    for scheme in ("Bearer", "DPoP"):
        proofs = [attacker.prover(token=token).proof()]
        answer = await attacker.ask(f"{scheme} {token}", proofs=proofs)
        assert answer.status_code == 401
        assert answer.json()["code"] in {"not_authenticated", "invalid_dpop_proof"}


async def test_nothing_comes_down_from_the_strict_issuer_to_the_legacy_one(attacker):
    """A legacy token opens no sensitive grant, not even with a proof by the client's key."""
    gateway = attacker.gateway
    legacy = gateway.parts.issuers[1]
    high = await gateway.grant(kelas=Kelas.TINGGI)
    token = (await legacy.issue(high, frozenset(Scope))).token
    for scheme, status in (("Bearer", 403), ("DPoP", 401)):
        proofs = [attacker.prover(token=token).proof()]
        answer = await attacker.ask(f"{scheme} {token}", proofs=proofs)
        assert answer.status_code == status
    assert (await attacker.recorded())[1] == "ditolak"
    await gateway.agency("lama", auth=AuthMethod.CLIENT_SECRET, jwks=())
    low = await gateway.grant("lama", kelas=Kelas.RENDAH)
    served = (await legacy.issue(low, frozenset(Scope))).token
    assert (await attacker.ask(f"Bearer {served}", proofs=())).status_code == 200


PLACES: dict[str, dict[str, Any]] = {
    "in the query": {"params": {"access_token": "{}"}},
    "in a cookie": {"headers": {"cookie": "access_token={}"}},
    "in a header of its own": {"headers": {"x-access-token": "{}"}},
    "for a proxy": {"headers": {"proxy-authorization": "DPoP {}"}},
    "with an underscore": {"headers": {"authorization_": "DPoP {}"}},
    "as Basic": {"headers": {"authorization": "Basic {}"}},
    "without a scheme": {"headers": {"authorization": "{}"}},
    "with a colon": {"headers": {"authorization": "DPoP: {}"}},
    "as a list of parameters": {"headers": {"authorization": 'DPoP token="{}"'}},
}


@pytest.mark.parametrize("place", PLACES)
async def test_a_token_where_it_does_not_belong(attacker, place):
    told_so = {
        what: {name: text.format(attacker.token) for name, text in told.items()}
        for what, told in PLACES[place].items()
    }
    proof = attacker.prover(token=attacker.token).proof()
    shown = told_so.get("headers", {}) | {"dpop": proof}
    answer = await attacker.http.get(RESOURCE, params=told_so.get("params"), headers=shown)
    assert answer.status_code == (400 if "params" in told_so else 401)
    assert (await attacker.recorded())[1] == "ditolak"


async def test_two_authorizations_at_once(attacker):
    good = f"DPoP {attacker.token}"
    for words in ((good, good), (good, "Bearer x"), ("Basic eDp4", good)):
        answer = await attacker.ask(*words)
        await attacker.refused_resource(answer, "invalid_request", "not_authenticated")


async def test_who_asks_about_or_ends_a_token_must_be_its_client(attacker):
    """Twenty strangers at once learn nothing of it, and it holds afterwards."""
    await attacker.gateway.agency("lain", jwks=(public_jwk(STRANGER),))
    await attacker.gateway.grant("lain", scopes=frozenset((Scope.PPKS_READ,)))

    def form(**changes: Any) -> dict[str, str]:
        mine = attacker.assertion(key=STRANGER, iss="lain", sub="lain")
        usual = attacker.form(mine, token=attacker.token)
        return {name: text for name, text in (usual | changes).items() if "grant" not in name}

    answers = await asyncio.gather(
        *(attacker.ask_token(form(), target="/oauth2/introspect") for _ in range(5))
    )
    assert {answer.text for answer in answers} == {'{"active":false}'}
    ended = await attacker.ask_token(form(), target="/oauth2/revoke")
    assert (ended.status_code, ended.json()["error"]) == (400, "invalid_grant")
    for target in ("/oauth2/introspect", "/oauth2/revoke"):
        nobody = await attacker.ask_token({"token": attacker.token}, target=target)
        assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")
        assert (await attacker.recorded())[1] == "ditolak"
        assert nobody.headers["cache-control"] == "no-store"
    assert (await attacker.ask()).status_code == 200
    own = form(client_assertion=attacker.assertion())
    assert (await attacker.ask_token(own, target="/oauth2/revoke")).status_code == 200
    await attacker.refused_resource(await attacker.ask(), "invalid_token", "not_authenticated")


async def test_a_proof_does_not_serve_a_second_token_of_the_same_key(attacker):
    other = (await attacker.ask_token()).json()["access_token"]
    request = attacker.http.build_request("GET", RESOURCE)
    first = next(Possession(attacker.gateway.clock, other).auth_flow(request))
    answer = await attacker.ask(proofs=[first.headers["dpop"]])
    await attacker.refused_resource(answer, "invalid_dpop_proof")
