"""Every setting stands in docs/operations.md as the code has it: name, type and default."""

import re
from collections import Counter

import pytest

from gateway.infra.systems import discover, env_prefix
from gateway.kit.env import describe_struct
from gateway.settings import PREFIX, Settings
from tests.fixtures.project import project_files, read

SPECS = list(discover().values())
STRUCTS = {
    "the gateway": (PREFIX, Settings),
    **{spec.slug: (env_prefix(spec), spec.config) for spec in SPECS},
}
_ROW = re.compile(r"^\| `(GATEWAY_\w+)` \| ([^|]*) \| (?:`([^`]*)`)? \| ([^|]*) \|$", re.MULTILINE)
DOCUMENTED = [match.groups(default="") for match in _ROW.finditer(read("docs/operations.md"))]


def owner(variable: str) -> str:
    """Whose variable it is: the longest prefix that fits."""
    fitting = [name for name, (prefix, _) in STRUCTS.items() if variable.startswith(prefix)]
    return max(fitting, key=lambda name: len(STRUCTS[name][0]))


@pytest.mark.parametrize("name", STRUCTS)
def test_every_setting_is_documented_as_it_is(name):
    prefix, struct = STRUCTS[name]
    told = {row[0]: row[1:3] for row in DOCUMENTED if owner(row[0]) == name}
    assert told == {
        setting.name: (setting.type, setting.default or "")
        for setting in describe_struct(struct, prefix)
    }


def test_no_setting_is_documented_twice():
    counts = Counter(row[0] for row in DOCUMENTED)
    assert [variable for variable, count in counts.items() if count > 1] == []


def test_every_setting_says_what_it_is_for():
    # One word, such as "Seconds", says what it is measured in and not what it is.
    assert [variable for variable, *_, meaning in DOCUMENTED if len(meaning.split()) < 2] == []


def test_every_variable_that_a_document_names_is_a_setting():
    known = {row[0] for row in DOCUMENTED}
    for path in project_files():
        if path.suffix == ".md" and path.parts[0] in {"README.md", "SECURITY.md", "docs"}:
            named = set(re.findall(r"\bGATEWAY_[A-Z_]*[A-Z]\b", read(path)))
            strangers = {name for name in named if not {name, name.removesuffix("_FILE")} & known}
            assert (str(path), strangers) == (str(path), set())
