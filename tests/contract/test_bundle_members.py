"""The members beside entries and checkpoints, and the file itself: changed, missing, or none at all."""

import base64
import json
import re
from zipfile import ZipFile

import pytest

from tests.contract.bent_bundles import at, named, notes, with_note
from tests.contract.proved_log import UNREADABLE, Evidence, Members, lines, packed, with_lines

OPENINGS = {
    "salt": lambda told: told.update(salt=base64.b64encode(b"x" * 16).decode()),
    "short salt": lambda told: told.update(salt=base64.b64encode(b"x").decode()),
    "person": lambda told: told.update(subjek="x"),
    "entry": lambda told: told.update(index=12),
    "no such entry": lambda told: told.update(index=99),
}


@pytest.mark.parametrize("deed", OPENINGS)
def test_openings(evidence: Evidence, judges, deed):
    place = [json.loads(line)["index"] for line in lines(evidence.whole, "openings.ndjson")].index(
        10
    )
    told = json.loads(lines(evidence.whole, "openings.ndjson")[place])
    OPENINGS[deed](told)

    def edit(each) -> None:
        each[place] = json.dumps(told).encode() + b"\n"

    members = with_lines(evidence.whole, "openings.ndjson", edit)
    found = judges.of_the_command(members, evidence.trusted, "openings.ndjson")
    assert found == f"opening {told['index']}"


def test_an_opening_of_an_entry_about_nobody(evidence: Evidence, judges):
    line = json.dumps({"index": 3, "salt": base64.b64encode(b"x" * 16).decode(), "subjek": "x"})
    members = evidence.whole | {"openings.ndjson": line.encode() + b"\n"}
    assert judges.of_the_command(members, evidence.trusted, "openings.ndjson") == "opening 3"
    del members["openings.ndjson"]
    assert judges.of(members, evidence.trusted) == ""


def test_cosignatures(evidence: Evidence, judges):
    whole = evidence.whole
    place = at(whole, 27)
    line = notes(whole)[place].rstrip("\n").split("\n")[-1]
    told = base64.b64decode(line.split(" ")[2])
    for forged in (told[:-1] + bytes([told[-1] ^ 1]), told[:11] + b"\0" + told[12:], told[:9]):
        bent = line.replace(line.split(" ")[2], base64.b64encode(forged).decode())
        members = with_note(whole, 27, lambda note, bent=bent: note.replace(line, bent))
        found = judges.of_the_command(members, evidence.trusted, "cosignatures")
        assert found == named(whole, 27)
        assert judges.of(members, evidence.trusted[:1]) == ""


MANIFEST = {
    "format": ({"format": "zip"}, "bundle"),
    "version": ({"v": 2}, "bundle"),
    "origin": ({"origin": "lain.example/audit"}, "checkpoint 3"),
    "first": ({"first": 1}, "prefix"),
    "end": ({"end": 33}, "leaves 32 to 32"),
    "end before first": ({"first": 5, "end": 4}, "bundle"),
    "no number": ({"end": True}, "bundle"),
    "another moment": ({"dibuat_pada": "2026-02-20T00:00:00.000000Z"}, ""),
}


@pytest.mark.parametrize("deed", MANIFEST)
def test_manifest(evidence: Evidence, judges, deed):
    more, expected = MANIFEST[deed]
    told = json.dumps(json.loads(evidence.whole["manifest.json"]) | more).encode()
    found = judges.of(evidence.whole | {"manifest.json": told}, evidence.trusted)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("more", [{"sejak": "2026-02-30T00:00:00.000000Z"}, {"lain": 1}])
def test_what_proves_nothing_of_the_manifest_is_for_the_command(evidence: Evidence, judges, more):
    told = json.dumps(json.loads(evidence.whole["manifest.json"]) | more).encode()
    members = evidence.whole | {"manifest.json": told}
    assert judges.of_the_command(members, evidence.trusted, "members of objects") == "bundle"


def without(members: Members, name: str) -> Members:
    return {each: told for each, told in members.items() if each != name}


def test_members(evidence: Evidence, judges, tmp_path):
    whole, keys = evidence.whole, evidence.trusted
    optional = {"openings.ndjson", "keys.txt", "verify.py"}
    for name in whole:
        assert judges.of(without(whole, name), keys) == ("" if name in optional else "bundle")
        if name not in optional:
            assert judges.of(whole | {name: b""}, keys) != "" or name in {
                "consistency.ndjson",
                "destructions.ndjson",
            }
    assert judges.of_the_command(whole | {"../else": b""}, keys, "../else") == "bundle"
    assert judges.of({}, keys) == "bundle"
    twice = packed(tmp_path / "twice.zip", whole)
    with ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("entries.ndjson", b"")
    assert judges.of_file(twice, keys) == "bundle"


def of_method(archive: bytes, kind: int) -> bytes:
    """A ZIP file that says that its members, which are stored, are packed in another way."""
    bent = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(mark), archive):
            bent[found.start() + offset] = kind
    return bytes(bent)


def test_what_is_no_bundle_at_all(evidence: Evidence, judges, tmp_path):
    packed_one = packed(tmp_path / "x.zip", evidence.whole).read_bytes()
    for name, told in {
        "empty": b"",
        "text": b"no bundle",
        "cut": packed_one[: len(packed_one) // 2],
        "bent": packed_one.replace(b'"jumlah":1', b'"jumlah":2', 1),
        **{f"method {kind}": of_method(packed_one, kind) for kind in (8, 12, 14, 99)},
    }.items():
        path = tmp_path / name
        path.write_bytes(told)
        assert judges.of_file(path, evidence.trusted) == UNREADABLE
    assert judges.of_file(tmp_path / "none", evidence.trusted) == UNREADABLE


def test_a_folder_with_the_members_is_a_bundle(evidence: Evidence, judges, tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    for name, told in evidence.whole.items():
        (folder / name).write_bytes(told)
    (folder / "notes of mine.txt").write_text("x")
    assert judges.of_file(folder, evidence.trusted) == ""
    (folder / "leaves.bin").write_bytes(b"")
    assert judges.of_file(folder, evidence.trusted) == "leaves 0 to 2"
    (folder / "prefix.json").unlink()
    assert judges.of_file(folder, evidence.trusted) == "bundle"
