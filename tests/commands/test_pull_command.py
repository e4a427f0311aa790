"""`gateway pull` against `gateway simulate`: records come through a system's own service."""

import shlex
import subprocess
import sys

import pytest

from gateway.sandbox.world import dtsen_members, kaltara_people
from tests.fixtures.ports import free_ports
from tests.fixtures.project import ROOT
from tests.fixtures.simulators import ask
from tests.sandbox.process import environment


def told_cursor(told: str) -> str:
    """The cursor as a shell would read the line that was printed."""
    line = told.splitlines()[-1].removeprefix("Next time: ")
    name, cursor = shlex.split(line)
    assert name == "--cursor"
    return cursor


def test_a_cursor_of_braces_can_be_pasted_into_a_shell(connected):
    cursor = told_cursor(connected("pull", "siks-ng").stdout)
    assert "{" in cursor
    assert "0 new" in connected("pull", "siks-ng", "--cursor", cursor).stdout


def test_all_records_are_read_once_and_later_only_what_is_new(connected):
    told = connected("pull", "sijosku").stdout
    number = len(kaltara_people())
    assert f"{number} new, 0 changed, 0 unchanged; 0 could not be read." in told
    cursor = told_cursor(told)
    assert (
        "0 new, 0 changed, 0 unchanged" in connected("pull", "sijosku", "--cursor", cursor).stdout
    )
    assert f"0 new, 0 changed, {number} unchanged" in connected("pull", "sijosku").stdout
    assert connected.rows("SELECT count(*) FROM ppks") == [(number,)]


def test_a_system_is_named_as_people_write_it(connected):
    number = len(dtsen_members())
    assert f"{number} new" in connected("pull", "siks-ng").stdout
    assert f"0 new, 0 changed, {number} unchanged" in connected("pull", "siks_ng").stdout


@pytest.mark.parametrize("system", ["dukcapil", "simasos", "tak-ada"])
def test_a_system_that_gives_no_records_is_told_apart(connected, system):
    assert "gives no records" in connected("pull", system, code=2).stderr


def test_a_system_that_is_not_connected_is_told_apart(terminal):
    assert "not connected" in terminal("pull", "sijosku", code=2).stderr


def test_a_system_that_fails_is_told_and_comes_back(connected, outside):
    faults = outside["GATEWAY_SIJOSKU_URL"] + "/_faults"
    assert ask(faults, b'{"html": true}')[0] == 200
    failed = connected("pull", "sijosku", code=1)
    assert "sijosku" in failed.stderr
    assert connected.rows("SELECT count(*) FROM ppks") == [(0,)]
    assert ask(faults, b"{}")[0] == 200
    connected("pull", "sijosku")


def test_a_cursor_that_nobody_knows_is_told(connected):
    assert connected("pull", "siks-ng", "--cursor", "ngawur", code=1).stderr.strip()


def test_the_simulators_say_which_they_are(outside):
    base = outside["GATEWAY_SIJOSKU_URL"].removesuffix("/sijosku")
    status, text = ask(base + "/tak-ada")
    assert status == 404
    for name in ("/dukcapil/", "/sijosku/", "/siks-ng/", "/simasos/"):
        assert name in text
    for name in ("dukcapil", "sijosku", "siks-ng", "simasos"):
        assert ask(f"{base}/{name}/_faults")[0] == 200
        assert ask(f"{base}/{name}/_control")[0] == 200


def test_simulators_with_settings_that_are_wrong_do_not_start():
    environ = environment() | {"GATEWAY_SIJOSKU_PAGE_SIZE": "banyak"}
    command = [sys.executable, "-m", "gateway", "simulate", "--port", str(free_ports(2)[0])]
    answer = subprocess.run(
        command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 2
    assert "GATEWAY_SIJOSKU_PAGE_SIZE" in answer.stderr
    assert "Traceback" not in answer.stderr
