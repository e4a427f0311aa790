"""Code tables forgive case, spaces and punctuation, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.table import CodeTable, slug

COLOURS: CodeTable[str] = CodeTable(
    "warna", "2", {"merah": ["1", "MERAH"], "biru": ["2", "Biru tua"]}
)


@given(st.text())
def test_slug_is_idempotent_and_plain(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert once.isascii()
    assert once == once.strip("-").lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("DESA/KELUARAHAN ", "desa-keluarahan", id="trap 11"),
        ("Tuna  Daksa", "tuna-daksa"),
        ("caf\u00e9", "cafe"),
        ("\uff11\uff12", "12"),
        ("---", ""),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize("text", ["BIRU TUA", "biru-tua", "  Biru_Tua. ", "2"])
def test_wordings_of_one_value(text: str) -> None:
    assert COLOURS.get(text) == "biru"
    assert COLOURS.get(text) == "biru"


@pytest.mark.parametrize("text", ["", "hijau", "birutua", "12"])
def test_unknown_texts_are_none(text: str) -> None:
    assert COLOURS.get(text) is None


def test_one_text_cannot_stand_for_two_values() -> None:
    with pytest.raises(ValueError, match="two values"):
        CodeTable("warna", "1", {1: ["A B"], 2: ["a/b"]})


def test_a_text_without_letters_or_digits_cannot_be_an_entry() -> None:
    with pytest.raises(ValueError, match="no letter"):
        CodeTable("warna", "1", {1: ["-"]})


def test_one_value_may_repeat_a_text() -> None:
    assert CodeTable("warna", "1", {1: ["A B", "a-b"]}).get("A.B") == 1


def test_label_tells_name_and_version() -> None:
    assert COLOURS.label == "warna@2"


def test_memory_does_not_grow_with_new_spellings() -> None:
    table = CodeTable("warna", "1", {"merah": ["merah"]})
    for number in range(5000):
        assert table.get("merah" + " " * number) == "merah"
    assert len(table._by_text) <= 4096


def test_falsy_values_are_values() -> None:
    assert CodeTable("jawaban", "1", {False: ["tidak"], True: ["ya"]}).get("TIDAK") is False
