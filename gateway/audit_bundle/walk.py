"""One pass over the entries of a bundle: form, time, identity, and what was destroyed."""

from collections.abc import Iterable, Mapping
from typing import IO, Final

import msgspec

from gateway.audit_bundle.chain import Outline
from gateway.audit_bundle.entries import DESTRUCTION, ROTATION, Entry, destroyed_by, read_entry
from gateway.audit_bundle.findings import Step, Wrong, called
from gateway.audit_bundle.forms import Count, Line, hashes, ticks, to_base64
from gateway.audit_bundle.identity import Identities
from gateway.audit_bundle.members import Members
from gateway.audit_bundle.merkle import hash_leaf, root_by_inclusion
from gateway.audit_bundle.notes import Checkpoint, Key
from gateway.audit_bundle.progress import Progress

_TOLERANCE: Final = 300_000_000
"""Microseconds by which an entry's time may lie outside the checkpoints around it."""
_SILENTLY: Final = "destroyed without a destruction entry"


class _Included(Line, frozen=True, kw_only=True):
    index: Count
    size: Count
    hashes: list[str]


class _Later(Line, frozen=True, kw_only=True):
    """An act of destruction after the bundle's last entry."""

    leaf: str
    proof: _Included


class Window:
    """The moments between which an entry can have happened; asked in the order of the log."""

    def __init__(self, points: Iterable[Checkpoint]) -> None:
        self._points = iter(points)
        self._before: Checkpoint | None = None
        self._after = next(self._points, None)

    def outside(self, index: int, pada: str) -> str | None:
        """How an entry's time is wrong; None where it is not."""
        while self._after is not None and self._after.size <= index:
            self._before, self._after = self._after, next(self._points, None)
        moment = ticks(pada)
        if self._before is not None and moment < ticks(self._before.time) - _TOLERANCE:
            return "back-dated"
        if self._after is not None and moment > ticks(self._after.time) + _TOLERANCE:
            return "post-dated"
        return None


class Walk:
    """Steps 6 to 9. What steps 7 to 9 find waits until step 6 is through."""

    def __init__(self, members: Members, seen: Outline) -> None:
        self._members = members
        self._first, self._end = members.manifest.first, members.manifest.end
        self._newest = seen.newest
        self._rotations: Mapping[int, tuple[Key, Key] | None] = {
            point.size - 1: point.rotation for point in seen.rotations
        }
        self._window = Window(members.checkpoints())
        self._gone = bytearray()
        """By leaf, 1 = its content is not there and no act was found that destroyed it."""
        self._found: dict[Step, Wrong] = {}
        self.destroyed = 0

    def entries(self, progress: Progress) -> None:
        """Raises Wrong with what is the first by the order of the steps."""
        lines = self._members.lines("entries.ndjson")
        with self._members.open("leaves.bin") as sealed, Identities() as identities:
            for index in progress(range(self._first, self._end)):
                self._take(index, next(lines, b""), sealed, identities)
            if next(lines, None) is not None:
                raise Wrong(Step.ENTRIES, f"entry {self._end}", "there is a line too many")
            if (again := identities.first_repeated()) is not None:
                self._find(Step.IDENTITY, f"entry {again}", "its entri_id was there before")
        self._later_acts()
        if (left := self._gone.find(1)) >= 0:
            why = "no entry tells of its destruction"
            self._find(Step.DESTRUCTION, f"entry {self._first + left}: {_SILENTLY}", why)
        for step in sorted(self._found):
            raise self._found[step]

    def _take(self, index: int, line: bytes, sealed: IO[bytes], ids: Identities) -> None:
        leaf_hash = sealed.read(32)
        is_gone = line == f'"{to_base64(leaf_hash)}"\n'.encode()
        self._gone.append(is_gone)
        if is_gone:
            self.destroyed += 1
            if index in self._rotations:
                self._find(Step.DESTRUCTION, f"entry {index}: {_SILENTLY}", "it changed the key")
            return
        with called(Step.ENTRIES, f"entry {index}"):
            leaf = line.removesuffix(b"\n")
            if leaf == line or hash_leaf(leaf) != leaf_hash:
                raise ValueError("what it says is not what was sealed")
            entry = read_entry(leaf)
        if (how := self._window.outside(index, entry.pada)) is not None:
            why = "the checkpoints around it are of another time"
            self._find(Step.TIME, f"entry {index}: {how}", why)
        ids.add(entry.entri_id, index)
        try:
            self._act(index, entry)
        except ValueError as error:
            self._find(Step.DESTRUCTION, f"entry {index}", str(error))

    def _act(self, index: int, entry: Entry) -> None:
        if (keys := self._rotations.get(index)) is not None:
            _check_rotation(entry, keys)
        if entry.peristiwa == DESTRUCTION:
            self._forgive(destroyed_by(entry, index))

    def _later_acts(self) -> None:
        """Those that stand beside the bundle with a proof of their own."""
        newest = self._newest
        assert newest is not None
        try:
            for label, told in self._members.told(Step.DESTRUCTION, "destructions.ndjson", _Later):
                with called(Step.DESTRUCTION, label):
                    self._forgive(self._proved(told, newest))
        except Wrong as wrong:
            self._found.setdefault(Step.DESTRUCTION, wrong)

    def _proved(self, told: _Later, newest: Checkpoint) -> list[tuple[int, int]]:
        proof, leaf = told.proof, told.leaf.encode()
        root = root_by_inclusion(hash_leaf(leaf), proof.index, proof.size, hashes(proof.hashes))
        if proof.size != newest.size or proof.index < self._end or root != newest.root:
            raise ValueError("it is not proved to be in the newest checkpoint after the bundle")
        entry = read_entry(leaf)
        if entry.peristiwa != DESTRUCTION:
            raise ValueError("it is no act of destruction")
        return destroyed_by(entry, proof.index)

    def _forgive(self, ranges: Iterable[tuple[int, int]]) -> None:
        for first, last in ranges:
            start = max(first - self._first, 0)
            stop = min(last + 1 - self._first, len(self._gone))
            if start < stop:
                self._gone[start:stop] = bytes(stop - start)

    def _find(self, step: Step, name: str, why: str) -> None:
        self._found.setdefault(step, Wrong(step, name, why))


def _check_rotation(entry: Entry, keys: tuple[Key, Key]) -> None:
    told = {} if entry.rincian is msgspec.UNSET else entry.rincian
    vkeys = [told.get("lama"), told.get("baru")]
    if entry.peristiwa != ROTATION or vkeys != [key.vkey() for key in keys]:
        raise ValueError("it does not name the keys of the rotation that was sealed with it")
