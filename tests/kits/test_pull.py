"""Each client kit against the sandbox: all records, exactly once each, whatever interrupts it."""

import json
import signal
import time
from pathlib import Path

import pytest

from tests.fixtures.kits import run, started

CLIENT = "dinkes-kukar"
EVERYTHING = 1385
PATIENCE_SECONDS = 30.0


def records(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def ids(text: str) -> list[str]:
    return [record["id"] for record in records(text)]


@pytest.fixture
def pulling(kit, town):
    """What starts a whole pull with the key that the kit made itself."""
    return kit.pull, (town.url, CLIENT, town.key(kit.kit.language))


def test_all_records_arrive_with_a_key_of_the_kit_s_own_making(pulling, town):
    command, where = pulling
    ended = run(command, *where)
    assert (ended.code, ended.trouble) == (0, "")
    legacy = town.sandbox.every("/v1/ppks?kode_wilayah=64.02", town.sandbox.legacy_token("demo"))
    assert len(ids(ended.output)) == len(set(ids(ended.output))) == EVERYTHING
    assert ids(ended.output) == [record["id"] for record in legacy]
    assert {"nik", "nama_lengkap", "alamat", "kategori"} <= records(ended.output)[0].keys()


def test_a_private_key_is_readable_by_its_owner_only(kit, town, tmp_path):
    assert Path(town.key(kit.kit.language)).stat().st_mode & 0o777 == 0o600
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert run(kit.make_key, str(taken)).code != 0
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("alg", ["PS256", "Ed25519"])
def test_keys_of_other_algorithms_prove_the_client_too(kit, town, alg):
    ended = run(kit.pull, town.url, "inspektorat-kukar", town.key(alg), "kode_wilayah=64.02.06")
    assert (ended.code, len(ids(ended.output)) > 100) == (0, True), ended.trouble
    assert "nama_lengkap" not in records(ended.output)[0]


def test_a_killed_pull_goes_on_without_loss_and_without_doubles(pulling, tmp_path):
    command, where = pulling
    output, cursor = tmp_path / "ppks.ndjson", tmp_path / "cursor"
    arguments = (f"--cursor-file={cursor}", *where, "limit=20")
    earlier = '{"id": "of an earlier pull"}\n'
    output.write_text(earlier)
    with started(command, *arguments, onto=output) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while output.stat().st_size <= len(earlier) and time.monotonic() < deadline:
            time.sleep(0.002)
    assert process.returncode == -signal.SIGKILL
    assert 1 < output.read_text().count("\n") < EVERYTHING
    with output.open("a") as torn:
        torn.write('{"id": "a record that was torn in the mid')
    with started(command, *arguments, onto=output) as process:
        assert process.wait(PATIENCE_SECONDS) == 0
    before, *pulled = ids(output.read_text())
    assert before == "of an earlier pull"
    assert len(pulled) == len(set(pulled)) == EVERYTHING
    assert not cursor.exists()


def test_a_pull_whose_output_took_no_more_goes_on(pulling, tmp_path):
    command, where = pulling
    output, cursor = tmp_path / "ppks.ndjson", tmp_path / "cursor"
    arguments = (f"--cursor-file={cursor}", *where, "limit=100")
    small = ["bash", "-c", 'ulimit -c 0 -f 150; exec "$@"', "small", *command]
    with started(small, *arguments, onto=output) as process:
        assert process.wait(PATIENCE_SECONDS) != 0
    assert output.stat().st_size == 150 * 1024
    with started(command, *arguments, onto=output) as process:
        assert process.wait(PATIENCE_SECONDS) == 0
    pulled = ids(output.read_text())
    assert len(pulled) == len(set(pulled)) == EVERYTHING


@pytest.mark.parametrize("output", ["longer", "shorter"])
def test_a_cursor_file_spoils_no_other_output(pulling, tmp_path, output):
    command, where = pulling
    other, cursor = tmp_path / "other", tmp_path / "cursor"
    other.write_text("kept" if output == "longer" else "")
    length = 1 if output == "longer" else 9
    inode = other.stat().st_ino + (output == "longer")
    cursor.write_text(json.dumps({"cursor": None, "length": length, "file": inode}))
    with started(command, f"--cursor-file={cursor}", *where, onto=other) as process:
        _, trouble = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert b"is of another output" in trouble
    assert other.read_text() == ("kept" if output == "longer" else "")


def test_a_cursor_file_needs_an_output_that_can_be_cut(pulling, tmp_path):
    command, where = pulling
    ended = run(command, f"--cursor-file={tmp_path / 'cursor'}", *where)
    assert (ended.code, ended.output) == (1, "")
    assert "--cursor-file needs the output in a file" in ended.trouble


@pytest.mark.parametrize(
    ("key", "query", "told"),
    [
        ("ES256", "limit=1", "invalid_client: autentikasi client gagal"),
        ("own", "warna=biru", "bad_input: parameter kueri tidak benar; warna: "),
        ("public.json", "limit=1", "not a private key as JWK with alg and kid"),
    ],
    ids=["wrong key", "unknown filter", "no key"],
)
def test_what_is_wrong_is_told_in_one_line(kit, town, key, query, told):
    name = kit.kit.language if key == "own" else key
    file = town.key(name) if "." not in name else str(Path(town.key("x")).with_name(name))
    ended = run(kit.pull, town.url, CLIENT, file, query)
    assert (ended.code, ended.output, ended.trouble.count("\n")) == (1, "", 1)
    assert ended.trouble.startswith("pull_ppks: ")
    assert told in ended.trouble
    assert ("(request " in ended.trouble) == (key != "public.json")
