"""The rooms of the house: what stands where, how large it may be, and that it says what it is for."""

import ast
from pathlib import Path

import pytest

from tests.fixtures.project import project_files, read

TOP_LEVEL = {
    ".ci", ".dockerignore", ".editorconfig", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile",
    "LICENSE", "Makefile", "README.md", "SECURITY.md", "adapters", "bench", "docs", "gateway", "openapi",
    "pyproject.toml", "requirements", "scripts", "tests",
}  # fmt: skip
NAMES_THAT_SAY_NOTHING = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "common",
    "misc",
    "base",
}
MOST_LINES = 400

PYTHON = [path for path in project_files() if path.suffix == ".py"]
SOURCES = [
    path for path in project_files() if path.suffix in {".py", ".sh"} or path.name == "Makefile"
]


def test_the_top_level_holds_only_what_is_expected():
    assert {path.parts[0] for path in project_files()} <= TOP_LEVEL


def test_no_source_is_longer_than_a_reader_bears():
    lengths = {str(path): read(path).count("\n") for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_module_names_say_what_the_module_does():
    assert [str(path) for path in PYTHON if NAMES_THAT_SAY_NOTHING & {path.stem, *path.parts}] == []


@pytest.mark.parametrize("room", ["gateway", "adapters", "scripts", "bench", "tests"])
def test_every_module_says_what_it_is_for(room):
    modules = [path for path in PYTHON if path.parts[0] == room]
    silent = [str(path) for path in modules if ast.get_docstring(ast.parse(read(path))) is None]
    assert silent == []


def test_every_package_of_the_product_is_a_real_package():
    folders = {path.parent for path in PYTHON if path.parts[0] in {"gateway", "adapters"}}
    assert [str(folder) for folder in folders if folder / "__init__.py" not in PYTHON] == []


def test_shell_scripts_stop_at_the_first_error():
    scripts = [path for path in project_files() if path.suffix == ".sh"] + [Path(".ci/run")]
    careless = [str(path) for path in scripts if "\nset -euo pipefail\n" not in read(path)]
    assert careless == []
