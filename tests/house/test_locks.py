"""The locks: what is installed is exactly what was examined, wherever it is fetched from."""

import itertools
import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.fixtures.project import read

LOCKS = ["runtime.txt", "dev.txt", "build.txt"]
PROJECT = tomllib.loads(read("pyproject.toml"))
DECLARED = {
    "runtime.txt": PROJECT["project"]["dependencies"],
    "dev.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "build.txt": PROJECT["build-system"]["requires"],
}


def entries(lock: str) -> list[list[str]]:
    """One list for each package: its requirement, then its hashes."""
    joined = read(f"requirements/{lock}").replace(" \\\n", "\n")
    lines = [line.strip() for line in joined.splitlines()]
    starts = [number for number, line in enumerate(lines) if not line.startswith("--hash")]
    return [lines[begin:end] for begin, end in itertools.pairwise([*starts, len(lines)])]


def pins(lock: str) -> dict[str, Requirement]:
    requirements = [Requirement(entry[0]) for entry in entries(lock)]
    return {canonicalize_name(each.name): each for each in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_version_and_hash(lock):
    hash_of_a_file = re.compile(r"--hash=sha256:[0-9a-f]{64}")
    for requirement, *hashes in entries(lock):
        assert re.match(r"[a-z0-9-]+==[^ ,*]+( ; .+)?$", requirement)
        assert hashes
        assert all(hash_of_a_file.fullmatch(each) for each in hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_folder(lock):
    # Nor has it any option: one could lead somewhere.
    assert re.findall(r"/|\bfile:|^-", read(f"requirements/{lock}"), re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_declared_is_locked_within_its_bounds(lock):
    locked = pins(lock)
    for declared in map(Requirement, DECLARED[lock]):
        (pin,) = locked[canonicalize_name(declared.name)].specifier
        assert pin.version in declared.specifier


@pytest.mark.parametrize("smaller", ["runtime.txt", "build.txt"])
def test_the_dev_lock_holds_the_others(smaller):
    theirs = {name: str(requirement) for name, requirement in pins(smaller).items()}
    ours = {name: str(requirement) for name, requirement in pins("dev.txt").items()}
    assert theirs.items() <= ours.items()


def test_the_packages_of_the_javascript_kit_are_pinned_by_hash_and_name_no_registry():
    lock = json.loads(read("docs/clients/javascript/package-lock.json"))
    packages = {path: each for path, each in lock["packages"].items() if path}
    assert packages
    assert [path for path, each in packages.items() if "resolved" in each] == []
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
