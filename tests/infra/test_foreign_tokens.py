"""What a foreign issuer's token is taken for, where its tokens are bound to a key."""

from datetime import timedelta

import pytest

from gateway.domain.errors import NotAuthenticated
from gateway.domain.foreign_issuer import ForeignIssuerProfile
from gateway.domain.grant import Kelas
from gateway.domain.narrowing import RAR_TYPE
from gateway.infra.oauth.foreign_keys import WrittenKeys
from gateway.infra.oauth.foreign_tokens import ForeignIssuer
from gateway.infra.oauth.jwks import read_key_set
from gateway.kit.clock import ManualClock
from tests.fixtures.foreign import ISSUER, key_of, public
from tests.fixtures.oauth import PUBLIC_URL, START, sign


def issuer(*, sender_constrained: bool) -> ForeignIssuer:
    profile = ForeignIssuerProfile(
        issuer=ISSUER,
        audience=PUBLIC_URL,
        algs=frozenset(("ES256",)),
        typ=frozenset(("at+jwt",)),
        client_claim="client_id",
        grant_claim="grant_id",
        max_life=timedelta(hours=1),
        sender_constrained=sender_constrained,
    )
    keys = WrittenKeys(read_key_set(public(key_of())))
    return ForeignIssuer(profile, keys, ManualClock(START), RAR_TYPE)


def token(**more) -> str:
    now = int(START.timestamp())
    claims = {
        "iss": ISSUER, "aud": PUBLIC_URL, "client_id": "dinkes", "iat": now, "exp": now + 60,
        "jti": "contoh",
    }  # fmt: skip
    return sign(claims | more, key_of(), {"typ": "at+jwt"})


def test_only_bound_tokens_may_open_grants_of_the_high_class():
    assert issuer(sender_constrained=False).profile.kelas == {Kelas.RENDAH}
    assert issuer(sender_constrained=True).profile.kelas == set(Kelas)


@pytest.mark.parametrize("binding", ["jkt", "x5t#S256"])
@pytest.mark.parametrize("sender_constrained", [True, False])
async def test_what_a_token_is_bound_to_is_told(sender_constrained, binding):
    cnf = {binding: "x" * 43}
    told = await issuer(sender_constrained=sender_constrained).verify(token(cnf=cnf))
    assert told.cnf == cnf


async def test_where_tokens_are_bound_one_that_is_not_is_refused():
    assert (await issuer(sender_constrained=False).verify(token())).cnf is None
    for more in ({}, {"cnf": {}}, {"cnf": {"kid": "x"}}, {"cnf": "x"}):
        with pytest.raises(NotAuthenticated):
            await issuer(sender_constrained=True).verify(token(**more))
