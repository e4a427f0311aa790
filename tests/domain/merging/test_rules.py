"""The table of rules is checked, and every mistake is told in words that can be acted on."""

from importlib import resources

import pytest

from gateway.domain.merging.rules import ATRIBUT_DIATUR, AturanSalah, aturan_bawaan, baca_aturan

SHIPPED = resources.files("gateway.domain.merging").joinpath("rules.toml").read_text("utf-8")


def test_the_shipped_table_rules_each_attribute_once():
    named = [name for rule in aturan_bawaan().aturan for name in rule.atribut]
    assert sorted(named) == sorted(ATRIBUT_DIATUR)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"no_kk", ', "", "no rule names no_kk"),
        ('"no_kk"', '"nik"', "nik: named 2 times"),
        ('"no_kk"', '"no_kk", "hobi"', "hobi: no attribute"),
        ("DITOLAK = 5\n", "", "add a number for DITOLAK"),
        ('versi = "bawaan-1"', 'versi = ""', "versi: give the table a name"),
        ('urutan = ["tingkat", "kesegaran"]\ngabung', "urutan = []\ngabung", "name what decides"),
        ("gabung = true", "gabung = true\nbersama = true", "exclude each other"),
        ("bersama = true", "gabung = true", "`gabung` is for lists"),
        ('["padan", "tingkat"', '["sumber", "tingkat"', "belong together"),
        ('["padan", "tingkat"', '["usia", "tingkat"', "Invalid enum value 'usia'"),
        ("bersama = true", "semua = true", "unknown field"),
        ("\n[tingkat]", "\n[tingkat", "Expected"),
    ],
)
def test_a_mistake_is_told(old, new, told):
    assert old in SHIPPED
    with pytest.raises(AturanSalah) as wrong:
        baca_aturan(SHIPPED.replace(old, new, 1))
    assert told in str(wrong.value)


def test_all_mistakes_are_told_together():
    with pytest.raises(AturanSalah) as wrong:
        baca_aturan(SHIPPED.replace('"no_kk", ', "").replace("DITOLAK = 5\n", ""))
    assert len(wrong.value.masalah) == 2
