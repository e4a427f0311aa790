"""No national id number and no credential survives in a masked text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.ids import new_id
from gateway.kit.mask import mask_digits, mask_text

NIK = "9901014101800001"
SIXTEEN = st.text(st.sampled_from("0123456789"), min_size=16, max_size=16)
BETWEEN = st.sampled_from(["/", ":", " ", ", ", "=", '"'])


def uuid_of(digits: str, version: str, variant: str) -> str:
    """A UUID with these digits around its two fixed ones."""
    return f"{digits[:8]}-{digits[8:12]}-{version}{digits[12:15]}-{variant}{digits[15:18]}-{digits[18:]}"


def uuids(digits: str) -> st.SearchStrategy[str]:
    """UUIDs of every version with such digits."""
    drawn = st.text(st.sampled_from(digits), min_size=30, max_size=30)
    return st.builds(uuid_of, drawn, st.sampled_from("12345678"), st.sampled_from("89abAB"))


ANY_UUID = uuids("0123456789") | uuids("0123456789abcdef") | uuids("0123456789ABCDEF")


@given(st.text(st.sampled_from("0123456789 .-,:/aB\uff10\uff19"), max_size=120))
def test_no_run_of_sixteen_digits_is_left(text: str) -> None:
    assert not re.search(r"\d{16}", mask_text(text))


@given(
    st.text(max_size=40),
    st.text(st.sampled_from("0123456789"), min_size=16, max_size=16),
    st.text(max_size=40),
)
def test_a_number_anywhere_in_a_text_is_hidden(before: str, nik: str, after: str) -> None:
    assert nik not in mask_text(before + nik + after)


@given(ANY_UUID, BETWEEN, ANY_UUID)
def test_uuids_stay_whole(one: str, between: str, other: str) -> None:
    for text in (one, f"{one}{between}{other}", f"permintaan {one}.", new_id()):
        assert mask_text(text) == text


@given(ANY_UUID, SIXTEEN, st.text(st.sampled_from(" .-"), max_size=15), BETWEEN)
def test_a_number_beside_a_uuid_is_hidden(uuid: str, nik: str, gaps: str, between: str) -> None:
    spaced = "".join(map("".join, zip(nik, gaps.ljust(16, "_"), strict=True))).replace("_", "")
    for text in (f"{uuid}{between}{spaced}", f"{spaced}{between}{uuid}"):
        masked = mask_text(text)
        assert spaced not in masked
        assert "[16-digit]" in masked


@pytest.mark.parametrize(
    "text",
    [
        "99010141-0180-0001",
        "99010141-0180-0001-8123-123456789012",
        "99010141-0180-1001-7123-123456789012",
        "1-99010141-0180-4001-8123-123456789012",
        "99010141-0180-4001-8123-123456789012-1",
        "99010141-0180-4001-8123-1234567890123",
        "99010141 0180 4001 8123 123456789012",
    ],
)
def test_what_only_looks_like_a_uuid_does_not_stay(text: str) -> None:
    assert "0180" not in mask_text(text)


@pytest.mark.parametrize(
    "text",
    [
        f"NIK {NIK} tidak ditemukan",
        f'{{"nik":{NIK}}}',
        "9901 0141 0180 0001",
        "990101-410180-0001",
        "99.01.01.410180.0001",
        "\uff19\uff19\uff10\uff11\uff10\uff11\uff14\uff11\uff10\uff11\uff18\uff10\uff10\uff10\uff10\uff11",
        f"2024-11-18 {NIK} 12",
        f"1{NIK}",
        f"{NIK}{NIK}",
        "9.901014101800001E+15",
    ],
)
def test_ways_of_writing_a_number(text: str) -> None:
    masked = mask_text(text)
    assert "[16-digit]" in masked
    assert "0180" not in masked.replace(".", "")
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T02:42:10Z",
        "+62-800-0000-0000",
        "64.02.06.1001",
        "1385 orang",
        "ABCD 123456789012345",
    ],
)
def test_shorter_numbers_stay(text: str) -> None:
    assert mask_text(text) == text


def test_credentials_are_hidden() -> None:
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjb250b2gifQ.c2lnbmF0dXJl"
    assert mask_text(f"Authorization: Bearer {jwt}") == "Authorization: Bearer [token]"
    assert (
        mask_text("authorization: basic Y29udG9oOnJhaGFzaWE=")
        == "authorization: basic [credential]"
    )
    assert mask_text("DPoP abcdefgh.ijkl-mnop") == "DPoP [credential]"
    assert mask_text(f"token={jwt}&x=1") == "token=[token]&x=1"


def test_mask_of_one_number_shows_both_ends_only() -> None:
    assert mask_digits(NIK) == "9901********0001"


@given(st.text(max_size=15) | st.text(min_size=17, max_size=30))
def test_mask_of_another_length_shows_nothing(text: str) -> None:
    assert mask_digits(text) == "*" * len(text)
