"""Whoever changes a bundle is found by both verifiers, which name the first thing that is wrong."""

import base64
import json
from hashlib import sha256

import pytest

from gateway.infra.sealing.notes import SigningKey, new_private
from gateway.infra.sealing.notes import note as signed_note
from tests.contract.logbook import ORIGIN
from tests.contract.proved_log import UNREADABLE, Evidence, Members, lines, packed, with_lines

SILENTLY = "destroyed without a destruction entry"
STRANGER = SigningKey(ORIGIN, b"s" * 32)


def said(line):
    return json.loads(line)["note"]


def noted(note):
    return json.dumps({"note": note}, ensure_ascii=False).encode() + b"\n"


def notes(members):
    return [*map(said, lines(members, "checkpoints.ndjson"))]


def label(note):
    _, size, _, time, *_ = note.split("\n")
    return f"checkpoint {size} {time.removeprefix('time ')}"


def at(members, size):
    """The place of the first checkpoint of a size."""
    return [int(note.split("\n")[1]) for note in notes(members)].index(size)


def named(members, size):
    return label(notes(members)[at(members, size)])


def resigned(note, key, change=lambda text: text):
    text = change(note.partition("\n\n")[0] + "\n")
    return signed_note(text, [key.sign(text)])


def with_note(members, size, change):
    def edit(told) -> None:
        place = at(members, size)
        told[place] = noted(change(said(told[place])))

    return with_lines(members, "checkpoints.ndjson", edit)


def entries(members, change):
    return with_lines(members, "entries.ndjson", change)


def sealed_again(members):
    """The leaf hashes made to fit the entries."""
    made = b""
    for line in lines(members, "entries.ndjson"):
        told = json.loads(line)
        is_hash = isinstance(told, str)
        made += base64.b64decode(told) if is_hash else sha256(b"\0" + line[:-1]).digest()
    return members | {"leaves.bin": made}


def put(place, line):
    return lambda told: [*told[:place], line, *told[place + 1 :]]


def swapped(told):
    told[10], told[11] = told[11], told[10]


def doubled(told):
    return [*told[:11], told[10], *told[11:]]


def changed(told):
    told[10] = told[10].replace(b'"jumlah":1', b'"jumlah":2')


def dated_back(told):
    told[10] = told[10].replace(b'"pada":"2026', b'"pada":"2025')


def hidden(members, index):
    at_byte = 32 * index
    told = base64.b64encode(members["leaves.bin"][at_byte : at_byte + 32])
    return entries(members, put(index, b'"' + told + b'"\n'))


IN_ENTRIES = {
    "changed": (changed, "entry 10", "leaves 9 to 17"),
    "dropped": (lambda told: [*told[:10], *told[11:]], "entry 10", "leaves 9 to 17"),
    "the last one dropped": (lambda told: told[:-1], "entry 31", "leaves 31 to 31"),
    "added": (doubled, "entry 11", "leaves 9 to 17"),
    "added at the end": (lambda told: [*told, told[0]], "entry 32", "leaves 32 to 32"),
    "reordered": (swapped, "entry 10", "leaves 9 to 17"),
    "dated back": (dated_back, "entry 10", "leaves 9 to 17"),
}


@pytest.mark.parametrize("deed", IN_ENTRIES)
def test_entries(evidence: Evidence, judges, deed):
    change, expected, with_hashes = IN_ENTRIES[deed]
    members = entries(evidence.whole, change)
    assert judges.of(members, evidence.trusted) == expected
    assert judges.of(sealed_again(members), evidence.trusted) == with_hashes


def test_destroyed_entries(evidence: Evidence, judges):
    whole, part, keys = evidence.whole, evidence.part, evidence.trusted
    other = b'"' + base64.b64encode(b"x" * 32) + b'"\n'
    assert judges.of(entries(whole, put(5, other)), keys) == "entry 5"
    assert judges.of(hidden(whole, 10), keys) == f"entry 10: {SILENTLY}"
    assert judges.of(hidden(whole, 19), keys) == f"entry 19: {SILENTLY}"
    assert judges.of(hidden(whole, 31), keys) == f"entry 4: {SILENTLY}"
    assert judges.of(part | {"destructions.ndjson": b""}, keys) == f"entry 4: {SILENTLY}"
    for change in (
        lambda told: told["proof"]["hashes"].pop(),
        lambda told: told["proof"]["hashes"].append(told["proof"]["hashes"][0]),
        lambda told: told["proof"].update(index=30),
        lambda told: told.update(leaf=told["leaf"].replace("penolakan", "perbuatan")),
    ):
        told = json.loads(part["destructions.ndjson"])
        change(told)
        line = json.dumps(told).encode() + b"\n"
        expected = "destructions.ndjson line 1"
        assert judges.of(part | {"destructions.ndjson": line}, keys) == expected


def test_checkpoints(evidence: Evidence, judges):
    whole, keys = evidence.whole, evidence.trusted

    def verdict(size, change) -> str:
        return judges.of(with_note(whole, size, change), keys)

    def bent(note) -> str:
        root = note.split("\n")[2]
        return note.replace(root, base64.b64encode(b"x" * 32).decode())

    here = named(whole, 9)
    assert verdict(9, bent) == here
    assert verdict(9, lambda note: note.replace("\n9\n", "\n7\n")) == here.replace("9", "7", 1)
    assert verdict(9, lambda note: note.replace("04:10:02.0", "04:10:02.1")).startswith(
        "checkpoint 9"
    )
    assert verdict(9, lambda note: note.split("\n\n")[0] + "\n\n") == "checkpoints.ndjson line 4"
    assert verdict(9, lambda note: note.replace("— contoh", "— lain")) == here
    assert verdict(9, lambda note: resigned(note, evidence.new)) == here
    assert verdict(26, lambda note: resigned(note, evidence.old)) == named(whole, 26)
    assert verdict(9, lambda note: resigned(note, STRANGER)) == here
    assert judges.of(whole | {"checkpoints.ndjson": b""}, keys) == "checkpoints.ndjson"


def test_checkpoints_that_the_log_s_own_key_signed(evidence: Evidence, judges):
    """What only an operator can do: the signature is right, and what it says is not."""
    whole, keys = evidence.whole, evidence.trusted

    def forged(size, change) -> str:
        def again(note) -> str:
            return resigned(note, evidence.new, change)

        return judges.of(with_note(whole, size, again), keys)

    def other_root(text) -> str:
        return text.replace(text.split("\n")[2], base64.b64encode(b"x" * 32).decode())

    here = named(whole, 27)
    assert forged(27, other_root) == "leaves 26 to 26"
    assert forged(27, lambda text: text.replace(ORIGIN, "lain.example/audit")) == here
    assert forged(27, lambda text: text.replace("time 2026", "time 2025")) == here.replace(
        "2026", "2025"
    )
    fork = resigned(
        notes(whole)[at(whole, 27)],
        evidence.new,
        lambda text: other_root(text).replace("06:10:02", "06:10:03"),
    )
    both = with_lines(whole, "checkpoints.ndjson", lambda told: told.insert(9, noted(fork)))
    assert judges.of(both, keys) == label(fork)
    more = with_lines(whole, "checkpoints.ndjson", lambda told: told[:-1])
    assert judges.of(more, keys) == "leaves 31 to 31"


def test_rotation(evidence: Evidence, judges):
    whole = evidence.whole
    old, new = evidence.old.public.vkey(), evidence.new.public.vkey()
    rotation = named(whole, 20)
    assert judges.of(whole, [new]) == ""
    assert judges.of(whole, [old, new]) == ""
    without = with_lines(
        whole,
        "checkpoints.ndjson",
        lambda told: [*told[: at(whole, 20)], *told[at(whole, 20) + 1 :]],
    )
    assert judges.of(without, [old]) == named(whole, 26)
    assert judges.of(without, [old, new]) == named(whole, 26)
    lost = with_note(whole, 20, lambda note: resigned(note, evidence.new))
    assert judges.of(lost, [old]) == rotation
    assert judges.of(lost, [new]) == named(whole, 3)
    assert judges.of(lost, [old, new]) == ""
    unsigned = with_note(whole, 20, lambda note: resigned(note, evidence.old))
    assert judges.of(unsigned, [old, new]) == rotation
    to_another = with_note(
        whole,
        20,
        lambda note: resigned(
            note, evidence.old, lambda text: text.replace(new, STRANGER.public.vkey())
        ),
    )
    assert judges.of(to_another, [old, new]) == rotation


def test_keys(evidence: Evidence, judges):
    whole = evidence.whole
    first = named(whole, 3)
    assert judges.of(whole, [STRANGER.public.vkey()]) == first
    assert judges.of(whole, [evidence.witness]) == first
    elsewhere = SigningKey("lain.example/audit", new_private())
    assert judges.of(whole, [elsewhere.public.vkey()]) == first
    # Nobody believes what a bundle says of its own keys.
    assert judges.of(whole | {"keys.txt": b"nonsense"}, evidence.trusted) == ""
    assert judges.of(whole | {"verify.py": b"print('sound')"}, [STRANGER.public.vkey()]) == first


def test_proofs_around_a_part(evidence: Evidence, judges):
    part, late, keys = evidence.part, evidence.late, evidence.trusted
    for place, expected in enumerate(("consistency 19 20", "consistency 20 32")):
        gone = with_lines(
            part, "consistency.ndjson", lambda told, place=place: told.pop(place) and None
        )
        assert judges.of(gone, keys) == expected

        def bent(told, place=place) -> None:
            proof = json.loads(told[place])
            proof["hashes"][-1] = base64.b64encode(b"x" * 32).decode()
            told[place] = json.dumps(proof).encode() + b"\n"

        assert judges.of(with_lines(part, "consistency.ndjson", bent), keys) == expected
    assert judges.of(part | {"prefix.json": late["prefix.json"]}, keys) == "prefix"
    bent_peak = part["prefix.json"].replace(b'"peaks":["', b'"peaks":["AAAA')
    assert judges.of(part | {"prefix.json": bent_peak}, keys) == "prefix"
    assert judges.of(part | {"leaves.bin": part["leaves.bin"][:-1]}, keys) == "leaves 18 to 18"


def test_checkpoints_that_an_auditor_kept(evidence: Evidence, judges):
    early, keys = evidence.early, evidence.trusted
    fork = f"fork or truncation: {label(early)}"
    for members in (evidence.whole, evidence.part, evidence.late):
        assert judges.of(members, keys, early) == ""
    other = resigned(
        early, evidence.old, lambda text: text.replace(text.split("\n")[2], "A" * 43 + "=")
    )
    for members in (evidence.whole, evidence.part, evidence.late):
        assert judges.of(members, keys, other) == fork
    assert judges.of(evidence.whole, keys, resigned(early, STRANGER)) == fork
    unproved = evidence.late | {
        "consistency.ndjson": b"".join(lines(evidence.late, "consistency.ndjson")[:-1])
    }
    assert judges.of(unproved, keys) == ""
    assert judges.of(unproved, keys, early) == fork
    for ends in ((4, 4), (0, 4), (4, 20)):
        line = json.dumps({"from": ends[0], "to": ends[1], "hashes": []}).encode() + b"\n"
        empty = with_lines(unproved, "consistency.ndjson", lambda told, line=line: [*told, line])
        assert judges.of(empty, keys) == ""
        assert judges.of(empty, keys, early) == fork


def test_a_log_cut_short_lacks_what_it_owes(evidence: Evidence, judges):
    whole, keys = evidence.whole, evidence.trusted
    manifest = json.loads(whole["manifest.json"]) | {"end": 31}
    cut = entries(whole, lambda told: told[:-1]) | {
        "manifest.json": json.dumps(manifest).encode(),
        "leaves.bin": whole["leaves.bin"][:-32],
    }
    cut = with_lines(cut, "checkpoints.ndjson", lambda told: told[:-1])
    assert judges.of(cut, keys) == f"entry 4: {SILENTLY}"


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
    assert judges.of(members, evidence.trusted) == f"opening {told['index']}"


def test_an_opening_of_an_entry_about_nobody(evidence: Evidence, judges):
    line = json.dumps({"index": 3, "salt": base64.b64encode(b"x" * 16).decode(), "subjek": "x"})
    members = evidence.whole | {"openings.ndjson": line.encode() + b"\n"}
    assert judges.of(members, evidence.trusted) == "opening 3"
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
        assert judges.of(members, evidence.trusted) == named(whole, 27)
        assert judges.of(members, evidence.trusted[:1]) == ""


MANIFEST = {
    "format": ({"format": "zip"}, "bundle"),
    "version": ({"v": 2}, "bundle"),
    "origin": ({"origin": "lain.example/audit"}, "checkpoint 3"),
    "first": ({"first": 1}, "prefix"),
    "end": ({"end": 33}, "leaves 32 to 32"),
    "end before first": ({"first": 5, "end": 4}, "bundle"),
    "no number": ({"end": True}, "bundle"),
    "no moment": ({"sejak": "2026-02-30T00:00:00.000000Z"}, "bundle"),
    "more": ({"lain": 1}, "bundle"),
    "another moment": ({"dibuat_pada": "2026-02-20T00:00:00.000000Z"}, ""),
}


@pytest.mark.parametrize("deed", MANIFEST)
def test_manifest(evidence: Evidence, judges, deed):
    more, expected = MANIFEST[deed]
    told = json.dumps(json.loads(evidence.whole["manifest.json"]) | more).encode()
    found = judges.of(evidence.whole | {"manifest.json": told}, evidence.trusted)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


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
    assert judges.of(whole | {"../else": b""}, keys) == "bundle"
    assert judges.of({}, keys) == "bundle"
    twice = packed(tmp_path / "twice.zip", whole)
    from zipfile import ZipFile

    with ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("entries.ndjson", b"")
    assert judges.of_file(twice, keys) == "bundle"


def test_what_is_no_bundle_at_all(evidence: Evidence, judges, tmp_path):
    packed_one = packed(tmp_path / "x.zip", evidence.whole).read_bytes()
    for name, told in {
        "empty": b"",
        "text": b"no bundle",
        "cut": packed_one[: len(packed_one) // 2],
        "bent": packed_one.replace(b'"jumlah":1', b'"jumlah":2', 1),
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
