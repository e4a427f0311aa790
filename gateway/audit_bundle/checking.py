"""Proves a bundle, in the order of the specification's steps."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from gateway.audit_bundle.chain import KeyChain, Outline, outline
from gateway.audit_bundle.findings import Finding, Proved, Step, Wrong, called
from gateway.audit_bundle.forms import Count, Line, from_base64, hashes
from gateway.audit_bundle.members import Members
from gateway.audit_bundle.merkle import Growth, is_consistent
from gateway.audit_bundle.notes import WITNESS, Checkpoint, Key
from gateway.audit_bundle.progress import Progress, unseen
from gateway.audit_bundle.timestamps import check_stamps
from gateway.audit_bundle.walk import Walk
from gateway.kit.rfc3161.anchors import Anchors


class _Prefix(Line, frozen=True, kw_only=True):
    size: Count
    peaks: list[str]


class _Grown(Line, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    old: int
    new: int
    hashes: list[str]


class _Opening(Line, frozen=True, kw_only=True):
    index: int
    salt: str
    subjek: str


class _Named(msgspec.Struct, frozen=True):
    subjek_sidik: str | None = None


def prove(
    path: Path,
    keys: Sequence[Key],
    kept: Sequence[Checkpoint] = (),
    progress: Progress = unseen,
    anchors: Anchors | None = None,
) -> Proved | Finding:
    """What a bundle proves to somebody who has keys, and perhaps checkpoints from earlier times.

    `anchors` are those of timestamping authorities. Raises Unreadable.
    """
    try:
        members = Members(path)
        try:
            return _Bundle(members, keys, kept, anchors).prove(progress)
        finally:
            members.close()
    except Wrong as wrong:
        return wrong.finding


class _Bundle:
    def __init__(
        self,
        members: Members,
        keys: Sequence[Key],
        kept: Sequence[Checkpoint],
        anchors: Anchors | None,
    ) -> None:
        self._members = members
        self._anchors = anchors
        self._manifest = members.manifest
        self._witnesses = [key for key in keys if key.kind == WITNESS]
        self._kept = kept
        self._seen: Outline = outline(members, (point.size for point in kept))
        self._chain = KeyChain(self._manifest.origin, self._seen.rotations, keys)
        self._spare: list[_Grown] = []
        """Proofs that join no neighbours: for checkpoints that somebody kept."""

    def prove(self, progress: Progress) -> Proved:
        self._chain.follow(self._members.checkpoints())
        self._leaves(self._prefix(), progress)
        walk = Walk(self._members, self._seen)
        walk.entries(progress)
        self._consistency()
        for point in self._kept:
            self._keeps(point)
        self._openings()
        cosigned = self._cosigned()
        newest, at_end = self._seen.newest, self._seen.at_end
        assert newest is not None
        assert at_end is not None
        return Proved(
            asal=self._manifest.origin,
            first=self._manifest.first,
            end=self._manifest.end,
            dimusnahkan=walk.destroyed,
            checkpoint=self._seen.count,
            disaksikan=cosigned,
            terbaru=newest.note,
            batas=at_end.note,
            stempel=check_stamps(self._members, self._anchors),
            bukti_tak_dipakai=0 if self._kept else len(self._spare),
        )

    def _prefix(self) -> Growth:
        """Step 4: the tree up to the bundle."""
        first = self._manifest.first
        with called(Step.PREFIX, "prefix"):
            told = self._members.only("prefix.json", _Prefix)
            tree = Growth(first, hashes(told.peaks))
            if told.size != first:
                raise ValueError("it is of another size")
            if first and tree.root() != self._seen.roots.get(first):
                raise ValueError("it has not the root of the checkpoint of its size")
        return tree

    def _leaves(self, tree: Growth, progress: Progress) -> None:
        """Step 5: the tree has the root of each checkpoint, and ends with one."""
        first, end, good = self._manifest.first, self._manifest.end, self._manifest.first
        asked = {point.size for point in self._kept}
        steps = iter(progress(range(first, end)))
        with self._members.open("leaves.bin") as sealed:
            for point in self._members.checkpoints():
                if not first <= point.size <= end:
                    continue
                with called(Step.LEAVES, f"leaves {good} to {point.size - 1}"):
                    while tree.size < point.size:
                        next(steps, None)
                        tree.add(_hash(sealed.read(32)))
                        if tree.size in asked:
                            self._seen.roots.setdefault(tree.size, tree.root())
                    if tree.root() != point.root:
                        raise ValueError(f"{point.label} has another root")
                good = point.size
            with called(Step.LEAVES, f"leaves {good} to {max(good, end - 1)}"):
                if self._seen.at_end is None:
                    raise ValueError("no checkpoint is of the size at which the bundle ends")
                if sealed.read(1):
                    raise ValueError("there are more hashes than leaves")
        next(steps, None)

    def _consistency(self) -> None:
        """Step 10: the states around the bundle are states of one log."""
        needed = {(old.size, new.size): (old, new) for old, new in self._seen.gaps}
        proved = set()
        for _, told in self._members.told(Step.CONSISTENCY, "consistency.ndjson", _Grown):
            ends = (told.old, told.new)
            if ends not in needed:
                self._spare.append(told)
                continue
            old, new = needed[ends]
            with called(Step.CONSISTENCY, f"consistency {told.old} {told.new}"):
                if not _leads(told, old.root, new.root):
                    raise ValueError("the proof does not hold")
            proved.add(ends)
        for old_size, new_size in needed:
            if (old_size, new_size) not in proved:
                name = f"consistency {old_size} {new_size}"
                raise Wrong(Step.CONSISTENCY, name, "there is no such proof")

    def _keeps(self, kept: Checkpoint) -> None:
        """Step 11: a state that somebody kept is one of this log's."""
        with called(Step.KEPT, f"fork or truncation: {kept.label}"):
            if kept.origin != self._manifest.origin:
                raise ValueError("it is of another log")
            if not any(kept.signed_by(key) for key in self._chain.known):
                raise ValueError("no key of the log has signed it")
            root = self._seen.roots.get(kept.size)
            if root is not None and root != kept.root:
                raise ValueError("the log of that size has another root")
            if root is None and not any(self._joins(each, kept) for each in self._spare):
                raise ValueError("nothing proves that the log was ever in that state")

    def _joins(self, proof: _Grown, kept: Checkpoint) -> bool:
        # A proof from a size to itself, or from nothing, holds for every root.
        if kept.size not in {proof.old, proof.new} or proof.old in {0, proof.new}:
            return False
        known = self._seen.roots.get(proof.new if kept.size == proof.old else proof.old)
        old, new = (kept.root, known) if kept.size == proof.old else (known, kept.root)
        try:
            return old is not None and new is not None and _leads(proof, old, new)
        except ValueError:
            return False

    def _openings(self) -> None:
        """Step 12: whom entries are about."""
        entries = enumerate(self._members.lines("entries.ndjson"), self._manifest.first)
        for _, told in self._members.told(Step.BESIDES, "openings.ndjson", _Opening):
            with called(Step.BESIDES, f"opening {told.index}"):
                line = next((line for index, line in entries if index == told.index), b'""')
                if not line.startswith(b"{"):
                    raise ValueError("no entry that is there, or not in their order")
                sidik = sha256(from_base64(told.salt, 16) + told.subjek.encode()).hexdigest()
                if msgspec.json.decode(line, type=_Named).subjek_sidik != sidik:
                    raise ValueError("the entry is not about that person")

    def _cosigned(self) -> int:
        """Step 12: how many checkpoints were cosigned by witnesses whose keys were given."""
        count = 0
        for point in self._members.checkpoints() if self._witnesses else ():
            verdicts = {point.signed_by(key) for key in self._witnesses}
            if False in verdicts:
                raise Wrong(Step.BESIDES, point.label, "a cosignature is wrong")
            count += True in verdicts
        return count


def _hash(told: bytes) -> bytes:
    if len(told) != 32:
        raise ValueError("hashes are missing")
    return told


def _leads(proof: _Grown, old: bytes, new: bytes) -> bool:
    return is_consistent((proof.old, old), (proof.new, new), hashes(proof.hashes))
