"""Which keys a client may register."""

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.domain.errors import BadInput
from gateway.infra.oauth.client_keys import (
    check_public_jwk,
    new_private_jwk,
    public_jwk,
    sign_assertion,
)
from tests.fixtures.oauth import START, private_key

EC = public_jwk(private_key("ES256"))
REFUSED = {
    "a private key": private_key("ES256"),
    "a symmetric key": OctKey.generate_key(256).as_dict(),
    "another curve": ECKey.generate_key("P-384", private=False).as_dict(),
    "a curve for encryption": OKPKey.generate_key("X25519", private=False).as_dict(),
    "a weak RSA key": {"kty": "RSA", "e": "AQAB", "n": "w" + "A" * 170 + "B"},
    "RSA with RS256": {**public_jwk(private_key("PS256")), "alg": "RS256"},
    "EC with another algorithm": {**EC, "alg": "PS256"},
    "for encryption": {**EC, "use": "enc"},
    "a point off the curve": {**EC, "y": EC["x"]},
    "a part missing": {name: value for name, value in EC.items() if name != "y"},
    "a part of another kind": {**EC, "x": 7},
    "a kid of another kind": {**EC, "kid": 7},
    "an endless kid": {**EC, "kid": "k" * 201},
    "a list as its kind": {**EC, "kty": ["EC"]},
    "nothing": {},
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_key_that_breaks_the_profile_is_refused(case):
    with pytest.raises(BadInput) as raised:
        check_public_jwk(REFUSED[case])
    assert str(EC["x"]) not in str(raised.value)


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
def test_a_made_key_can_be_registered_and_is_bound_to_its_algorithm(alg):
    private = new_private_jwk(alg)
    public = check_public_jwk(public_jwk(private))
    assert (public["alg"], public["kid"], public["use"]) == (alg, private["kid"], "sig")
    assert "d" not in public


def test_a_bare_key_is_named_by_its_thumbprint_and_loses_what_is_not_needed():
    key = RSAKey.generate_key(2048, private=False)
    checked = check_public_jwk(
        {**key.as_dict(), "x5u": "https://jahat.contoh", "key_ops": ["verify"]}
    )
    assert checked == {**key.as_dict(), "kid": key.thumbprint(), "alg": "PS256", "use": "sig"}


def test_no_assertion_is_signed_with_what_is_no_private_key():
    with pytest.raises(BadInput):
        sign_assertion(EC, "dinkes", "https://gateway.contoh", START)
