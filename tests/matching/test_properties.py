"""What holds for every text, also for one that was written to do harm."""

import sys
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.matching.dates import banding_tanggal
from gateway.domain.matching.distance import FAR, is_swap, slips
from gateway.domain.matching.names import banding_nama
from gateway.domain.matching.places import banding_tempat
from gateway.domain.matching.plain import banding_istilah
from gateway.domain.matching.spelling import bunyi, ejaan_baru
from gateway.domain.matching.streets import banding_alamat
from gateway.domain.matching.text import fold
from tests.matching.cases import nowhere, pairs

WORDS = sorted({word for pair in pairs() for word in f"{pair.told} {pair.known}".split()})
texts = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
letters = st.text(alphabet="abcdehijknosuyz", max_size=14)
COMPARE = {
    "names": banding_nama,
    "places": lambda one, other: banding_tempat(one, other, nowhere),
    "streets": banding_alamat,
    "terms": banding_istilah,
}
each_kind = pytest.mark.parametrize("kind", COMPARE)


@each_kind
@given(one=texts, other=texts)
def test_the_score_is_the_same_whichever_side_is_told(kind, one, other):
    there, back = COMPARE[kind](one, other), COMPARE[kind](other, one)
    assert (there is None) == (back is None)
    if there is not None:
        assert there.skor == back.skor
        assert 0 <= there.skor <= 100


@each_kind
@given(text=texts)
def test_a_text_is_the_same_as_itself(kind, text):
    found = COMPARE[kind](text, text)
    assert found is None or (found.skor, found.alasan) == (100, frozenset())
    if any(map(str.isalnum, fold(text))) and len(fold(text)) <= 200:
        assert found is not None


@given(text=texts)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(word=letters)
def test_a_spelling_that_was_settled_stays(word):
    assert ejaan_baru(ejaan_baru(word)) == ejaan_baru(word)
    assert bunyi(bunyi(word)) == bunyi(word)


@given(one=st.dates(), other=st.dates())
def test_only_the_same_day_is_sure(one, other):
    there, back = banding_tanggal(one, other), banding_tanggal(other, one)
    assert there == back
    assert (there.skor == 100) == (one == other)
    assert there.skor == 100 or there.skor < 80


def full_distance(left, right):
    """The plain table, without a band."""
    rows = [list(range(len(right) + 1))]
    for i, letter in enumerate(left, 1):
        rows.append([i])
        for j, other in enumerate(right, 1):
            cost = min(rows[i - 1][j - 1] + (letter != other), rows[i - 1][j] + 1, rows[i][-1] + 1)
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            rows[i].append(cost)
    return rows[-1][-1]


@given(one=letters, other=letters)
def test_the_band_counts_as_the_whole_table_does(one, other):
    assert slips(one, other) == min(FAR, full_distance(one, other))


@given(word=letters, at=st.integers(0, 12))
def test_a_swap_is_one_slip(word, at):
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    assert slips(word, swapped) <= 1
    inner = 0 < at < len(word) - 2 and word != swapped
    assert is_swap(word, swapped) is inner


HOSTILE = {
    "one endless word": "a" * 200,
    "many words": "ab " * 66,
    "words that are alike": " ".join(f"abcdefghi{letter}" for letter in "abcdefghijklmn"),
    "longest words": " ".join(["kurniawansyahputrakurniawansya"] * 6),
    "brackets": "(" * 200,
    "aliases": "a alias " * 25,
    "dots": "a." * 100,
    "commas": "a," * 100,
    "slashes": "a/" * 100,
    "marks that grow": "\ufdfa" * 200,
    "combining marks": "e" + "\u0301" * 199,
    "old letters": "oe" * 100,
    "growing keys": "tjdjnjsjch" * 20,
    "right to left": "\u202e" + "abc " * 40,
    "lone surrogates": "\ud800" * 200,
    "nothing": "",
    "spaces": " " * 200,
    "numbers": "1/2 " * 50,
    "roads": "rt 1/2 rw " * 20,
    "endless": "abc " * 100_000,
}


@each_kind
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_cost_little_and_raise_nothing(kind, name):
    text = HOSTILE[name]
    started = time.thread_time()
    for other in (text, text[:-1] + "b", "Budi Santoso", HOSTILE["words that are alike"]):
        COMPARE[kind](text, other)
    # Generous: a plain table of all letters against all letters would take many times that.
    assert time.thread_time() - started < (2.0 if sys.gettrace() is None else 20.0)


def test_another_script_is_compared_as_it_stands_only():
    assert banding_nama("\u738b\u5c0f\u660e", "\u738b\u5c0f\u660e").skor == 100
    assert banding_nama("\u738b\u5c0f\u660e", "\u738b\u5927\u660e") is None


def test_what_is_too_long_is_compared_as_it_stands_only():
    long = "Budi " * 60
    assert banding_nama(long, long).skor == 100
    assert banding_nama(long + "Santoso", long + "Hartono") is None


def test_the_29th_of_february_has_no_swap():
    assert banding_tanggal(date(2004, 2, 29), date(2004, 2, 28)).skor < 80
