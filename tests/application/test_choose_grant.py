"""One token stands for one grant, and it is clear which."""

from datetime import timedelta

import pytest

from gateway.application.caller.choose_grant import NoGrant, WhyNoGrant, choose_grant
from gateway.domain.grant import Grant, Kelas, Scope, StatusGrant
from tests.fixtures.oauth import START, grant_of

ALL = frozenset(Kelas)
READ = frozenset((Scope.PPKS_READ,))
ONE = grant_of("dinkes", "G-1")
PPKS_ONLY = grant_of("dinkes", "G-2", scopes=READ, kelas=Kelas.RENDAH)


def choose(*held: Grant, kelas=ALL, grant_id=None, scopes=frozenset(), now=START):
    return choose_grant(held, now=now, kelas=kelas, grant_id=grant_id, scopes=scopes)


def test_the_only_grant_is_taken_with_all_its_scopes():
    chosen = choose(ONE)
    assert (chosen.grant, chosen.scopes) == (ONE, ONE.scopes)


def test_scopes_asked_for_narrow_the_token_and_may_settle_which_grant():
    assert choose(ONE, scopes=READ).scopes == READ
    assert choose(ONE, PPKS_ONLY, scopes=frozenset((Scope.PENDUDUK_READ,))).grant is ONE


def test_a_named_grant_is_taken_among_several():
    assert choose(ONE, PPKS_ONLY, grant_id="G-2").grant is PPKS_ONLY


@pytest.mark.parametrize(
    ("held", "asked", "why"),
    [
        ((), {}, WhyNoGrant.NONE_ACTIVE),
        ((ONE,), {"kelas": frozenset((Kelas.RENDAH,))}, WhyNoGrant.NONE_ACTIVE),
        ((ONE,), {"now": ONE.berlaku_sampai}, WhyNoGrant.NONE_ACTIVE),
        ((ONE,), {"now": ONE.berlaku_dari - timedelta(seconds=1)}, WhyNoGrant.NONE_ACTIVE),
        ((grant_of("dinkes", "G-1", status=StatusGrant.DRAFT),), {}, WhyNoGrant.NONE_ACTIVE),
        ((ONE,), {"grant_id": "G-9"}, WhyNoGrant.NOT_HELD),
        ((ONE,), {"grant_id": "G-1", "now": ONE.berlaku_sampai}, WhyNoGrant.NOT_HELD),
        ((PPKS_ONLY,), {"scopes": frozenset((Scope.SYSTEMS_READ,))}, WhyNoGrant.SCOPE_NOT_GRANTED),
        ((ONE, PPKS_ONLY), {}, WhyNoGrant.AMBIGUOUS),
        ((ONE, PPKS_ONLY), {"scopes": READ}, WhyNoGrant.AMBIGUOUS),
    ],
)
def test_without_one_grant_that_fits_there_is_no_token(held, asked, why):
    with pytest.raises(NoGrant) as raised:
        choose(*held, **asked)
    assert raised.value.why is why


def test_scopes_of_two_grants_are_never_united():
    other = grant_of("dinkes", "G-3", scopes=frozenset((Scope.SYSTEMS_READ,)))
    with pytest.raises(NoGrant) as raised:
        choose(PPKS_ONLY, other, scopes=frozenset((Scope.PPKS_READ, Scope.SYSTEMS_READ)))
    assert raised.value.why is WhyNoGrant.SCOPE_NOT_GRANTED
