"""Aid programmes are recognised under the names that the systems use."""

import pytest

from gateway.domain.programmes import PROGRAM, Program, baca_program


@pytest.mark.parametrize("program", PROGRAM, ids=lambda program: program.slug)
def test_every_name_leads_to_its_programme(program: Program) -> None:
    for text in (program.slug, program.nama, *program.alias):
        assert baca_program(text.lower()) == baca_program(text.upper()) == program.slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("BNPT_PPKM", "bpnt-ppkm", id="S-06 BNPT_PPKM"),
        ("BPNT_PPKM", "bpnt-ppkm"),
        ("BANSOS BPNT-PPKM", "bpnt-ppkm"),
        ("BANSOS BPNT", "bpnt"),
        ("PBI JKN", "pbi-jk"),
        ("PBI", "pbi-jk"),
        ("pbi_nas", "pbi-jk"),
        ("pbi_pemda", "pbi-pemda"),
        ("BLT_BBM", "blt-bbm"),
        ("SEMBAKO_ADAPTIF", "sembako-adaptif"),
        ("sembako", "bpnt"),
        ("rutihu", "rutilahu"),
    ],
)
def test_names_of_the_sources(text: str, slug: str) -> None:
    assert baca_program(text) == slug


@pytest.mark.parametrize("text", ["", "-", "YA", "PKH BPNT", "periode_pkh"])
def test_unknown_names_are_not_guessed(text: str) -> None:
    assert baca_program(text) is None
