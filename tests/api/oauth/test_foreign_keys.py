"""A foreign issuer's keys: fetched seldom, renewed when they change, and no token without them."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from gateway.parts import Parts, read_everything
from gateway.settings import SettingsWrong
from tests.fixtures.foreign import BELIEVED, ISSUER, key_of, public, trusting
from tests.fixtures.gateway_app import environment
from tests.fixtures.oauth import PUBLIC_URL


@pytest.fixture
async def site(sqlite_url):
    async with trusting(sqlite_url) as made:
        yield made


async def status(site, **token) -> int:
    return (await site.ask(site.token(**token))).status_code


async def assert_away(site, **token):
    answer = await site.ask(site.token(**token))
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_keys_unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_they_are_fetched_once_for_many_tokens(site):
    asked = [site.ask(site.token(jti=f"jti-{number}")) for number in range(20)]
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}
    assert site.issuer.fetches == 1


async def test_they_are_fetched_anew_when_they_are_old(site):
    assert await status(site) == 200
    site.clock.advance(timedelta(seconds=599))
    assert await status(site) == 200
    assert site.issuer.fetches == 1
    site.clock.advance(timedelta(seconds=1))
    assert await status(site) == 200
    assert site.issuer.fetches == 2


async def test_a_new_key_is_found_as_soon_as_it_signs(site):
    assert await status(site) == 200
    site.clock.advance(timedelta(seconds=60))
    site.issuer.document = public(key_of(), key_of("ES256", 8))
    assert await status(site, key=key_of("ES256", 8)) == 200
    assert await status(site) == 200
    assert site.issuer.fetches == 2


async def test_unknown_keys_make_it_look_once_a_minute_at_most(site):
    for number in range(30):
        assert await status(site, header={"kid": f"tidak-ada-{number}"}) == 401
        site.clock.advance(timedelta(seconds=6))
    assert site.issuer.fetches == 3


async def test_a_key_that_was_taken_back_is_refused_when_the_old_ones_are_old(site):
    assert await status(site) == 200
    site.issuer.document = public(key_of("ES256", 8))
    site.clock.advance(timedelta(seconds=600))
    assert await status(site) == 401


async def test_while_they_are_fresh_the_issuer_may_be_away(site):
    assert await status(site) == 200
    site.issuer.away = True
    site.clock.advance(timedelta(seconds=599))
    assert await status(site) == 200


async def test_without_its_keys_no_token_is_accepted(site):
    site.issuer.away = True
    await assert_away(site)
    site.issuer.away = False
    site.clock.advance(timedelta(seconds=30))
    assert await status(site) == 200
    site.issuer.away = True
    site.clock.advance(timedelta(seconds=600))
    await assert_away(site)


async def test_whether_an_unknown_key_is_new_cannot_be_told_while_the_issuer_is_away(site):
    assert await status(site) == 200
    site.issuer.away = True
    site.clock.advance(timedelta(seconds=60))
    await assert_away(site, key=key_of("ES256", 8))
    assert await status(site) == 200


async def test_an_issuer_that_is_away_is_not_asked_all_the_time(site):
    site.issuer.away = True
    await assert_away(site)
    tries = site.issuer.fetches
    for _ in range(10):
        await assert_away(site)
    assert site.issuer.fetches == tries


DOCUMENTS = {
    "no JSON": b"<html>",
    "no keys": b'{"keys": []}',
    "something else": b'{"keys": "none"}',
    "nothing": b"",
    "only a key for encryption": public({**key_of(), "use": "enc"}),
    "only a key of another algorithm": public({**key_of(), "alg": "ES512"}),
    "only a secret": b'{"keys": [{"kty": "oct", "k": "AAAA"}]}',
    "only a weak key": b'{"keys": [{"kty": "RSA", "n": "' + b"x" * 170 + b'", "e": "AQAB"}]}',
    "only a broken key": b'{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}',
    "very many keys": public(*[key_of()] * 101),
    "very much": public(key_of()) + b" " * 300_000,
}


@pytest.mark.parametrize("case", DOCUMENTS)
async def test_no_token_is_accepted_where_the_document_is(site, case):
    site.issuer.document = DOCUMENTS[case]
    await assert_away(site)


@pytest.mark.parametrize("code", [204, 301, 404, 500])
async def test_no_token_is_accepted_where_the_answer_is(site, code):
    site.issuer.status = code
    await assert_away(site)


async def test_keys_of_unknown_kinds_are_passed_over(site):
    keys = msgspec.json.decode(site.issuer.document)["keys"]
    strange = [{"kty": "AKP", "alg": "ML-DSA-44"}, {"kty": 7}, {"kty": "RSA"}, {}]
    site.issuer.document = msgspec.json.encode({"keys": strange + keys, "lain": 1})
    assert await status(site) == 200


async def test_of_two_keys_that_fit_none_is_guessed(site):
    site.issuer.document = public(key_of(), key_of("ES256", 8))
    assert await status(site, header={"kid": None}) == 401


@pytest.mark.parametrize("name", ["JWKS", "JWKS_FILE"])
async def test_keys_may_stand_in_the_settings_or_in_a_file(sqlite_url, tmp_path, name):
    file = tmp_path / "jwks.json"
    file.write_bytes(public(key_of()))
    text = {"JWKS": public(key_of()).decode(), "JWKS_FILE": str(file)}[name]
    async with trusting(sqlite_url, JWKS_URL="", **{name: text}) as site:
        assert await status(site) == 200
        assert await status(site, key=key_of("ES256", 8)) == 401
        assert site.issuer.fetches == 0


WRONG = {
    "an issuer without keys": {"JWKS_URL": ""},
    "keys without an issuer": {"ISSUER": ""},
    "keys twice": {"JWKS": public(key_of()).decode()},
    "keys over plain HTTP": {"JWKS_URL": "http://sso.contoh.go.id/certs"},
    "the gateway itself": {"ISSUER": PUBLIC_URL},
    "the gateway's second issuer": {"ISSUER": f"{PUBLIC_URL}/legacy/oauth2"},
    "no algorithm": {"ALGS": ","},
    "an algorithm with a shared secret": {"ALGS": "HS256"},
    "a table that is none": {"CLIENTS": "dinkes"},
}


@pytest.mark.parametrize("case", WRONG)
def test_the_start_is_refused_with(sqlite_url, case):
    changes = {f"GATEWAY_FOREIGN_{name}": text for name, text in WRONG[case].items()}
    environ = environment(sqlite_url) | BELIEVED | changes
    with pytest.raises(SettingsWrong) as raised:
        read_everything({name: text for name, text in environ.items() if text})
    assert all(p.variable.startswith("GATEWAY_FOREIGN_") for p in raised.value.problems)


@pytest.mark.parametrize("written", ["{}", "bukan", '{"keys": []}'])
def test_written_keys_that_are_none_refuse_the_start(sqlite_url, written):
    environ = environment(sqlite_url) | {
        "GATEWAY_FOREIGN_ISSUER": ISSUER,
        "GATEWAY_FOREIGN_JWKS": written,
    }
    with pytest.raises(SettingsWrong, match="GATEWAY_FOREIGN_JWKS"):
        Parts(*read_everything(environ))
