"""Proofs as they are told, and how they are checked (RFC 9162, sections 2.1.3.2 and 2.1.4.2)."""

import msgspec

from gateway.domain.tree.merkle import node_hash


class InclusionProof(msgspec.Struct, frozen=True, kw_only=True):
    """That a leaf is in the tree of a size; `hashes` in base64."""

    index: int
    size: int
    hashes: tuple[bytes, ...]

    def leads_to(self, leaf: bytes) -> bytes | None:
        """The root that follows from a leaf's hash; None where the proof has a wrong length."""
        place, last, root = self.index, self.size - 1, leaf
        if place > last:
            return None
        for step in self.hashes:
            if last == 0:
                return None
            if place & 1 or place == last:
                root = node_hash(step, root)
                while place and not place & 1:
                    place, last = place >> 1, last >> 1
            else:
                root = node_hash(root, step)
            place, last = place >> 1, last >> 1
        return root if last == 0 else None


class ConsistencyProof(
    msgspec.Struct, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}
):
    """That a tree of `old` leaves begins the one of `new`; `hashes` in base64."""

    old: int
    new: int
    hashes: tuple[bytes, ...]

    def holds(self, old_root: bytes, new_root: bytes) -> bool:
        """Whether it leads from the one root to the other."""
        if self.old in {0, self.new}:
            return not self.hashes and (self.old == 0 or old_root == new_root)
        if not 0 < self.old < self.new:
            return False
        place, last = self.old - 1, self.new - 1
        while place & 1:
            place, last = place >> 1, last >> 1
        # A perfect old tree is a node of the new one, so its root need not be told.
        steps = list(self.hashes) if place else [old_root, *self.hashes]
        if not steps:
            return False
        return self._walk(steps, place, last) == (old_root, new_root)

    @staticmethod
    def _walk(steps: list[bytes], place: int, last: int) -> tuple[bytes, bytes] | None:
        old = new = steps[0]
        for step in steps[1:]:
            if last == 0:
                return None
            if place & 1 or place == last:
                old, new = node_hash(step, old), node_hash(step, new)
                while place and not place & 1:
                    place, last = place >> 1, last >> 1
            else:
                new = node_hash(new, step)
            place, last = place >> 1, last >> 1
        return (old, new) if last == 0 else None
