"""`gateway settings`: every variable explained, all mistakes told at once, no secret shown."""

import subprocess
import sys

import pytest

from gateway.infra.systems import discover, env_prefix
from gateway.kit.env import describe_struct
from gateway.settings import PREFIX, Settings
from tests.fixtures.project import ROOT

SECRET = "rahasia-yang-tidak-boleh-tampak"


def test_every_variable_is_listed_with_its_meaning(terminal):
    page = terminal("settings").stdout
    rows = describe_struct(Settings, PREFIX)
    for spec in discover().values():
        rows += describe_struct(spec.config, env_prefix(spec))
    assert [row.name for row in rows if row.name not in page] == []
    assert "Never change it." in page


def test_spans_of_time_and_numbers_of_calls_have_bounds_that_can_be_computed_with():
    rows = describe_struct(Settings, PREFIX)
    for spec in discover().values():
        rows += describe_struct(spec.config, env_prefix(spec))
    numbers = [row for row in rows if row.type.startswith("whole number")]
    ends = ("_DAYS", "_HOURS", "_LEASE", "_EVERY")
    spans = [row for row in numbers if row.name.endswith(ends)]
    assert [row.name for row in spans if "at most" not in row.type] == []
    least = [row for row in rows if row.name.endswith(("_TIMEOUT", "_CONCURRENCY", "_PAUSE"))]
    assert [row.name for row in least if not {"at", "more"} & {*row.type.split()}] == []


@pytest.mark.parametrize(
    ("variable", "value", "right"),
    [
        ("GATEWAY_JOBS_LONGEST_DAYS", "9" * 24, "at most 36500"),
        ("GATEWAY_SYNC_IN", "sijoku", "sijosku"),
        ("GATEWAY_SYNC_OUT", '{"sijoku": "G-1"}', "sijosku"),
        ("GATEWAY_AUDIT_RETENTION", '{"tokn": 3}', "penyingkapan"),
        ("GATEWAY_NIK_CACHE_LIFETIMES", '{"found": 0}', "at least 1"),
        ("GATEWAY_DUKCAPIL_MAX_CONCURRENCY", "0", "at least 1"),
        ("GATEWAY_DUKCAPIL_READ_TIMEOUT", "0", "more than 0"),
    ],
)
def test_a_value_that_could_not_work_is_told_with_what_would(terminal, variable, value, right):
    terminal.environ[variable] = value
    (told,) = terminal("settings", "--check", code=2).stderr.splitlines()[1:]
    assert told.startswith(f"{variable}: ")
    assert right in told


@pytest.mark.parametrize(
    ("variable", "value", "which"),
    [
        ("GATEWAY_DATA_KEYS", f"k1:{SECRET}", "data key number 1"),
        ("GATEWAY_INDEX_KEY", SECRET, "the index key"),
    ],
)
def test_it_is_told_which_key_is_no_key(terminal, variable, value, which):
    terminal.environ[variable] = value
    told = terminal("settings", "--check", code=2).stderr
    assert which in told
    assert SECRET not in told


def test_settings_that_are_right_are_right(terminal):
    assert "All settings are right." in terminal("settings", "--check").stdout


def test_all_mistakes_are_told_together_and_no_secret_is_repeated(terminal):
    wrong = {
        "GATEWAY_PORT": "delapan ribu",
        "GATEWAY_WORKERS": "0",
        "GATEWAY_LOG_LEVEL": "keras",
        "GATEWAY_LEGACY_ISUER": "true",
        "GATEWAY_SIJOSKU_PAGE_SIZE": "banyak",
        "GATEWAY_SIMASOS_ACESS_TOKEN": SECRET,
        "GATEWAY_DUKCAPIL_DAILY_QUOTA": SECRET,
        "GATEWAY_DUKCAPIL_PASSWORD_FILE": f"/tak/ada/{SECRET[:3]}",
    }
    terminal.environ |= wrong
    told = terminal("settings", "--check", code=2).stderr
    assert [name for name in wrong if name not in told] == []
    assert "did you mean GATEWAY_LEGACY_ISSUER?" in told
    assert SECRET not in told
    for word in terminal.environ["GATEWAY_DATA_KEYS"], terminal.environ["GATEWAY_INDEX_KEY"]:
        assert word not in told


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"GATEWAY_DATA_KEYS": SECRET}, "id:base64"),
        ({"GATEWAY_DATA_KEYS": f"k1:{SECRET}"}, "base64"),
        ({"GATEWAY_INDEX_KEY": ""}, "GATEWAY_INDEX_KEY"),
        ({"GATEWAY_WORKERS": "2"}, "GATEWAY_REDIS_URL"),
        ({"GATEWAY_WEBHOOK_LEASE": "15"}, "GATEWAY_WEBHOOK_TIMEOUT"),
        ({"GATEWAY_SIJOSKU_URL": "http://x.test"}, "token"),
        (
            {"GATEWAY_DUKCAPIL_URL": "ftp://x.test", "GATEWAY_DUKCAPIL_USER_ID": "x"},
            "GATEWAY_DUKCAPIL",
        ),
        ({"GATEWAY_DATABASE_URL": f"mysql://x:{SECRET}@y/z"}, "GATEWAY_DATABASE_URL"),
        ({"GATEWAY_DATABASE_URL": SECRET}, "GATEWAY_DATABASE_URL"),
        ({"GATEWAY_REDIS_URL": f"http://{SECRET}"}, "GATEWAY_REDIS_URL"),
        ({"GATEWAY_PUBLIC_URL": "bukan url"}, "GATEWAY_PUBLIC_URL"),
        ({"GATEWAY_TRUSTED_PROXIES": "10.0.0.7, gerbang"}, "GATEWAY_TRUSTED_PROXIES"),
    ],
)
@pytest.mark.parametrize("words", [("settings", "--check"), ("pull", "sijosku"), ("serve",)])
def test_what_would_stop_the_gateway_later_is_told_now(terminal, words, changes, expected):
    terminal.environ |= changes
    told = terminal(*words, code=2).stderr
    assert expected in told
    assert SECRET not in told


def test_variables_of_the_tests_and_of_others_are_nobodys_mistake(terminal):
    terminal.environ |= {"GATEWAY_TEST_DATABASE_URL": "x", "PATH_TO_GATEWAY": "x"}
    terminal("settings", "--check")


def test_the_help_page_imports_nothing_heavy():
    command = [sys.executable, "-X", "importtime", "-m", "gateway", "--help"]
    answer = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in answer.stderr.splitlines()}
    heavy = {"litestar", "sqlalchemy", "httpx", "redis", "granian", "authlib", "cryptography"}
    assert heavy & imported == set()
    assert {"gateway.cli", "rich_click"} <= imported
    for name in ("serve", "sandbox", "import", "pull", "settings"):
        assert name in answer.stdout


@pytest.mark.parametrize("name", ["serve", "sandbox", "simulate", "migrate", "import", "pull", "wilayah", "client", "grant", "keys", "cache", "settings", "openapi"])  # fmt: skip
def test_every_command_explains_itself(terminal, name):
    listed = terminal("--help").stdout
    assert name in listed
    assert len(terminal(name, "--help").stdout) > 100


def test_a_command_that_is_none_ends_with_2(terminal):
    assert "No such command" in terminal("servis", code=2).output
