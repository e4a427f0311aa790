"""The chores: `make help` tells of all of them, and CI does neither less nor other than `make test`."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.project import ROOT, project_files, read


def make(*arguments: str) -> str:
    # A make that runs these tests must not hand its own flags to ours.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    command = ["make", *arguments]
    answer = subprocess.run(
        command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return answer.stdout


def test_help_lists_every_target_and_is_what_make_does_unasked():
    targets = re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE)
    listed = [line.split()[1] for line in make("help").splitlines()]
    assert listed == targets
    assert make() == make("help")


def test_every_target_is_phony():
    targets = re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE)
    (phony,) = re.findall(r"^\.PHONY: (.*)", read("Makefile"), flags=re.MULTILINE)
    assert set(phony.split()) == set(targets)


def test_ci_runs_make_test_and_nothing_else():
    lines = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "exec make test </dev/null"
    assert "|| true" not in read(".ci/run")
    assert "pytest" not in read(".ci/run")


@pytest.mark.parametrize(
    "step",
    [
        "ruff format --check",
        "ruff check",
        "bin/mypy",
        "lint-imports",
        "services.sh",
        "kits.sh",
        "pytest -n",
    ],
)
def test_make_test_takes_every_step(step):
    assert step in make("--dry-run", "test")


def test_make_run_becomes_the_sandbox_so_that_one_interrupt_ends_it():
    assert "exec .venv/bin/gateway sandbox" in make("--dry-run", "run")


def test_scripts_may_be_executed():
    scripts = [path for path in project_files() if path.suffix == ".sh"] + [Path(".ci/run")]
    assert [str(path) for path in scripts if not os.access(ROOT / path, os.X_OK)] == []
