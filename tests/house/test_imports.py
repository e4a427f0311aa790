"""Imports run one way, and each rule that says so would notice a breach."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.fixtures.project import ROOT, project_files, read

CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
]
BREACHES = {
    "imports run one way": ("gateway/domain/intruder.py", "gateway.application"),
    "the house names no guest: adapters are discovered": (
        "gateway/infra/guest.py",
        "adapters.dukcapil",
    ),
    "adapters see domain and kit only": ("adapters/simasos/intruder.py", "gateway.application"),
    "adapters are handed their connections": ("adapters/simasos/caller.py", "gateway.kit.http"),
    "adapters are strangers to each other": ("adapters/siks_ng/intruder.py", "adapters.dukcapil"),
    "the domain and the use cases know no framework": ("gateway/domain/framework.py", "sqlalchemy"),
    "who writes the sealed log and who proves it share no code": (
        "gateway/domain/prover.py",
        "gateway.audit_bundle.notes",
    ),
    "the verifier that travels stands alone": (
        "gateway/audit_bundle/progress.py",
        "gateway.audit_bundle.verify",
    ),
    "subjects of use cases do not go in circles": (
        "gateway/application/caller/intruder.py",
        "gateway.application.exports.work_exports",
    ),
    "rooms of the store do not go in circles": (
        "gateway/infra/db/records/intruder.py",
        "gateway.infra.db.subjects.requests",
    ),
    "two modules speak to the HTTP library": ("gateway/infra/caller.py", "httpx"),
}


def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says of each contract: KEPT or BROKEN."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    answer = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    found = re.findall(r"^(.+) (KEPT|BROKEN)\b", answer.stdout, flags=re.MULTILINE)
    assert found, answer.stdout + answer.stderr
    return dict(found)


@pytest.fixture
def trespassed(tmp_path):
    """A copy of the sources in which each contract is broken by one module."""
    for path in project_files():
        if path.parts[0] in {"gateway", "adapters", "pyproject.toml"}:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, tmp_path / path)
    for module, imported in BREACHES.values():
        (tmp_path / module).write_text(f"import {imported}\n")
    return tmp_path


def test_imports_run_one_way():
    assert verdicts(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


def test_every_contract_notices_a_breach(trespassed):
    assert set(BREACHES) == set(CONTRACTS)
    assert verdicts(trespassed) == dict.fromkeys(CONTRACTS, "BROKEN")


def foreign(path: Path) -> set[str]:
    """The packages that a module imports and that are neither Python's nor ours."""
    nodes = list(ast.walk(ast.parse(read(path))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    tops = {name.partition(".")[0] for name in names}
    return tops - sys.stdlib_module_names - {"gateway", "adapters"}


@pytest.mark.parametrize(
    ("rooms", "admitted"),
    [
        ("gateway/domain/**/*.py", {"msgspec"}),
        ("gateway/application/**/*.py", {"msgspec"}),
        ("adapters/*/*.py", {"msgspec", "litestar", "python_calamine", "xlsxwriter"}),
    ],
)
def test_a_room_admits_no_other_packages(rooms, admitted):
    guests = {str(path): foreign(path) - admitted for path in ROOT.glob(rooms)}
    assert {path: names for path, names in guests.items() if names} == {}


def test_what_proves_a_bundle_needs_nothing_of_the_gateway():
    script = Path("gateway/audit_bundle/verify.py")
    assert foreign(script) == {"cryptography"}
    assert (
        re.findall(r"^\s*(?:from|import) (?:gateway|adapters)\b", read(script), re.MULTILINE) == []
    )
    for path in ROOT.glob("gateway/audit_bundle/*.py"):
        imported = re.findall(r"from (gateway[\w.]*)", path.read_text())
        ours = ("gateway.audit_bundle.", "gateway.kit.rfc3161.")
        assert all(name.startswith(ours) for name in imported)


def test_only_simulators_serve_and_only_siks_ng_reads_spreadsheets():
    for path in ROOT.glob("adapters/*/**/*.py"):
        if "litestar" in foreign(path):
            assert path.stem.startswith("sim")
        if {"python_calamine", "xlsxwriter"} & foreign(path):
            assert "siks_ng" in path.parts
