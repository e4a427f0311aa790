"""A compact JWS is read strictly before any key is looked for."""

import base64

import pytest

from gateway.kit.compact_jws import read_unverified


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jws(header: bytes) -> str:
    return f"{b64(header)}.{b64(b'isi')}.{b64(b'tanda')}"


def test_a_well_formed_jws_is_taken_apart():
    parts = read_unverified(
        jws(b'{"alg":"ES256","kid":"k","typ":"at+jwt","lain":1}'), max_chars=200
    )
    assert (parts.header.alg, parts.header.kid, parts.header.typ) == ("ES256", "k", "at+jwt")
    assert parts.payload == b"isi"
    assert "isi" not in repr(parts)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "a b.c.d", "a.b.c\n", "a=.b.c", "a+.b.c",
        jws(b"[]"), jws(b'"alg"'), jws(b"{}"), jws(b'{"alg":1}'), jws(b'{"alg":"x","kid":1}'), jws(b"{"),
        jws(b'{"alg":"x","crit":["exp"]}'), jws(b'{"alg":"x","b64":false}'), jws(b'{"alg":"x","zip":"DEF"}'),
        jws(b'{"alg":"\xff"}'), "abcde.b.c", jws(b'{"alg":"ES256"}' + b" " * 200),
    ],
)  # fmt: skip
def test_whatever_is_odd_is_refused(text):
    with pytest.raises(ValueError):
        read_unverified(text, max_chars=200)
