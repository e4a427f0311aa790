"""Tokens are believed only as they were made, for what they were made, by whom they may be made."""

import warnings
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat import asn1
from cryptography.utils import CryptographyDeprecationWarning

from gateway.kit.clock import ManualClock
from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.faults import Fault, TimestampWrong
from gateway.kit.rfc3161.tokens import check_token, query, token_of
from gateway.sandbox.tsa_certificates import Authority
from tests.fixtures.tsa import AskedAuthority

NOW = datetime(2026, 11, 21, 9, 0, 0, 500_000, tzinfo=UTC)
MESSAGE = b"contoh.example/audit\n7\nAAAA\ntime 2026-11-21T09:00:00.000000Z\n"
NONCE = 2**63 + 5


@pytest.fixture(scope="module")
def authority():
    return AskedAuthority(ManualClock(NOW))


def believed(authority, *, message=MESSAGE, anchors=None, nonce=NONCE, **wrong):
    token = token_of(authority.stamped(query(MESSAGE, NONCE), **wrong))
    return check_token(token, message, anchors or authority.anchors, nonce)


def test_a_sound_answer_tells_when_the_authority_saw_the_message(authority):
    assert believed(authority) == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"status": 2}, Fault.REJECTED),
        ({"status": 1}, Fault.REJECTED),
        ({"garbage": True}, Fault.MALFORMED),
        ({"imprint": "other"}, Fault.OTHER_MESSAGE),
        ({"nonce": "other"}, Fault.OTHER_NONCE),
        ({"nonce": "none"}, Fault.OTHER_NONCE),
        ({"broken": True}, Fault.BAD_SIGNATURE),
        ({"certificates": False}, Fault.UNTRUSTED),
        ({"signer": "ended"}, Fault.UNTRUSTED),
        ({"signer": "not_begun"}, Fault.UNTRUSTED),
        ({"signer": "other_use"}, Fault.UNTRUSTED),
        ({"signer": "more_uses"}, Fault.UNTRUSTED),
        ({"signer": "no_use"}, Fault.UNTRUSTED),
        ({"signer": "use_not_critical"}, Fault.UNTRUSTED),
        ({"signer": "issuer"}, Fault.UNTRUSTED),
        ({"signer": "stranger"}, Fault.UNTRUSTED),
    ],
)
def test_an_unsound_answer_is_not_believed(authority, wrong, fault):
    with pytest.raises(TimestampWrong) as raised:
        believed(authority, **wrong)
    assert raised.value.fault is fault


def test_a_token_is_of_one_message_and_one_authority(authority):
    with pytest.raises(TimestampWrong, match="other_message"):
        believed(authority, message=MESSAGE.replace(b"\n7\n", b"\n8\n"))
    with pytest.raises(TimestampWrong, match="untrusted"):
        believed(authority, anchors=Anchors(Authority(NOW).pem()))


def test_the_certificate_must_have_been_in_force_then_and_not_now(authority):
    week, year = timedelta(days=7), timedelta(days=365)
    ahead = int(week.total_seconds())
    assert believed(authority, ahead=ahead) == NOW.replace(microsecond=0) + week
    with pytest.raises(TimestampWrong, match="untrusted"):
        believed(authority, ahead=int(year.total_seconds()))


def test_any_certificate_of_the_chain_may_be_the_anchor(authority):
    issuer = authority.program.authority.issuer.certificate
    assert believed(authority, anchors=Anchors(authority.pem_of(issuer)))


@pytest.mark.parametrize("signer", ["sound", "ended", "other_use", "more_uses", "no_use"])
def test_the_signer_itself_may_be_the_anchor_but_must_be_sound_all_the_same(authority, signer):
    certificate = authority.program.authority.signer(signer).certificate
    anchors = Anchors(authority.pem_of(certificate))
    if signer == "sound":
        assert believed(authority, anchors=anchors)
        return
    with pytest.raises(TimestampWrong, match="untrusted"):
        believed(authority, anchors=anchors, signer=signer)


def test_without_anchors_a_token_is_only_sound_in_itself(authority):
    token = token_of(authority.stamped(query(MESSAGE, NONCE), signer="stranger"))
    assert check_token(token, MESSAGE, None) == NOW.replace(microsecond=0)


def test_no_change_of_a_token_is_believed_but_where_it_says_nothing(authority):
    token = token_of(authority.stamped(query(MESSAGE, NONCE)))
    unread = _unread_places(token)
    for place in range(len(token)):
        for bit in (0x01, 0x20, 0x80):
            mutant = bytearray(token)
            mutant[place] ^= bit
            if _is_believed(bytes(mutant), authority.anchors):
                assert place in unread, place


def _unread_places(token) -> set[int]:
    """What may be changed without that the token said something else."""
    signed = asn1.decode_der(shapes.SignedMessage, token).content.parse(shapes.SignedData)
    [signer] = signed.signers.as_list()
    # Versions and hashes before the content: the signer tells them again.
    before = range(token.index(asn1.encode_der(shapes.TST_INFO)))
    # The signer's name: its certificate's hash is among what is signed.
    name = token.rindex(bytes(signer.named.data))
    named = range(name - 8, name + len(signer.named.data))
    # How many bits of a certificate's signature do not count.
    spare = {token.index(each.signature) - 1 for each in signed.certificates}
    return {*before, *named, *spare}


def _is_believed(token, anchors) -> bool:
    with warnings.catch_warnings():
        # A number that is not positive any more.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            return check_token(token, MESSAGE, anchors, NONCE) == NOW.replace(microsecond=0)
        except TimestampWrong:
            return False


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_what_is_cut_off_is_not_read(authority, cut):
    reply = authority.stamped(query(MESSAGE, NONCE))
    with pytest.raises(TimestampWrong, match="malformed"):
        token_of(reply[:cut])
    with pytest.raises(TimestampWrong, match="malformed"):
        check_token(token_of(reply)[:cut], MESSAGE, authority.anchors)


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"\0"])
def test_a_file_without_certificates_is_no_anchor(tmp_path, pem):
    path = tmp_path / "anchors.pem"
    path.write_bytes(pem)
    with pytest.raises(ValueError, match="no certificates in PEM"):
        Anchors.of_file(path)
    with pytest.raises(ValueError, match="cannot be read"):
        Anchors.of_file(tmp_path / "none.pem")
