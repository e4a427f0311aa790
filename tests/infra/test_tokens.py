"""Access tokens: what is issued, and what is refused."""

import base64
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.domain.errors import NotAuthenticated
from gateway.domain.grant import Scope
from gateway.domain.issuer import legacy_issuer, strict_issuer
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.oauth.signing import SigningKeys
from gateway.infra.oauth.token_cache import TokenCache
from gateway.infra.oauth.tokens import Issuer, Verifier
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import KEYRING, PUBLIC_URL, START, b64, grant_of, private_key, sign

SCOPES = frozenset((Scope.PPKS_READ,))


class Mint:
    """Both issuers and a forger who has the strict issuer's own key."""

    def __init__(self, database: Database, own: dict[str, Any]) -> None:
        self.clock = ManualClock(START)
        keys = SigningKeys(database, KEYRING, self.clock)
        self.strict = Issuer(strict_issuer(PUBLIC_URL), keys, self.clock)
        self.legacy = Issuer(legacy_issuer(PUBLIC_URL), keys, self.clock)
        self.cache = TokenCache(most=3)
        self.verifier = Verifier((self.strict, self.legacy), self.clock, self.cache)
        self.own = own

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        usual = {
            "iss": PUBLIC_URL, "sub": "dinkes", "client_id": "dinkes", "aud": PUBLIC_URL,
            "iat": now, "exp": now + 300, "jti": "contoh-jti", "scope": "ppks:read",
            "grant_id": "G-1", "grant_versi": 1,
        }  # fmt: skip
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def forged(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        return sign(self.claims(**claims), self.own, {"typ": "at+jwt"} | (header or {}))


@pytest.fixture
async def mint(sqlite_url):
    database = Database(open_engine(sqlite_url))
    keys = SigningKeys(database, KEYRING, ManualClock(START))
    signing = await keys.current("ketat")
    own = {**signing.key.as_dict(private=True), "alg": "ES256", "kid": signing.kid}
    yield Mint(database, own)
    await database.close()


async def issue(issuer: Issuer) -> str:
    return (await issuer.issue(grant_of("dinkes", "G-1", versi=3), SCOPES)).token


async def test_a_token_is_what_rfc_9068_asks_for(mint):
    token = await issue(mint.strict)
    (public,) = await mint.strict.jwks()
    decoded = jwt.decode(token, ECKey.import_key(public), algorithms=["ES256"])
    assert decoded.header == {"alg": "ES256", "typ": "at+jwt", "kid": public["kid"]}
    now = int(START.timestamp())
    jti = decoded.claims.pop("jti")
    assert len(base64.urlsafe_b64decode(jti + "==")) * 8 >= 128
    assert decoded.claims == {
        "iss": PUBLIC_URL, "sub": "dinkes", "client_id": "dinkes", "aud": PUBLIC_URL,
        "iat": now, "exp": now + 300, "scope": "ppks:read", "grant_id": "G-1", "grant_versi": 3,
    }  # fmt: skip


async def test_no_two_tokens_have_the_same_jti(mint):
    tokens = [await mint.verifier.verify(await issue(mint.strict)) for _ in range(20)]
    assert len({token.jti for token in tokens}) == 20


async def test_a_token_ends_with_its_grant(mint):
    grant = grant_of("dinkes", "G-1", berlaku_sampai=START + timedelta(seconds=90.7))
    issued = await mint.strict.issue(grant, SCOPES)
    assert issued.expires_in == 90
    assert (await mint.verifier.verify(issued.token)).exp == START + timedelta(seconds=90)


async def test_the_forger_with_the_right_claims_is_believed(mint):
    """So that the refusals below are due to what each case changes."""
    assert (await mint.verifier.verify(mint.forged())).grant_id == "G-1"
    assert (await mint.verifier.verify(mint.forged(aud=["https://lain.contoh", PUBLIC_URL]))).jti
    assert (await mint.verifier.verify(mint.forged(nbf=int(START.timestamp()), lain=1))).jti


def at(seconds: int) -> int:
    return int(START.timestamp()) + seconds


FORGED: dict[str, dict[str, Any]] = {
    "no typ": {"header": {"typ": None}},
    "typ JWT": {"header": {"typ": "JWT"}},
    "typ of an assertion": {"header": {"typ": "client-authentication+jwt"}},
    "no kid": {"header": {"kid": None}},
    "unknown kid": {"header": {"kid": "lain"}},
    "crit": {"header": {"crit": ["kid"]}},
    "zip": {"header": {"zip": "DEF"}},
    "embedded key": {"header": {"x-lain": "x"}},
    "foreign issuer": {"iss": "https://jahat.contoh"},
    "issuer with a slash more": {"iss": f"{PUBLIC_URL}/"},
    "no issuer": {"iss": None},
    "issuer no text": {"iss": 7},
    "wrong audience": {"aud": "https://lain.contoh"},
    "legacy audience": {"aud": f"{PUBLIC_URL}/legacy"},
    "wrong audiences": {"aud": ["https://lain.contoh"]},
    "audience in part": {"aud": PUBLIC_URL[:-1]},
    "no audience": {"aud": None},
    "empty audiences": {"aud": []},
    "legacy issuer, strict key": {
        "iss": f"{PUBLIC_URL}/legacy/oauth2",
        "aud": f"{PUBLIC_URL}/legacy",
    },
    "expired": {"exp": at(0)},
    "no exp": {"exp": None},
    "exp as text": {"exp": str(at(300))},
    "not yet": {"nbf": at(60)},
    "issued in the future": {"iat": at(60)},
    "no iat": {"iat": None},
    "no jti": {"jti": None},
    "empty jti": {"jti": ""},
    "no client": {"client_id": None},
    "subject is not the client": {"sub": "bank"},
    "no scope": {"scope": None},
    "no grant": {"grant_id": None},
    "no grant version": {"grant_versi": None},
    "two narrowings": {"authorization_details": [{"type": "a"}, {"type": "a"}]},
    "a narrowing that is no object": {"authorization_details": ["a"]},
    "a narrowing by what only newer instances know": {
        "authorization_details": [{"type": "a", "waktu": ["pagi"]}]
    },
    "a cnf that is no object": {"cnf": "x"},
    "oversize": {"isi": "x" * 5000},
}


@pytest.mark.parametrize("case", FORGED)
async def test_even_with_the_right_key_a_token_is_refused_with(mint, case):
    with pytest.raises(NotAuthenticated) as raised:
        await mint.verifier.verify(mint.forged(**FORGED[case]))
    assert raised.value.oauth_error == "invalid_token"


def tampered(mint: Mint, good: str) -> str:
    head, _, tail = good.split(".")
    return f"{head}.{b64(mint.claims(grant_id='G-2'))}.{tail}"


def hmac_with_public_key(mint: Mint, _good: str) -> str:
    public = msgspec.json.encode({name: mint.own[name] for name in ("crv", "x", "y", "kty")})
    key = {"kty": "oct", "k": b64(public), "alg": "HS256", "kid": mint.own["kid"]}
    return sign(mint.claims(), key, {"typ": "at+jwt"})


def by_another(mint: Mint, alg: str = "ES256") -> str:
    key = {**private_key(alg), "kid": mint.own["kid"]}
    return sign(mint.claims(), key, {"typ": "at+jwt"})


BROKEN = {
    "tampered payload": tampered,
    "tampered signature": lambda _, good: good[:-6] + ("AAAAAA" if good[-6:] != "AAAAAA" else "BBBBBB"),
    "no signature": lambda _, good: good.rpartition(".")[0] + ".",
    "alg none": lambda m, _: f"{b64({'alg': 'none', 'typ': 'at+jwt', 'kid': m.own['kid']})}.{b64(m.claims())}.",
    "alg none, signed": lambda m, good: f"{b64({'alg': 'none', 'typ': 'at+jwt', 'kid': m.own['kid']})}.{'.'.join(good.split('.')[1:])}",
    "HS256 keyed with the public key": hmac_with_public_key,
    "ES256 by another key": lambda m, _: by_another(m),
    "PS256 under our kid": lambda m, _: by_another(m, "PS256"),
    "Ed25519 under our kid": lambda m, _: by_another(m, "Ed25519"),
    "key in the header": lambda m, _: sign(m.claims(), private_key("ES256"), {"typ": "at+jwt", "jwk": {"kty": "EC"}}),
    "unencoded payload": lambda m, _: f"{b64({'alg': 'ES256', 'typ': 'at+jwt', 'kid': m.own['kid'], 'b64': False, 'crit': ['b64']})}.x.{b64(b'x' * 64)}",
    "empty": lambda _m, _: "",
    "one part": lambda _m, _: "abc",
    "a space more": lambda _, good: good + " ",
    "padding": lambda _, good: good + "=",
    "not ASCII": lambda _, good: good + "é",
    "surrogate": lambda _, good: good + "\udcff",
    "very long": lambda _, good: good + "a" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_token_is_refused(mint, case):
    good = await issue(mint.strict)
    await mint.verifier.verify(good)
    with pytest.raises(NotAuthenticated) as raised:
        await mint.verifier.verify(BROKEN[case](mint, good))
    assert raised.value.oauth_error == "invalid_token"
    assert len(mint.cache) == 1


async def test_each_issuer_refuses_the_others_tokens(mint):
    strict, legacy = await issue(mint.strict), await issue(mint.legacy)
    assert (await mint.verifier.verify(strict)).issuer == PUBLIC_URL
    assert (await mint.verifier.verify(legacy)).issuer == f"{PUBLIC_URL}/legacy/oauth2"
    for issuer, token in ((mint.strict, legacy), (mint.legacy, strict)):
        with pytest.raises(NotAuthenticated):
            await issuer.verify(token)
    with pytest.raises(NotAuthenticated):
        await Verifier((mint.strict,), mint.clock).verify(legacy)


async def test_a_remembered_token_still_expires(mint):
    token = await issue(mint.strict)
    first = await mint.verifier.verify(token)
    assert await mint.verifier.verify(token) is first
    mint.clock.advance(timedelta(seconds=299))
    assert await mint.verifier.verify(token) is first
    mint.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotAuthenticated, match="expired"):
        await mint.verifier.verify(token)
    assert len(mint.cache) == 0


async def test_the_memory_of_tokens_is_bounded_and_keeps_the_ones_in_use(mint):
    tokens = [await issue(mint.strict) for _ in range(4)]
    first = await mint.verifier.verify(tokens[0])
    for token in tokens[1:]:
        await mint.verifier.verify(token)
        assert await mint.verifier.verify(tokens[0]) is first
    assert len(mint.cache) == 3


async def test_nothing_of_a_token_is_said_in_its_refusal(mint):
    for token in (
        mint.forged(iss="https://jahat.contoh"),
        tampered(mint, await issue(mint.strict)),
    ):
        with pytest.raises(NotAuthenticated) as raised:
            await mint.verifier.verify(token)
        assert "jahat" not in str(raised.value)
        assert raised.value.__cause__ is None


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(max_size=200)
    | st.binary(max_size=80).map(lambda raw: f"{b64(raw)}.{b64(raw)}.{b64(raw)}")
)
async def test_no_garbage_is_more_than_a_refusal(mint, text):
    with pytest.raises(NotAuthenticated):
        await mint.verifier.verify(text)
