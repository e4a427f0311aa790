"""Whoever changes a bundle is found by both verifiers, which name the first thing that is wrong."""

import base64
import json
from hashlib import sha256

import pytest

from gateway.infra.sealing.notes import SigningKey, new_private
from tests.contract.bent_bundles import at, label, named, noted, notes, resigned, with_note
from tests.contract.logbook import ORIGIN
from tests.contract.proved_log import Evidence, lines, with_lines

SILENTLY = "destroyed without a destruction entry"
STRANGER = SigningKey(ORIGIN, b"s" * 32)


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
