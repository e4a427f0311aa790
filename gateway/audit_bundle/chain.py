"""The checkpoints of a bundle: their order, and the keys that were in force over time."""

from collections.abc import Iterable, Sequence

import msgspec

from gateway.audit_bundle.findings import Step, Wrong, called
from gateway.audit_bundle.members import Members
from gateway.audit_bundle.notes import LOG, Checkpoint, Key


class Outline(msgspec.Struct, kw_only=True):
    """What is remembered of the checkpoints; the others are read again where they are needed."""

    count: int = 0
    newest: Checkpoint | None = None
    at_end: Checkpoint | None = None
    """The last one of the bundle's own size."""
    rotations: list[Checkpoint] = []
    gaps: list[tuple[Checkpoint, Checkpoint]] = []
    """Neighbours that no leaves of the bundle join."""
    roots: dict[int, bytes] = {}
    """By size: those that a proof may begin or end at."""


def outline(members: Members, also: Iterable[int]) -> Outline:
    """Read the checkpoints in their order (step 2); `also`: sizes to remember. Raises Wrong."""
    first, end = members.manifest.first, members.manifest.end
    edges = {first, end, *also}
    seen = Outline()
    for point in members.checkpoints():
        with called(Step.CHECKPOINTS, point.label):
            _follows(seen.newest, point, members.manifest.origin)
        before = seen.newest or point
        is_inside = first <= before.size and point.size <= end
        if before.size != point.size and not is_inside:
            seen.gaps.append((before, point))
        if point.rotation is not None:
            seen.rotations.append(point)
        if point.rotation is not None or point.size in edges:
            seen.roots[point.size] = point.root
        if point.size == end:
            seen.at_end = point
        seen.count, seen.newest = seen.count + 1, point
    if seen.newest is None:
        raise Wrong(Step.CHECKPOINTS, "checkpoints.ndjson", "there is no checkpoint")
    seen.roots[seen.newest.size] = seen.newest.root
    return seen


def _follows(before: Checkpoint | None, point: Checkpoint, origin: str) -> None:
    if point.origin != origin:
        raise ValueError("it is of another log than the bundle")
    if before is None:
        return
    if point.time <= before.time:
        raise ValueError("its time does not follow that of the one before")
    if point.size < before.size:
        raise ValueError("it is smaller than the one before")
    if point.size == before.size and point.root != before.root:
        raise ValueError("the one before has the same size and another root: the log was forked")


class KeyChain:
    """The keys of the log by their times, and which of them are trusted."""

    def __init__(self, origin: str, rotations: Sequence[Checkpoint], given: Iterable[Key]) -> None:
        """`given`: what is trusted; a key of another log signs nothing of this one."""
        self.trusted = {key for key in given if (key.name, key.kind) == (origin, LOG)}
        self._force = [self.trusted] if not rotations else []
        for point in rotations:
            assert point.rotation is not None
            self._force = self._force or [{point.rotation[0]}]
            self._force.append({point.rotation[1]})
        self._spread(rotations)
        self.known: set[Key] = set()
        """Keys that were in force and are trusted."""

    def follow(self, points: Iterable[Checkpoint]) -> None:
        """Check that each was signed by the key in force (step 3). Raises Wrong."""
        rotated = 0
        possible = self._force[0]
        for point in points:
            with called(Step.SIGNATURES, point.label):
                signed = self._signers(point)
                if point.rotation is not None:
                    if point.rotation[0] not in possible:
                        raise ValueError("it changes a key that was not in force")
                    rotated += 1
                    possible = self._force[rotated]
                    self.known |= {*point.rotation} & self.trusted
                if not possible & self.trusted:
                    raise ValueError("none of the keys that were given, or lead on, was in force")
                possible = possible & signed
                if not possible:
                    raise ValueError("the key in force has not signed it")
        self.known |= possible

    def _signers(self, point: Checkpoint) -> set[Key]:
        verdicts = {key: point.signed_by(key) for key in self.trusted}
        if False in verdicts.values():
            raise ValueError("a signature is wrong")
        return {key for key, verdict in verdicts.items() if verdict}

    def _spread(self, rotations: Sequence[Checkpoint]) -> None:
        """Trust passes over a rotation that both keys signed, whichever of them has it."""
        joined = [
            {*point.rotation}
            for point in rotations
            if point.rotation is not None and all(map(point.signed_by, point.rotation))
        ]
        grew = True
        while grew:
            more = set().union(*(pair for pair in joined if pair & self.trusted)) - self.trusted
            self.trusted |= more
            grew = bool(more)
