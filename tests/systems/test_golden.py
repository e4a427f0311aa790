"""Every adapter's golden cases hold: what a system sends becomes exactly these words of the house."""

import sys
import types

import msgspec
import pytest

from gateway.infra.systems import discover
from tests.systems.golden import Case, cases_of, operations_of, run

SYSTEMS = list(discover())
CASES = [
    pytest.param(system, case, id=f"{system}-{case.id}")
    for system in SYSTEMS
    for case in cases_of(system)
]


@pytest.mark.parametrize(("system", "case"), CASES)
def test_a_golden_case_holds(system, case):
    assert run(system, case) == msgspec.json.decode(case.expect), case.name


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_adapter_has_cases_for_everything_that_it_maps(system):
    assert {case.map for case in cases_of(system)} == set(operations_of(system))


@pytest.fixture
def invented(tmp_path, monkeypatch):
    """An adapter without a case, to which the test adds files."""
    package = types.ModuleType("adapters.invented")
    package.__path__ = [str(tmp_path)]
    mapping = types.ModuleType("adapters.invented.mapping")
    mapping.GOLDEN = {"echo": lambda wire, settings: (wire.decode(), settings)}
    monkeypatch.setitem(sys.modules, package.__name__, package)
    monkeypatch.setitem(sys.modules, mapping.__name__, mapping)
    (tmp_path / "cases").mkdir()
    return tmp_path / "cases"


def case_file(**changes):
    usual = {"id": "X-01", "name": "gema", "map": "echo", "wire": {"b": 1, "a": [2]}, "expect": 0}
    return msgspec.json.encode([usual | changes])


def test_an_adapter_without_cases_is_noticed(invented):
    assert cases_of("invented") == []
    with pytest.raises(AssertionError):
        test_every_adapter_has_cases_for_everything_that_it_maps("invented")


@pytest.mark.parametrize(
    "content", [b"", b"[", b"{}", b"[]", b'[{"id": "X-01"}]', case_file(expected=1), b"\xff"]
)
def test_a_case_file_that_is_none_is_named(invented, content):
    (invented / "rusak.json").write_bytes(content)
    with pytest.raises(ValueError, match="rusak"):
        cases_of("invented")


def test_an_id_stands_for_one_case_of_its_file(invented):
    [one] = msgspec.json.decode(case_file())
    (invented / "dua.json").write_bytes(msgspec.json.encode([one, one]))
    with pytest.raises(ValueError, match="X-01"):
        cases_of("invented")


def test_a_case_of_an_operation_that_does_not_exist_fails(invented):
    (invented / "satu.json").write_bytes(case_file(map="tak_ada"))
    [case] = cases_of("invented")
    with pytest.raises(LookupError, match="tak_ada"):
        run("invented", case)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [("tepat begini\n", "tepat begini\n"), ({"b": 1, "a": [2]}, '{"b":1,"a":[2]}'), ("", "")],
)
def test_a_text_is_the_exact_wire_and_anything_else_is_compact_json(invented, wire, expected):
    (invented / "satu.json").write_bytes(case_file(wire=wire, settings={"tahun": "2024"}))
    [case] = cases_of("invented")
    assert isinstance(case, Case)
    assert run("invented", case) == [expected, {"tahun": "2024"}]
