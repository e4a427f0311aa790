"""Finds which word of one name is which word of the other."""

from collections.abc import Iterator, Sequence

from gateway.domain.matching.word_pairs import Kata, Kemiripan, baca_kata, banding_kata
from gateway.kit.struct import Quiet


class Pasangan(Quiet, frozen=True, kw_only=True):
    """A word of the left name and one of the right that are taken for the same."""

    kiri: Kata
    kanan: Kata
    mirip: Kemiripan


class Perjodohan(Quiet, frozen=True, kw_only=True):
    """The pairs, what was left over on either side, and whether order or spaces differ."""

    pasangan: tuple[Pasangan, ...]
    sisa_kiri: tuple[Kata, ...]
    sisa_kanan: tuple[Kata, ...]
    terbalik: bool
    disambung: bool


def pasangkan(left: Sequence[Kata], right: Sequence[Kata]) -> Perjodohan:
    """Pair the most alike words first; the same pairs whichever side is left."""
    ours, theirs = _disambung(left, right), _disambung(right, left)
    candidates = sorted(
        (
            (likeness.harga, abs(i - j), i + j, i, j, likeness)
            for i, one in enumerate(ours)
            for j, other in enumerate(theirs)
            if (likeness := banding_kata(one, other)) is not None
        ),
        key=lambda found: found[:5],
    )
    taken: dict[int, tuple[int, Kemiripan]] = {}
    used: set[int] = set()
    for *_, i, j, likeness in candidates:
        if i not in taken and j not in used:
            taken[i] = (j, likeness)
            used.add(j)
    order = [taken[i][0] for i in sorted(taken)]
    return Perjodohan(
        pasangan=tuple(
            Pasangan(kiri=ours[i], kanan=theirs[j], mirip=likeness)
            for i, (j, likeness) in sorted(taken.items(), key=lambda item: item[0])
        ),
        sisa_kiri=tuple(word for i, word in enumerate(ours) if i not in taken),
        sisa_kanan=tuple(word for j, word in enumerate(theirs) if j not in used),
        terbalik=order != sorted(order),
        disambung=len(ours) != len(left) or len(theirs) != len(right),
    )


def _disambung(words: Sequence[Kata], others: Sequence[Kata]) -> list[Kata]:
    """The words, neighbours joined where the other name writes them as one."""
    wanted = {word.kunci for word in others} - {word.kunci for word in words}
    return list(_sambung(words, wanted))


def _sambung(words: Sequence[Kata], wanted: set[str]) -> Iterator[Kata]:
    index = 0
    while index < len(words):
        joined = baca_kata("".join(word.tulis for word in words[index : index + 2]))
        if index + 1 < len(words) and joined.kunci in wanted:
            yield joined
            index += 2
        else:
            yield words[index]
            index += 1
