"""The documents say what is: links, paths, commands and lists are held against the code."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from gateway import __version__
from gateway.api.problems import _CODES as FRAMEWORK_CODES
from gateway.api.v1.ppks import list_ppks
from gateway.api.v1.ppks_record import PpksRecord
from gateway.application.civil_registry.ask_registry import unavailable
from gateway.application.civil_registry.registry_desk import BUSY, CLOSED
from gateway.cli import main
from gateway.domain.errors import GatewayError
from gateway.domain.grant import ATRIBUT_LOOKUP, ATRIBUT_PPKS, Grant, Scope
from gateway.domain.grant_types import (
    ATRIBUT_KELAS_TINGGI,
    ATRIBUT_SAMARAN,
    ATURAN,
    DILAYANI,
)
from gateway.domain.importing import KodeMasalah
from gateway.domain.outcome import REACTIONS, UpstreamFailure
from gateway.domain.registry_quota import Kept
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.observing.job_gauges import JobGauges
from gateway.infra.observing.metrics import Metrics
from gateway.infra.observing.registry_gauges import RegistryGauges
from gateway.infra.systems import Systems, discover
from gateway.kit.clock import system_clock
from tests.fixtures.lookups import free_desk
from tests.fixtures.project import ROOT, project_files, read

DOCS = [path for path in project_files() if path.suffix == ".md" and path.name != "LICENSES.md"]
DECISIONS = [path for path in DOCS if re.match(r"\d{4}-", path.name)]
ROOMS = ("gateway", "adapters", "docs", "tests", "scripts", "openapi", "requirements", "bench")
FILE_SOURCES = [spec for spec in discover().values() if spec.file_source is not None]
SET_BY_COMMANDS = {"versi", "status", "dibuat_oleh", "disetujui_oleh"}
# No route moves complaints through their steps yet.
NEVER_ANSWERED = {"complaint_step_out_of_order"}

each_document = pytest.mark.parametrize("path", DOCS, ids=str)


def code(path: Path) -> list[str]:
    """The lines of shell blocks (continued ones joined), and what stands as code in the text."""
    text = read(path)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", prose)
    return [line for line in lines if not line.startswith("#")] + spans


def table(path: str, heading: str) -> list[tuple[str, ...]]:
    """The rows of the tables under a heading; `heading` is how it begins."""
    parts = re.split(r"^#+ ", read(path), flags=re.MULTILINE)
    (part,) = [part for part in parts if part.startswith(heading)]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def named(path: str, heading: str, column: int = 0) -> list[str]:
    """What the tables under a heading name as code in one column, in order."""
    cells = " ".join(row[column] for row in table(path, heading) if len(row) > column)
    return re.findall(r"`([^`]+)`", cells)


def anchors(path: Path) -> set[str]:
    """The anchors that a reader's browser makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", read(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", read(path)):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        place = (ROOT / path.parent / file).resolve() if file else ROOT / path
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


@each_document
def test_paths_that_are_named_exist(path):
    shape = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w./*-]*")
    paths = {text for text in code(path) if shape.fullmatch(text)}
    assert [name for name in sorted(paths) if not any(ROOT.glob(name.rstrip("/")))] == []


@each_document
def test_chores_that_are_named_exist(path):
    chores = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    told = {word for text in code(path) for word in re.findall(r"\bmake ([a-z]+)\b", text)}
    assert told <= chores


def calls(path: Path) -> Iterator[list[str]]:
    """The words after each `gateway` that stands as a command."""
    for text in code(path):
        for call in re.findall(r"(?:^|[\s(])(?:\S+/)?gateway (-?[a-z][^|;)&>]*)", text):
            yield call.split()


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words after its name."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        _, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    return command, words


@each_document
def test_commands_and_options_that_are_named_exist(path):
    for words in calls(path):
        command, rest = find_command(words)
        known = {name for each in command.get_params(click.Context(command)) for name in each.opts}
        options = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert options <= known, words


def leaves(command: click.Command, *path: str) -> Iterator[str]:
    """The full names of all commands that do something."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name in command.list_commands(click.Context(command)):
        found, _ = find_command([*path[1:], name])
        yield from leaves(found, *path, name)


def test_every_command_is_in_the_table():
    told = [text.partition(" --")[0] for text in named("docs/operations.md", "Commands")]
    assert {text for text in told if text.startswith("gateway ")} == set(leaves(main, "gateway"))


def test_the_map_of_the_house_shows_every_room():
    (house,) = re.findall(r"```text\n(gateway/.*?)```", read("README.md"), flags=re.DOTALL)
    inside, _, _ = house.partition("adapters/")
    told = {
        name
        for line in inside.splitlines()[1:]
        for name in re.match(r"  ((?:\w+(?:/|\.py) *)*)", line)[1].split()
    }
    rooms = {path.parts[1] for path in project_files() if path.parts[0] == "gateway"}
    folders = {name + "/" for name in rooms if (ROOT / "gateway" / name).is_dir()}
    modules = {name for name in rooms if name.endswith(".py") and not name.startswith("__")}
    assert told == folders | modules


def test_the_readme_tells_the_direction_of_imports():
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if "layers" in contract)
    told = " > ".join(re.sub(r"[()]", "", layer) for layer in layers)
    assert f"\n{told}\n" in read("README.md")


def test_the_changes_begin_with_this_version():
    versions = re.findall(r"^## (\S+)", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert next(version for version in versions if version != "Unreleased") == __version__


def test_a_change_is_told_once():
    unreleased = re.split("^## ", read("CHANGELOG.md"), flags=re.MULTILINE)[1]
    told = re.findall(r"^\* (.*?)(?=^\* |^#|\Z)", unreleased, flags=re.MULTILINE | re.DOTALL)
    openings = Counter(" ".join(change.split())[:50] for change in told)
    assert len(openings) > 50
    assert [opening for opening, times in openings.items() if times > 1] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_its_number_and_its_parts(path):
    title, *parts = re.findall(r"^##? (.+)$", read(path), flags=re.MULTILINE)
    number, _, name = title.partition(". ")
    assert path.name.startswith(f"{int(number):04}-")
    assert parts == ["Context", "Decision", "Consequences"]
    assert f"{number}. [{name}]({path.name})" in read("docs/decisions/README.md")


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_attribute_is_told_with_where_it_can_be_had():
    rows = [row for row in table("docs/clients.md", "Attributes") if row[0].startswith("`")]
    told = {row[0].strip("`"): set(row[1].split()) for row in rows}
    places = {"R": ATRIBUT_LOOKUP, "P": PpksRecord.__struct_fields__}
    assert told == {
        name: {mark for mark, names in places.items() if name in names} for name in ATRIBUT_PPKS
    }


def test_every_scope_is_told():
    assert named("docs/clients.md", "Scopes") == [scope for scope in Scope if scope in DILAYANI]


def test_every_type_of_grant_is_told_with_its_scopes():
    rows = table("docs/operations.md", "Types of grants")
    told = {row[0].strip("`"): set(re.findall(r"`([^`]+)`", row[2])) for row in rows[1:]}
    anywhere = {Scope.SYSTEMS_READ, Scope.TOKENS_INTROSPECT}
    assert told == {jenis: set(rule.scopes) - anywhere for jenis, rule in ATURAN.items()}


def test_every_attribute_that_the_low_class_is_not_told_is_named():
    parts = re.split(r"^#+ ", read("docs/operations.md"), flags=re.MULTILINE)
    (part,) = [part for part in parts if part.startswith("Types of grants")]
    (text,) = re.findall(r"does not disclose (.*?)\.\n", part, flags=re.DOTALL)
    assert set(re.findall(r"`([^`]+)`", text)) == ATRIBUT_KELAS_TINGGI


def test_every_attribute_that_may_be_pseudonymised_is_named():
    told = named("docs/privacy.md", "Pseudonymised reading")
    assert set(told) == {"id", "rujukan", "versi", "diubah_pada"} | ATRIBUT_SAMARAN


def test_every_filter_is_told():
    told = named("docs/clients.md", "Reading records")
    assert set(told) == set(list_ppks.opt["query"]) - {"cursor"}


def test_every_field_of_a_grant_is_told():
    told = named("docs/operations.md", "Grants")
    assert set(told) == set(Grant.__struct_fields__) - SET_BY_COMMANDS


def kinds(error: type[GatewayError]) -> Iterator[type[GatewayError]]:
    """The kind itself and all that are made of it, in the program."""
    yield error
    for kind in error.__subclasses__():
        yield from kinds(kind)


def written_codes() -> set[str]:
    """The codes that the program writes out where it raises an error."""
    program = [path for path in project_files() if path.parts[0] in {"gateway", "adapters"}]
    said = [
        node.value.value
        for path in program
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.keyword) and node.arg == "code"
        if isinstance(node.value, ast.Constant)
    ]
    return {code for code in said if isinstance(code, str)}


def answered_codes() -> set[str]:
    """Every error code that the API can answer."""
    program = [kind for kind in kinds(GatewayError) if kind.__module__.startswith("gateway.")]
    failures = [outcome for outcome, rule in REACTIONS.items() if not rule.about_person]
    return {
        *(kind.code for kind in program if kind.code not in NEVER_ANSWERED),
        *written_codes(),
        *FRAMEWORK_CODES.values(),
        *(unavailable("", UpstreamFailure(outcome)).code for outcome in failures),
        *(kept.value for kept in Kept),
        BUSY,
        CLOSED,
    }


def test_every_error_code_is_told_and_no_other():
    assert len(answered_codes()) > 30
    header, *told = named("docs/clients.md", "Errors", column=1)
    assert header == "code"
    assert set(told) == answered_codes()


def test_every_metric_is_told():
    gauges = RegistryGauges(Systems({}, {}), free_desk(system_clock), system_clock)
    jobs = JobGauges(Database(open_engine("sqlite:///never-opened.db")), system_clock)
    families = [*Metrics().registry.collect(), *gauges.collect(), *jobs.collect()]
    names = {each.name + ("_total" if each.type == "counter" else "") for each in families}
    assert set(named("docs/operations.md", "Metrics")) == names


def test_every_problem_code_is_told():
    assert named("docs/import.md", "Every problem code") == list(KodeMasalah)


@pytest.mark.parametrize("spec", FILE_SOURCES, ids=lambda spec: spec.slug)
def test_every_option_of_a_system_s_files_is_told(spec):
    headings = re.findall(r"^## (.+)$", read("docs/import.md"), flags=re.MULTILINE)
    (heading,) = [each for each in headings if f"(`{spec.slug}`)" in each]
    rows = table("docs/import.md", heading)
    start = rows.index(("option", "meaning"))
    told = [row[0].strip("`") for row in rows[start + 1 :] if row[0].startswith("`")]
    assert told == [option.name for option in spec.file_source(spec.config()).options]
