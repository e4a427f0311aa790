"""What a client kit does on a gateway's bad days: it waits as told, renews its token, gives up in words."""

import json

import pytest

from gateway.infra.oauth.client_keys import new_private_jwk
from tests.fixtures.fake_gateway import Script, page, playing, problem
from tests.fixtures.kits import run


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key.jwk"
    path.write_text(json.dumps(new_private_jwk()))
    return str(path)


def pulled(kit, key, script):
    with playing(script):
        return run(kit.pull, script.url, "opd", key, "status=TERDATA")


def busy(seconds: int):
    return problem(429, "rate_limited", **{"Retry-After": str(seconds)})


def test_it_waits_as_long_as_it_is_told_and_loses_nothing(kit, key):
    away = problem(503, "unavailable", **{"Retry-After": "0"})
    script = Script([busy(1), page("a", "b", next_cursor="n"), away, away, page("c")])
    ended = pulled(kit, key, script)
    assert (ended.code, ended.trouble) == (0, "")
    assert [json.loads(line) for line in ended.output.splitlines()] == [
        {"id": "a"},
        {"id": "b"},
        {"id": "c"},
    ]
    (first, *_), (second, *_) = script.asked[:2]
    assert second - first >= 1
    assert len(set(script.jtis)) == len(script.jtis)


def test_it_waits_for_a_token_too(kit, key):
    before = {
        "/.well-known/oauth-authorization-server": [busy(0)],
        "/oauth2/token": [busy(0), problem(503, "replay_set_unavailable", **{"Retry-After": "0"})],
    }
    script = Script([page("a")], before)
    ended = pulled(kit, key, script)
    assert (ended.code, ended.output.count("\n")) == (0, 1), ended.trouble
    assert script.before["/oauth2/token"] == []


def test_it_keeps_its_filters_and_follows_the_cursor(kit, key):
    script = Script([page("a", next_cursor="n/+="), page("b")])
    pulled(kit, key, script)
    queries = [target for _, _, target in script.asked]
    assert all("status=TERDATA" in query and "limit=500" in query for query in queries)
    assert ["cursor=n%2F%2B%3D" in query for query in queries] == [False, True]


def test_one_token_serves_until_shortly_before_its_end(kit, key):
    script = Script([page("a", next_cursor="n"), page("b", next_cursor="m"), page("c")])
    pulled(kit, key, script)
    assert script.tokens == 1


def test_a_token_that_is_about_to_end_is_renewed(kit, key):
    script = Script([page("a", next_cursor="n"), page("b")], token_life=20)
    pulled(kit, key, script)
    assert [token for _, token, _ in script.asked] == ["DPoP token-1", "DPoP token-2"]


CHALLENGE = {"WWW-Authenticate": 'DPoP error="invalid_token", algs="ES256"'}


def test_a_token_that_is_refused_is_renewed_once(kit, key):
    ended_token = problem(401, "not_authenticated", **CHALLENGE)
    script = Script([page("a", next_cursor="n"), ended_token, page("b")])
    ended = pulled(kit, key, script)
    assert (ended.code, ended.output.count("\n"), script.tokens) == (0, 2, 2)

    script = Script([ended_token, ended_token])
    ended = pulled(kit, key, script)
    assert (ended.code, script.tokens) == (1, 2)
    assert "not_authenticated: about not_authenticated (request r-1)" in ended.trouble


def test_it_gives_up_where_the_gateway_stays_busy(kit, key):
    script = Script([page("a", next_cursor="n")] + [busy(0)] * 6)
    ended = pulled(kit, key, script)
    assert (ended.code, ended.output) != (0, "")
    assert json.loads(ended.output) == {"id": "a"}
    assert ended.trouble == "pull_ppks: rate_limited: about rate_limited (request r-1)\n"
