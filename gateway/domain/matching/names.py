"""Compares two written names of persons."""

import re
from collections.abc import Sequence
from typing import Final

from gateway.domain.matching.name_parts import Nama, baca_nama
from gateway.domain.matching.name_words import MARGA, SANDANG, SEBUTAN, UMUM
from gateway.domain.matching.pairing import Pasangan, pasangkan
from gateway.domain.matching.reasons import KodeAlasan, Penilaian
from gateway.domain.matching.text import fold, is_comparable, same_as_written
from gateway.domain.matching.word_pairs import Kata, baca_kata

HARGA_BAGIAN: Final[dict[str, int]] = {
    "ditulis lain": 1,
    "spasi": 2,
    "alias": 3,
    "nasab": 4,
    "sebutan hilang": 6,
    "inisial hilang": 6,
    "urutan": 10,
    "marga hilang": 12,
    "bagian hilang": 21,
    "keturunan": 40,
}
"""What each difference between the parts of two names takes from the score."""

_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")

BATAS: Final[dict[str, int]] = {
    "hanya satu kata yang sama": 74,
    "inisial lebih banyak dari kata": 79,
    "ada kata yang berbeda": 45,
    "hanya kata umum yang sama": 40,
}
"""The most that such a pair of names can get."""


def banding_nama(told: str, known: str) -> Penilaian | None:
    """How alike two names are, or None where there is nothing to compare.

    The score is the same whichever name is told. Work is bounded by the limits of `text`.
    """
    if same_as_written(told, known) and told.strip():
        return Penilaian(100)
    left, right = fold(told), fold(known)
    if not is_comparable(left, right):
        return None
    if left == right:
        return Penilaian(100)
    if _NOT_WORD.sub(" ", left).split() == _NOT_WORD.sub(" ", right).split():
        return Penilaian(100 - HARGA_BAGIAN["ditulis lain"])
    ours, theirs = baca_nama(left), baca_nama(right)
    if not ours or not theirs:
        return None
    tried = [
        _dengan_alias(_banding(one, other), first=i == 0 and j == 0)
        for i, one in enumerate(ours)
        for j, other in enumerate(theirs)
    ]
    return max(tried, key=lambda found: (found.skor, sorted(found.alasan, reverse=True)))


def bergelar(told: str) -> bool:
    """True where the name is written with titles, which are passed over."""
    folded = fold(told)
    return is_comparable(folded) and any(name.gelar for name in baca_nama(folded))


def _dengan_alias(found: Penilaian, *, first: bool) -> Penilaian:
    if first:
        return found
    price = HARGA_BAGIAN["alias"]
    return Penilaian(max(0, found.skor - price), found.alasan | {KodeAlasan.NAMA_ALIAS})


def _banding(one: Nama, other: Nama) -> Penilaian:
    """The better of two readings of `bin`: as a patronym of its own, or as a part of the name."""
    apart = _banding_terpisah(one, other)
    if bool(one.nasab) == bool(other.nasab):
        return apart
    joined = _banding_kata([*one.kata, *one.nasab], [*other.kata, *other.nasab], one, other)
    if KodeAlasan.URUTAN_BERBEDA in joined.alasan:
        # Idris bin Harun is the son of Harun Idris, or of somebody else, but not the same man.
        return apart
    return max(apart, joined, key=lambda found: found.skor)


def _banding_terpisah(one: Nama, other: Nama) -> Penilaian:
    own = _banding_kata(one.kata, other.kata, one, other)
    if not one.nasab and not other.nasab:
        return own
    if not one.nasab or not other.nasab:
        skor = max(0, own.skor - HARGA_BAGIAN["nasab"])
        return Penilaian(skor, own.alasan | {KodeAlasan.NASAB_DIABAIKAN})
    father = _banding_kata(one.nasab, other.nasab, one, other)
    skor = min(own.skor, father.skor)
    if one.jenis_nasab != other.jenis_nasab:
        skor = min(skor, BATAS["ada kata yang berbeda"])
    return Penilaian(skor, own.alasan | father.alasan)


def _banding_kata(one: Sequence[str], other: Sequence[str], left: Nama, right: Nama) -> Penilaian:
    pairing = pasangkan([baca_kata(word) for word in one], [baca_kata(word) for word in other])
    reasons = {reason for pair in pairing.pasangan if (reason := pair.mirip.alasan)}
    price = sum(pair.mirip.harga for pair in pairing.pasangan)
    strong = sum(_is_strong(pair) for pair in pairing.pasangan)
    for kata in (*pairing.sisa_kiri, *pairing.sisa_kanan):
        cost, reason = _harga_hilang(kata, strong)
        price += cost
        reasons.add(reason)
    for holds, part, reason in (
        (pairing.terbalik, "urutan", KodeAlasan.URUTAN_BERBEDA),
        (pairing.disambung, "spasi", KodeAlasan.SPASI_BERBEDA),
        (left.keturunan != right.keturunan, "keturunan", KodeAlasan.KETURUNAN_BERBEDA),
    ):
        if holds:
            price += HARGA_BAGIAN[part]
            reasons.add(reason)
    limit = _batas(pairing.pasangan, pairing.sisa_kiri, pairing.sisa_kanan, strong)
    if limit == BATAS["ada kata yang berbeda"]:
        reasons.add(KodeAlasan.BAGIAN_BERBEDA)
    return Penilaian(max(0, min(100 - max(price, 1), limit)), frozenset(reasons))


def _is_strong(pair: Pasangan) -> bool:
    """A word found again in full that is not everybody's."""
    return not (pair.kiri.inisial or pair.kanan.inisial or _umum(pair.kiri) or _umum(pair.kanan))


def _umum(kata: Kata) -> bool:
    return kata.kunci in UMUM or bool(kata.panjang & UMUM)


def _harga_hilang(kata: Kata, strong: int) -> tuple[int, KodeAlasan]:
    if kata.inisial and kata.kunci not in SEBUTAN:
        return HARGA_BAGIAN["inisial hilang"], KodeAlasan.SEBUTAN_HILANG
    if strong and kata.kunci in SANDANG:
        return HARGA_BAGIAN["sebutan hilang"], KodeAlasan.SEBUTAN_HILANG
    if strong > 1 and (kata.kunci in SEBUTAN or kata.panjang & SEBUTAN):
        return HARGA_BAGIAN["sebutan hilang"], KodeAlasan.SEBUTAN_HILANG
    if strong > 1 and kata.kunci in MARGA:
        return HARGA_BAGIAN["marga hilang"], KodeAlasan.MARGA_HILANG
    return HARGA_BAGIAN["bagian hilang"], KodeAlasan.BAGIAN_HILANG


def _batas(
    pairs: Sequence[Pasangan], left: Sequence[Kata], right: Sequence[Kata], strong: int
) -> int:
    """The limit that the pairing as a whole sets."""
    initials = sum(pair.mirip.alasan is KodeAlasan.INISIAL for pair in pairs)
    rules = (
        ("hanya kata umum yang sama", not pairs or (strong == 0 and bool(left or right))),
        ("ada kata yang berbeda", bool(left and right)),
        ("hanya satu kata yang sama", len(pairs) == 1 and bool(left or right)),
        ("inisial lebih banyak dari kata", initials >= max(1, strong)),
    )
    return min((BATAS[name] for name, holds in rules if holds), default=100)
