"""The README names every setting, every option, every control of the simulator and every case."""

import re
from pathlib import Path

import pytest

import adapters.siks_ng
from adapters.siks_ng.config import Config
from adapters.siks_ng.konteks import PILIHAN
from adapters.siks_ng.simulator_rows import Kendali

README = Path(adapters.siks_ng.__file__).with_name("README.md").read_text("utf-8")
CASES = {*range(1, 25), 38, 39, 40}


@pytest.mark.parametrize("kind", [Config, Kendali])
def test_every_setting_and_every_control_is_documented(kind):
    assert [name for name in kind.__struct_fields__ if f"`{name}`" not in README] == []


def test_every_option_of_a_file_is_documented():
    assert [option.name for option in PILIHAN if f"`{option.name}`" not in README] == []


def test_every_case_has_its_place_in_the_table():
    table = README.partition("## Cases")[2]
    named = set()
    for first, last in re.findall(r"S-(\d\d)(?: to S-(\d\d))?", table):
        named.update(range(int(first), int(last or first) + 1))
    assert named >= CASES
