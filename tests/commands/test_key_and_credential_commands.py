"""Keys, secrets and tokens from the operator's side of the screen, and the log of what was done."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from gateway.commands.expiring import warn_of_expiring
from gateway.infra.oauth.client_keys import public_jwk
from gateway.parts import Parts, read_everything
from tests.commands.terminal import Terminal
from tests.fixtures.oauth import client_of, private_key

A = ("--oleh", "CONTOH A")
KID = private_key("ES256")["kid"]


@pytest.fixture
def terminal(database_url):
    """On both stores."""
    return Terminal(database_url)


def day(ahead):
    return f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def moment(**ahead):
    return f"{datetime.now(UTC) + timedelta(**ahead):%Y-%m-%dT%H:%M:%SZ}"


def states(terminal, issuer="strict"):
    lines = terminal("keys", "list").stdout.splitlines()
    return {line.split()[-1]: line.split()[1] for line in lines if line.split()[0] == issuer}


@pytest.fixture
def jwk(tmp_path):
    path = tmp_path / "kunci.json"
    path.write_text(json.dumps(public_jwk(private_key("ES256"))))
    return str(path)


def register(terminal, client_id="dinkes", *more):
    return terminal("client", "add", client_id, "--opd", "CONTOH OPD", *more, *A)


def test_a_signing_key_is_published_and_then_promoted(terminal):
    told = terminal("keys", "rotate", *A).stdout
    (kid,) = states(terminal)
    assert told.startswith(f"{kid} is published; rotate again from 20")
    refused = terminal("keys", "rotate", *A, code=2)
    assert "published only just" in refused.stderr
    assert states(terminal) == {kid: "published"}
    assert terminal("keys", "rotate", "--now", *A).stdout == f"{kid} signs.\n"
    assert states(terminal) == {kid: "signing"}


def test_a_stolen_key_is_gone_with_the_next_one(terminal):
    terminal("keys", "rotate", "--issuer", "legacy", "--now", *A)
    (old,) = states(terminal, "legacy")
    terminal("keys", "rotate", "--issuer", "legacy", *A)
    told = terminal("keys", "rotate", "--issuer", "legacy", "--stolen", *A).stdout
    found = states(terminal, "legacy")
    assert (found.pop(told.split()[0]), found.pop(old)) == ("signing", "gone")
    assert list(found.values()) == ["gone"]
    assert states(terminal) == {}


@pytest.mark.parametrize("words", [("-hXq_oleh",), ("--", "-hXq_oleh")])
def test_a_kid_that_begins_with_a_hyphen_is_no_option(terminal, tmp_path, words):
    register(terminal)
    path = tmp_path / "hyphen.jwk"
    path.write_text(json.dumps(public_jwk(private_key("ES256")) | {"kid": "-hXq_oleh"}))
    terminal("client", "key", "add", "dinkes", "--jwk", path, *A)
    terminal("client", "key", "remove", *A, "dinkes", *words)
    assert "-hXq_oleh" not in terminal("client", "key", "list", "dinkes").stdout


def test_a_client_gets_keys_each_for_its_time_and_loses_them(terminal, jwk):
    register(terminal)
    bounds = ("--not-before", day(1), "--not-after", moment(days=9))
    terminal("client", "key", "add", "dinkes", "--jwk", jwk, *bounds, *A)
    made = json.loads(terminal("client", "key", "add", "dinkes", "--alg", "Ed25519", *A).stdout)
    assert "d" in made
    lines = terminal("client", "key", "list", "dinkes").stdout.splitlines()
    assert [(line.split()[0], " live " in line) for line in lines] == [
        ("ES256", True),
        ("ES256", False),
        ("Ed25519", True),
    ]
    assert day(1) in lines[1]
    assert made["d"] not in terminal("client", "show", "dinkes").stdout
    first = lines[0].split()[-1]
    for kid in (first, KID):
        terminal("client", "key", "remove", "dinkes", kid, *A)
    refused = terminal("client", "key", "remove", "dinkes", made["kid"], *A, code=2)
    assert "last live key" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("key", "add", "tak-ada", "--alg", "ES256"),
        ("key", "add", "dinkes", "--jwk", "{private}"),
        ("key", "add", "dinkes", "--not-after", "2020-01-01"),
        ("key", "add", "dinkes", "--not-after", "besok"),
        ("key", "add", "demo"),
        ("key", "remove", "dinkes", "tak-ada"),
        ("secret-end", "demo", "tak-ada"),
        ("secret-end", "demo", "tak-ada", "--grace", "169"),
        ("logout", "tak-ada"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(terminal, tmp_path, words):
    register(terminal)
    register(terminal, "demo", "--with-secret")
    private = tmp_path / "privat.json"
    private.write_text(json.dumps(private_key("ES256")))
    refused = terminal("client", *(word.format(private=private) for word in words), *A, code=2)
    assert refused.stderr
    assert private_key("ES256")["d"] not in refused.output


def test_a_secret_is_ended_after_a_grace_or_at_once(terminal):
    register(terminal, "demo", "--with-secret")
    old, new = (
        json.loads(terminal("client", "secret", "demo", *A).stdout)["secret_id"] for _ in range(2)
    )
    terminal("client", "secret", "demo", *A, code=2)
    terminal("client", "secret-end", "demo", old, "--grace", "24", *A)
    shown = json.loads(terminal("client", "show", "demo").stdout)
    assert shown["secrets"][old] < shown["secrets"][new]
    assert shown["client"]["not_before"] is None
    assert terminal("client", "secret-end", "demo", new, *A).stdout.startswith(f"demo: {new} ends")
    shown = json.loads(terminal("client", "show", "demo").stdout)
    assert list(shown["secrets"]) == [old]
    assert shown["client"]["not_before"] is not None
    terminal("client", "secret", "demo", *A)


def test_logging_out_and_suspending_end_the_tokens_that_are_out(terminal):
    register(terminal)
    ends = []
    for word in ("logout", "suspend", "resume", "revoke"):
        terminal("client", word, "dinkes", *A)
        ends.append(json.loads(terminal("client", "show", "dinkes").stdout)["client"]["not_before"])
    assert ends[0] < ends[1] == ends[2] < ends[3]


def test_what_ends_soon_is_told_with_exit_code_3(terminal, jwk):
    register(terminal, "dinkes", "--jwk", jwk)
    assert terminal("client", "expiring").stdout == ""
    assert json.loads(terminal("client", "expiring", "--json").stdout) == []
    soon = moment(days=5)
    register(terminal, "bank", "--berakhir", soon)
    line = terminal("client", "expiring", code=3).stdout
    assert line.split() == [soon, "7", "d", "client", "bank", "bank"]
    (found,) = json.loads(terminal("client", "expiring", "--json", code=3).stdout)
    assert (found["jenis"], found["id"], found["ambang_hari"]) == ("client", "bank", 7)
    assert terminal("client", "expiring", "--days", "1").stdout == ""


@pytest.fixture
async def open_parts(terminal):
    """Opens the gateway's parts over the terminal's store, as each process does."""
    opened = []

    def open_again() -> Parts:
        opened.append(Parts(*read_everything(terminal.environ)))
        return opened[-1]

    yield open_again
    for parts in opened:
        await parts.close()


async def test_one_warning_in_the_log_tells_that_something_ends_soon(open_parts):
    with capture_logs() as lines:
        await warn_of_expiring(open_parts())
    assert lines == []
    parts = open_parts()
    now = parts.clock()
    for name in ("satu", "dua"):
        ending = client_of(name, dibuat_pada=now, berakhir_pada=now + timedelta(days=3))
        await parts.clients.save_client(ending, oleh="CONTOH A")
    with capture_logs() as lines:
        await warn_of_expiring(open_parts())
    (line,) = lines
    assert (line["log_level"], line["event"], line["count"]) == ("warning", "expiring", 2)
    assert line["client_ids"] == ["dua", "satu"]


def test_the_admin_log_tells_who_did_what_to_whom(terminal):
    register(terminal)
    terminal("client", "suspend", "dinkes", "--oleh", "CONTOH B")
    first, second, reading = terminal("admin", "log").stdout.splitlines()
    assert " CONTOH A client.tambah dinkes {" in first
    assert " CONTOH B client.status dinkes {" in second
    assert " catatan.baca catatan_admin {}" in reading
    entries = [json.loads(line) for line in terminal("admin", "log", "--json").stdout.splitlines()]
    assert entries[1]["rincian"]["sebelum"]["status"] == "AKTIF"
    assert entries[1]["rincian"]["sesudah"]["status"] == "DITANGGUHKAN"
    assert terminal("admin", "log", "--since", day(1)).stdout == ""
    # Each reading is noted before it is shown.
    assert len(terminal("admin", "log", "--since", day(-1)).stdout.splitlines()) == 6


def test_no_secret_and_no_private_key_is_in_the_admin_log(terminal):
    private = json.loads(register(terminal).stdout)
    register(terminal, "demo", "--with-secret")
    secret = json.loads(terminal("client", "secret", "demo", *A).stdout)["client_secret"]
    told = terminal("admin", "log", "--json").stdout
    assert private["d"] not in told
    assert secret.partition(".")[2] not in told
    assert "scrypt" not in told
