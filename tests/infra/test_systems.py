"""Adapters are found by their folders; a folder that is none says what is missing."""

import sys
from datetime import UTC, datetime

import pytest

from gateway.domain.systems import Capability, Health, Outside, System
from gateway.infra.systems import AdapterBroken, Systems, discover, env_prefix, read_configs
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools
from tests.systems.guests import AREAS, configured

OUTSIDE = Outside(
    http=HttpPools(), clock=ManualClock(datetime(2026, 1, 1, tzinfo=UTC)), wilayah=AREAS
)


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A package `kamar` of adapters, to which the test adds folders."""
    (tmp_path / "kamar").mkdir()
    (tmp_path / "kamar" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "kamar"
    for name in [name for name in sys.modules if name.partition(".")[0] == "kamar"]:
        del sys.modules[name]


def folder(room, name: str, text: str) -> None:
    (room / name).mkdir()
    (room / name / "__init__.py").write_text(text)


def test_systems_are_found_in_the_order_of_their_names():
    specs = discover()
    assert list(specs) == sorted(specs)
    assert all(spec.name == name for name, spec in specs.items())
    assert {env_prefix(spec) for spec in specs.values()} >= {"GATEWAY_SIKS_NG_", "GATEWAY_SIMASOS_"}


def test_a_private_folder_and_a_single_file_are_no_adapters(room):
    folder(room, "_arsip", "raise RuntimeError")
    (room / "catatan.py").write_text("raise RuntimeError")
    assert discover("kamar") == {}


@pytest.mark.parametrize("text", ["", "spec = None", "spec = 'sijosku'"])
def test_a_folder_without_a_calling_card_is_named(room, text):
    folder(room, "kosong", text)
    with pytest.raises(AdapterBroken, match="kamar/kosong"):
        discover("kamar")


def test_a_card_under_another_name_is_refused(room):
    folder(room, "lain", "from adapters.sijosku import spec")
    with pytest.raises(AdapterBroken, match="'sijosku'"):
        discover("kamar")


def test_all_problems_of_all_systems_are_told_together():
    environ = {
        "GATEWAY_SIJOSKU_PAGE_SIZE": "banyak",
        "GATEWAY_SIJOSKU_TOKENN": "rahasia",
        "GATEWAY_DUKCAPIL_THRESHOLD": "tinggi",
    }
    _, problems = read_configs(discover(), environ)
    assert {problem.variable for problem in problems} == set(environ)
    assert "rahasia" not in "".join(map(str, problems))


async def test_only_what_has_an_address_is_connected_and_offered_by_what_it_can_do():
    specs = discover()
    configs = {name: spec.config() for name, spec in specs.items()}
    configs["sijosku"] = configured(specs["sijosku"])
    configs["simasos"] = configured(specs["simasos"])
    systems = Systems(specs, configs)
    assert systems.offering(Capability.RECORD_SOURCE) == {}
    systems.connect(OUTSIDE)
    assert set(systems.connected) == {"sijosku", "simasos"}
    assert set(systems.offering(Capability.RECORD_SOURCE)) == {"sijosku"}
    assert set(systems.offering(Capability.COMPLAINT_CHANNEL)) == {"simasos"}
    assert systems.offering(Capability.RESIDENT_LOOKUP) == {}
    await systems.close()


async def test_one_system_that_cannot_be_closed_does_not_keep_the_others_open():
    closed: list[str] = []

    async def close_badly() -> None:
        raise RuntimeError("putus")

    async def close_well() -> None:
        closed.append("b")

    systems = Systems({}, {})
    systems.connected["a"] = System(health=Health, close=close_badly)
    systems.connected["b"] = System(health=Health, close=close_well)
    with pytest.raises(RuntimeError):
        await systems.close()
    assert closed == ["b"]


def test_a_config_with_which_it_could_not_connect_is_a_problem_of_the_settings():
    environ = {"GATEWAY_SIJOSKU_URL": "http://simulator.test", "GATEWAY_DUKCAPIL_URL": "bukan url"}
    _, problems = read_configs(discover(), environ)
    assert [one.variable for one in problems] == ["GATEWAY_DUKCAPIL_*", "GATEWAY_SIJOSKU_*"]
    assert "token" in problems[1].problem
