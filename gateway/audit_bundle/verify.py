"""Proves that an audit log is whole: `python verify.py BUNDLE --key FILE [--kept FILE]`.

It stands alone: Python 3.11 with `cryptography`, no network. It takes steps 1 to 7 and 9 to 11 of
the specification (version 1, section 5), names the first thing that is wrong as that does, and says
NOT CHECKED of the rest. It ends with 0 = whole, 1 = not whole, 2 = it cannot be read.
"""

import argparse
import base64
import contextlib
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LINES: Final = ("entries", "checkpoints", "consistency", "destructions")
NEEDED: Final = {"manifest.json", "prefix.json", "leaves.bin", *(f"{x}.ndjson" for x in LINES)}
ONCE: Final = "whether an entri_id stands twice, and a rotation has its entry"
NEVER: Final = (ONCE, "cosignatures of witnesses", "members of objects that no step needs")
HOW: Final = {"timestamps.ndjson": " (do `gateway audit verify --tsa`, or `openssl ts -verify`)"}
WRONG: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidSignature)
TOLERANCE: Final = timedelta(seconds=300)
LINE, WORD = r"[^\x00-\x1f\x7f-\x9f]+\n", r"[^\x00- \x7f-\x9f]+"
MORE: Final = rf"(?:(?!rotate[ \n]){LINE})*"
TEXT = rf"({LINE})(0|[1-9][0-9]*)\n({LINE})time ({LINE}){MORE}(?:rotate ({WORD}) ({WORD})\n{MORE})?"
NOTE: Final = re.compile(rf"\A({TEXT})\n((?:\u2014 {WORD} {WORD}\n)+)\Z")


def need(condition: object, why: str) -> None:
    if not condition:
        raise ValueError(why)


def read(told: bytes) -> Any:
    """What JSON says; an object says no name twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "a name stands twice")
        return dict(pairs)

    return json.loads(told.decode(), object_pairs_hook=once)


def unbase(text: str, length: int = 0) -> bytes:
    told = base64.b64decode(text, validate=True)
    need(base64.b64encode(told).decode() == text, "not the base64 of its bytes")
    need(length in {0, len(told)}, "too long or too short")
    return told


def moment(text: str) -> datetime:
    when = datetime.fromisoformat(text[:26])
    need(f"{when.isoformat(timespec='microseconds')}Z" == text, "not a moment")
    return when


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def key_of(vkey: str) -> tuple[str, bytes, bytes]:
    """A key's name, its id, and its bytes: the first is 1, or 4 where the key is a witness's."""
    name, key_id, encoded = vkey.split("+", 2)
    told = unbase(encoded, 33)
    made = digest(name.encode(), b"\n", told)[:4]
    need(name and told[0] in {1, 4} and made.hex() == key_id, "not the vkey of a key")
    return name, made, told


class Point:
    """A checkpoint; `rotation`: the vkeys until it and from it on, or nothing."""

    def __init__(self, note: str) -> None:
        [(text, origin, size, root, time, old, new, below)] = NOTE.findall(note)
        self.note, self.text, self.origin, time = note, text.encode(), origin[:-1], time[:-1]
        self.size, self.root, self.when = int(size), unbase(root[:-1], 32), moment(time)
        self.label, self.rotation = f"checkpoint {size} {time}", [old, new] if old else []
        for name, _, told in map(key_of, self.rotation):
            need((name, told[0]) == (self.origin, 1), "a key of another log")
        lines = re.findall(f"\u2014 ({WORD}) ({WORD})\n", below)
        self.signatures = [(name, unbase(told)) for name, told in lines]

    def signed_by(self, vkey: str) -> bool:
        """Whether a key signed it. Raises InvalidSignature where it is wrong."""
        name, key_id, told = key_of(vkey)
        mine = [made[4:] for whose, made in self.signatures if (whose, made[:4]) == (name, key_id)]
        for signature in mine:
            Ed25519PublicKey.from_public_bytes(told[1:]).verify(signature, self.text)
        return bool(mine)


def root_of(peaks: list[bytes]) -> bytes:
    """The root of a tree, from those of its perfect subtrees (from the left)."""
    *rest, root = peaks or [digest()]
    for peak in reversed(rest):
        root = digest(b"\x01", peak, root)
    return root


def climb(old: int, new: int, width: int, start: bytes, proof: Iterator[bytes]) -> list[bytes]:
    """Roots of the first `old` and of all `new` leaves; start: the node before `old`, so wide."""
    if new <= width:
        return [start, start]
    half = 1 << (new - 1).bit_length() - 1
    if old <= half:
        one, two = climb(old, half, width, start, proof)
        return [one, digest(b"\x01", two, next(proof, b""))]
    roots, left = climb(old - half, new - half, width, start, proof), next(proof, b"")
    return [digest(b"\x01", left, root) for root in roots]


def proved(told: Any, old: int, new: int, leaf: bytes = b"", root: bytes = b"") -> list[bytes]:
    """The two roots that a consistency proof joins, from the old one; or an inclusion proof's."""
    proof, width = iter([unbase(each, 32) for each in told]), 1 if leaf else old & -old
    start = leaf or (root if width == old else next(proof, b""))
    roots = climb(old, new, width, start, proof)
    need(next(proof, None) is None, "the proof is too long")
    return roots


class Verifier:
    """Reads streams, keeps a byte for each entry. Raises one of WRONG; then `at` is its name."""

    at = ""

    def prove(self, path: Path, vkeys: set[str], kept: list[Point]) -> None:
        self.kept, given = kept, {vkey: key_of(vkey) for vkey in vkeys}
        self.gone = bytearray()  # by entry: 1 = it was destroyed, and no act is known that did it
        self.gaps: list[tuple[int, int]] = []  # sizes side by side that only a proof can join
        self.roots: dict[int, bytes] = {}  # by size: what proofs begin or end with
        self.step_1_bundle(path)
        logs = (self.origin, b"\x01")
        self.trusted = {vkey for vkey, key in given.items() if (key[0], key[2][:1]) == logs}
        rotations = [point for _, point in self.points() if point.rotation]
        for point in (*rotations, *reversed(rotations)):
            with contextlib.suppress(*WRONG):
                if self.trusted & {*point.rotation} and all(map(point.signed_by, point.rotation)):
                    self.trusted |= {*point.rotation}
        self.in_force = {rotations[0].rotation[0]} if rotations else self.trusted
        self.at = "prefix"
        told = read(next(self.pieces("prefix.json", 1 << 24), b""))
        self.peaks, self.size = [unbase(peak, 32) for peak in told["peaks"]], told["size"]
        need(self.size == self.first, "of another size")
        need(len(self.peaks) == self.first.bit_count(), "too few peaks, or too many")
        self.steps_3_to_9()
        self.step_9_acts_after_the_end()
        self.steps_10_and_11()

    def step_1_bundle(self, path: Path) -> None:
        archive = None if path.is_dir() else zipfile.ZipFile(path)
        self.folder: Any = zipfile.Path(archive) if archive else path
        names = archive.namelist() if archive else [each.name for each in path.iterdir()]
        for name in NEEDED.intersection(names):  # a damaged ZIP file is not judged
            (self.folder / name).open("rb").close()
        self.at, self.beside = "bundle", sorted({*names} - NEEDED)
        need(len({*names}) == len(names), "a name stands twice")
        need({*names} >= NEEDED, f"without {sorted(NEEDED.difference(names))}")
        told = read(next(self.pieces("manifest.json", 1 << 24), b""))
        need((told["format"], repr(told["v"])) == ("ppks-audit-bundle", "1"), "of another version")
        self.origin, self.first, self.end = told["origin"], told["first"], told["end"]
        is_part = type(self.first) is type(self.end) is int and 0 <= self.first <= self.end
        need(is_part, "no part of a log")

    def pieces(self, name: str, length: int = 0) -> Iterator[bytes]:
        """The lines of a member, or pieces of a length."""
        with io.BufferedReader((self.folder / name).open("rb")) as file:
            while piece := file.read(length) if length else file.readline(1 << 24):
                yield piece

    def objects(self, name: str) -> Iterator[Any]:
        for number, line in enumerate(self.pieces(name), 1):
            self.at = f"{name} line {number}"
            need(line.endswith(b"\n"), "it does not end")
            yield read(line)

    def points(self) -> Iterator[tuple[Point | None, Point]]:
        """Step 2: each checkpoint follows the one before it, which comes with it."""
        before: Point | None = None
        for told in self.objects("checkpoints.ndjson"):
            point = Point(told["note"])
            self.at = point.label
            need(point.origin == self.origin, "of another log")
            need(not before or before.when < point.when, "not later than the one before")
            is_same = before and (before.size, before.root) == (point.size, point.root)
            need(not before or is_same or before.size < point.size, "not grown from the one before")
            yield before, point
            before = point
        self.at = "checkpoints.ndjson"
        need(before, "there is no checkpoint")

    def steps_3_to_9(self) -> None:
        hashes, entries = self.pieces("leaves.bin", 32), self.pieces("entries.ndjson")
        again = self.pieces("leaves.bin", 32)
        for before, point in self.points():
            self.step_3_signature(point)
            if point.rotation or not self.first < point.size < self.end:
                self.roots[point.size] = point.root
            if before and (before.size < self.first or point.size > self.end):
                self.gaps += [(before.size, point.size)] if before.size < point.size else []
            if self.first <= point.size <= self.end:
                self.step_5_leaves(point, hashes)
                for index in range(self.first + len(self.gone), point.size):
                    self.entry(index, next(entries, b""), next(again), before, point)
            self.newest = point
        self.at = "prefix"
        self.step_4_is_joined()
        self.at = f"leaves {self.size} to {max(self.size, self.end - 1)}"
        need(self.end in self.roots, "no checkpoint covers them")
        need(next(hashes, None) is None, "more hashes than leaves")
        self.at = f"entry {self.end}"
        need(next(entries, None) is None, "a line too many")

    def step_3_signature(self, point: Point) -> None:
        signers = {vkey for vkey in self.trusted if point.signed_by(vkey)}
        if point.rotation:
            need(point.rotation[0] in self.in_force, "it changes a key that was not in force")
            self.in_force = {point.rotation[1]}
        self.in_force = self.in_force & signers
        need(self.in_force, "no key that you trust was in force and has signed it")

    def step_4_is_joined(self) -> None:
        need(not self.first or self.first in self.roots, "no checkpoint has its size")

    def step_5_leaves(self, point: Point, hashes: Iterator[bytes]) -> None:
        """From one checkpoint to the next; the first of them is that of the prefix (step 4)."""
        self.at = "prefix"
        self.step_4_is_joined()
        if point.size > self.first:
            self.at = f"leaves {self.size} to {point.size - 1}"
        for size in range(self.size, point.size):
            leaf = next(hashes, b"")
            need(len(leaf) == 32, "hashes are missing")
            while len(self.peaks) > (size + 1).bit_count() - 1:
                leaf = digest(b"\x01", self.peaks.pop(), leaf)
            self.peaks.append(leaf)
            if any(each.size == size + 1 for each in self.kept):
                self.roots[size + 1] = root_of(self.peaks)
        need(root_of(self.peaks) == point.root, "the tree has another root there")
        self.size = point.size

    def entry(self, index: int, line: bytes, sealed: bytes, *around: Any) -> None:
        """Steps 6, 7 and 9 of an entry that was sealed between two checkpoints."""
        before, after = around
        self.gone.append(line == b'"%s"\n' % base64.b64encode(sealed))
        if self.gone[-1]:
            return
        self.at, leaf = f"entry {index}", line[:-1]
        need(line[-1:] == b"\n" and digest(b"\x00", leaf) == sealed, "not what was sealed")
        entry = json.loads(leaf)
        form = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        is_canonical = form.encode() == leaf and None not in entry.values()
        need(is_canonical and repr(entry["v"]) == "1", "not in the canonical form of version 1")
        when = moment(entry["pada"])
        self.at = f"entry {index}: back-dated"
        need(not before or before.when - when <= TOLERANCE, "it was sealed later")
        self.at = f"entry {index}: post-dated"
        need(when - after.when <= TOLERANCE, "it was sealed earlier")
        self.at = f"entry {index}"
        if entry["peristiwa"] == "admin.audit.musnah":
            self.destroyed(entry["rincian"]["rentang"], index)

    def destroyed(self, ranges: list[list[int]], index: int) -> None:
        """An act of destruction names leaves, all of them before itself."""
        after = -1
        for first, last in ranges:
            need(after < first <= last < index, "not in order, or not before itself")
            low, high = (min(max(x - self.first, 0), len(self.gone)) for x in (first, last + 1))
            self.gone[low:high], after = bytes(high - low), last

    def step_9_acts_after_the_end(self) -> None:
        for told in self.objects("destructions.ndjson"):
            leaf, proof = told["leaf"].encode(), told["proof"]
            index, size, act = proof["index"], proof["size"], json.loads(leaf)
            need(size == self.newest.size > index >= self.end, "of another tree")
            roots = proved(proof["hashes"], index + 1, size, leaf=digest(b"\x00", leaf))
            need(roots[1] == self.newest.root, "the proof does not hold")
            need(act["peristiwa"] == "admin.audit.musnah", "no act of destruction")
            self.destroyed(act["rincian"]["rentang"], index)
        leaf = self.gone.find(1)
        self.at = f"entry {self.first + leaf}: destroyed without a destruction entry"
        need(leaf < 0, "no act names it")

    def steps_10_and_11(self) -> None:
        """Proofs join sizes; what was kept has a root of the log, or is joined to one."""
        joined, roots = set(), {point.size: point.root for point in self.kept} | self.roots
        for told in self.objects("consistency.ndjson"):
            old, new, hashes = told["from"], told["to"], told["hashes"]
            if {old, new} <= {*roots} and {old, new} & {*self.roots} and 0 < old < new:
                with contextlib.suppress(*WRONG):
                    if proved(hashes, old, new, root=roots[old]) == [roots[old], roots[new]]:
                        joined.add((old, new))
        for old, new in self.gaps:
            self.at = f"consistency {old} {new}"
            need((old, new) in joined, "no proof, or one that does not hold")
        for point in self.kept:
            self.at = f"fork or truncation: {point.label}"
            is_ours = point.origin == self.origin and any(map(point.signed_by, self.trusted))
            need(is_ours, "no key of the log has signed it")
            is_there = point.size in self.roots or any(point.size in ends for ends in joined)
            need(is_there and roots[point.size] == point.root, "the log was not in that state")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Proves that the audit log in a bundle is whole.")
    many: Any = {"action": "append", "type": Path, "metavar": "FILE"}
    parser.add_argument("bundle", type=Path, help="the ZIP file, or a folder with its members")
    parser.add_argument("--key", required=True, help="vkeys of the log", **many)
    parser.add_argument("--kept", default=[], help="a checkpoint from an earlier time", **many)
    asked, verifier = parser.parse_args(words), Verifier()
    try:
        lines = [line.strip() for path in asked.key for line in path.read_text("utf-8").split("\n")]
        vkeys = {line for line in lines if line and not line.startswith("#")}
        verifier.prove(asked.bundle, vkeys, [Point(x.read_text("utf-8")) for x in asked.kept])
    except Exception as error:  # noqa: BLE001 -- whatever it is: then nothing was proved
        if verifier.at and isinstance(error, WRONG):
            print(f"{verifier.at}: {str(error) or 'a signature is wrong'}")
            return 1
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"sound: {verifier.origin}, entries {verifier.first} to {verifier.end}")
    for name in (*NEVER, *verifier.beside):
        print(f"NOT CHECKED: {ascii(name)[1:-1]}{HOW.get(name, '')}")
    print(f"the newest checkpoint, to be kept:\n\n{verifier.newest.note}", end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
