"""Which source's word counts, and what becomes of the others."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.merging.merge import Ujaran, gabungkan
from gateway.domain.merging.rules import aturan_bawaan, baca_aturan
from tests.domain.merging.test_rules import SHIPPED

RULES = aturan_bawaan()
PADAN = {"padan": {"status": "PADAN"}}
SET = {"status": "DITETAPKAN"}


def says(sistem, day=1, **nilai):
    segar = datetime(2026, 1, day, tzinfo=UTC)
    return Ujaran(sistem=sistem, id_sumber=f"{sistem}-1", segar=segar, nilai=nilai)


@pytest.mark.parametrize(
    ("attribute", "first", "second", "winner"),
    [
        ("pekerjaan", says("a", 1, pekerjaan="X", **SET), says("b", 2, pekerjaan="Y"), "Y"),
        ("agama", says("a", 1, agama="X", **SET), says("b", 2, agama="Y"), "X"),
        ("agama", says("a", 1, agama="X", **PADAN), says("b", 2, agama="Y", **SET), "X"),
        ("agama", says("a", 1, agama="X"), says("b", 2, agama="Y"), "Y"),
        ("agama", says("b", 1, agama="X"), says("a", 1, agama="Y"), "Y"),
        ("agama", says("a", 1, **SET), says("b", 1, agama="Y"), "Y"),
    ],
)
def test_what_decides(attribute, first, second, winner):
    for told in ((first, second), (second, first)):
        result = gabungkan(told, RULES)
        assert result.nilai[attribute] == winner
        assert told[result.dari[attribute][0]].nilai[attribute] == winner


def test_an_installation_may_prefer_a_source():
    text = SHIPPED.replace(
        'urutan = ["padan", "tingkat", "kesegaran"]',
        'urutan = ["sumber"]\nsumber = ["b", "a"]',
    )
    told = (says("a", 9, nik="1", **PADAN, **SET), says("b", nik="2"), says("c", 9, nik="3"))
    result = gabungkan(told, baca_aturan(text))
    assert result.nilai["nik"] == "2"
    assert [(lost.nilai, lost.oleh) for lost in result.konflik if lost.atribut == "nik"] == [
        ("1", 0),
        ("3", 2),
    ]


def test_a_place_is_never_put_together_of_two():
    told = (
        says("a", 1, kode_wilayah="64.02", alamat={"jalan": "JL. CONTOH"}),
        says("b", 2, kode_wilayah="65.01", kecamatan="CONTOH"),
    )
    result = gabungkan(told, RULES)
    assert (result.nilai["kode_wilayah"], result.nilai["kecamatan"]) == ("65.01", "CONTOH")
    assert "alamat" not in result.nilai
    assert {lost.atribut for lost in result.konflik} == {"kode_wilayah", "alamat"}


def test_lists_are_joined_and_only_contradictions_are_conflicts():
    told = (
        says("a", 1, bantuan=[{"program": "pkh", "status": "MENERIMA", "asli": "ya"}]),
        says("b", 2, bantuan=[{"program": "pkh", "status": "MENERIMA"}, {"program": "bpnt"}]),
        says("c", 3, bantuan=[{"program": "pkh", "status": "TIDAK_MENERIMA"}], kebutuhan=["x"]),
    )
    result = gabungkan(told, RULES)
    assert [item["program"] for item in result.nilai["bantuan"]] == ["pkh", "bpnt"]
    assert result.nilai["bantuan"][0]["status"] == "TIDAK_MENERIMA"
    assert [lost.oleh for lost in result.konflik] == [1, 0]
    assert result.nilai["kebutuhan"] == ["x"]


def test_letter_case_and_spaces_contradict_nobody():
    result = gabungkan((says("a", agama="ISLAM"), says("b", agama=" Islam ")), RULES)
    assert result.konflik == ()
    assert sorted(result.dari["agama"]) == [0, 1]


values = st.dictionaries(
    st.sampled_from(("nik", "agama", "kode_wilayah", "kecamatan", "pekerjaan")),
    st.sampled_from("XY"),
)
tellings = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 3), values),
    min_size=1,
    unique_by=lambda told: told[0],
)


@given(tellings.flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_of_telling_is_nothing(orders):
    results = []
    for order in orders:
        told = [says(name, day, **nilai) for name, day, nilai in order]
        result = gabungkan(told, RULES)
        lost = {(each.atribut, each.nilai, told[each.oleh].sistem) for each in result.konflik}
        who = {name: [told[i].sistem for i in tellers] for name, tellers in result.dari.items()}
        results.append((result.nilai, lost, who))
        for name, value in result.nilai.items():
            heard = {told[i].nilai[name] for i in result.dari[name]}
            assert heard == {value}
    assert results[0] == results[1]
