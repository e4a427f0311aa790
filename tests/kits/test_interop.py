"""A strict OAuth client that knows nothing of this project finds nothing wrong with the gateway.

oauth4webapi checks every answer against the standards (RFC 6749, 7009, 7662, 8414, 9068, 9449, 9728) and stops
at the first that does not hold.
"""

import itertools
import json
import shutil
from pathlib import Path

import pytest

from tests.fixtures.kits import JAVASCRIPT, run
from tests.fixtures.project import ROOT

CLIENT = "inspektorat-kukar"
ALGS = ("ES256", "PS256", "Ed25519")


@pytest.fixture(scope="module")
def seen(town, javascript_folder):
    shutil.copy(ROOT / "tests/kits/interop.js", javascript_folder)
    command = JAVASCRIPT.command("interop", javascript_folder)
    ended = run(command, town.url, CLIENT, *map(town.key, ALGS))
    assert ended.code == 0, ended.trouble
    return json.loads(ended.output)


def thumbprints(town):
    return [json.loads(Path(town.key(alg)).read_bytes())["kid"] for alg in ALGS]


def test_the_metadata_hold(seen, town):
    server, resource = seen["found"]["server"], seen["found"]["resource"]
    assert server["issuer"] == resource["resource"] == town.url
    assert resource["authorization_servers"] == [town.url]
    for what in ("dpop", "token_endpoint_auth"):
        assert set(server[f"{what}_signing_alg_values_supported"]) == set(ALGS)


def test_a_token_lives_and_ends_with_every_pair_of_keys(seen, town):
    pairs = itertools.product(thumbprints(town), repeat=2)
    for (_, holder), life in zip(pairs, seen["lives"], strict=True):
        claims, told = life["claims"], life["before"]
        assert (life["token_type"], life["status"]) == ("dpop", 200)
        assert claims["cnf"] == told["cnf"] == {"jkt": holder}
        assert (claims["client_id"], told["client_id"], told["active"]) == (CLIENT, CLIENT, True)
        assert {name: claims[name] for name in ("jti", "exp", "scope")}.items() <= told.items()
        assert life["after"] == {"active": False}


def test_a_revoked_token_is_refused_as_a_client_can_read(seen):
    for life in seen["lives"]:
        assert life["refused"]["status"] == 401
        (challenge,) = life["refused"]["challenges"]
        assert challenge["scheme"] == "dpop"
        assert challenge["parameters"]["error"] == "invalid_token"


@pytest.mark.parametrize(
    ("what", "error", "status"),
    [
        ("unproved", "invalid_request", 400),
        ("scope", "invalid_scope", 400),
        ("stranger", "invalid_client", 401),
    ],
)
def test_refusals_are_errors_as_oauth_has_them(seen, what, error, status):
    told = seen["refusals"][what]
    assert (told["error"], told["status"]) == (error, status)
    assert told["kind"] == "ResponseBodyError"
