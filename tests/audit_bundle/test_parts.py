"""The verifiers' own trees and sorting, held against the definition of the tree and plain sets."""

import base64
import random
from hashlib import sha256

import pytest

from gateway.audit_bundle import verify
from gateway.audit_bundle.identity import Identities
from gateway.audit_bundle.merkle import Growth, is_consistent, root_by_inclusion
from gateway.domain.tree.merkle import consistency, inclusion
from tests.domain.tree.reference import mth

LEAVES = [sha256(bytes([number])).digest() for number in range(34)]
ROOTS = [mth(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def test_a_tree_that_grows_has_the_root_of_each_size_from_any_beginning():
    for first in range(len(LEAVES)):
        widths = [1 << bit for bit in range(5, -1, -1) if first >> bit & 1]
        peaks = [mth(LEAVES[sum(widths[:at]) : sum(widths[: at + 1])]) for at in range(len(widths))]
        tree = Growth(first, peaks)
        assert verify.root_of(peaks) == ROOTS[first]
        for size in range(first, len(LEAVES)):
            assert tree.root() == ROOTS[size]
            tree.add(LEAVES[size])
    with pytest.raises(ValueError, match="peaks"):
        Growth(3, LEAVES[:1])


def spoiled(proof):
    """The proof with each hash changed, dropped or doubled."""
    for at in range(len(proof)):
        yield [*proof[:at], b"x" * 32, *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
    yield [*proof, b"x" * 32]


def by_script(old, new, proof, **known):
    """The roots to which the script finds a proof to lead; none where it is no proof."""
    try:
        return verify.proved([base64.b64encode(each).decode() for each in proof], old, new, **known)
    except ValueError:
        return []


def test_consistency_proofs_of_all_sizes():
    for new in range(1, len(LEAVES)):
        for old in range(new + 1):
            proof = [mth(LEAVES[slice(*span)]) for span in consistency(old, new)]
            assert is_consistent((old, ROOTS[old]), (new, ROOTS[new]), proof)
            roots = [ROOTS[old], ROOTS[new]]
            # From nothing, and from a size to itself, every proof leads: the script asks for none.
            asked = 0 < old < new
            assert not asked or by_script(old, new, proof, root=ROOTS[old]) == roots
            for bad in spoiled(proof):
                assert not is_consistent((old, ROOTS[old]), (new, ROOTS[new]), bad)
                assert not asked or by_script(old, new, bad, root=ROOTS[old]) != roots
    assert not is_consistent((3, ROOTS[3]), (2, ROOTS[2]), [])


def included(leaf, index, size, proof):
    return by_script(index + 1, size, proof, leaf=leaf)[1:] == [ROOTS[size]]


def test_inclusion_proofs_of_all_leaves():
    for size in range(1, len(LEAVES)):
        for index in range(size):
            proof = [mth(LEAVES[slice(*span)]) for span in inclusion(index, size)]
            leaf = LEAVES[index]
            assert root_by_inclusion(leaf, index, size, proof) == ROOTS[size]
            assert included(leaf, index, size, proof)
            for bad in spoiled(proof):
                assert root_by_inclusion(leaf, index, size, bad) != ROOTS[size]
                assert not included(leaf, index, size, bad)
    assert root_by_inclusion(LEAVES[0], 3, 3, []) is None


@pytest.mark.parametrize("at_once", [1, 2, 7, 1000])
def test_ids_are_found_again_however_few_are_sorted_at_once(at_once):
    dice = random.Random(8)
    ids = [f"{dice.randrange(400):032x}" for _ in range(60)]
    expected, seen = None, set()
    for index, each in enumerate(ids):
        if each in seen:
            expected = index
            break
        seen.add(each)
    for told, first in ((ids, expected), (ids[:expected], None)):
        with Identities(at_once) as identities:
            for index, each in enumerate(told):
                identities.add(each, index)
            assert identities.first_repeated() == first
