"""The README names every setting, every control of the simulator and every case."""

import re
from pathlib import Path

import pytest

import adapters.dukcapil
from adapters.dukcapil.config import Config
from adapters.dukcapil.sim_control import Control

README = Path(adapters.dukcapil.__file__).with_name("README.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [Config, Control])
def test_every_setting_and_every_control_is_documented(kind):
    assert [name for name in kind.__struct_fields__ if f"`{name}`" not in README] == []


def test_every_case_has_its_place_in_the_table():
    table = README.partition("## Cases")[2]
    named = set()
    for first, last in re.findall(r"D-(\d\d)(?: to D-(\d\d))?", table):
        named.update(range(int(first), int(last or first) + 1))
    assert named == set(range(1, 44))
