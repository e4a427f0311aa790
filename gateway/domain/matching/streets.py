"""Compares two written street addresses: the street, the lane, the estate and the number."""

import re
from typing import Final

from gateway.domain.matching.pairing import pasangkan
from gateway.domain.matching.reasons import KodeAlasan, Penilaian
from gateway.domain.matching.text import MOST_LETTERS, fold, is_comparable, same_as_written
from gateway.domain.matching.vocabulary import arti, bentuk
from gateway.domain.matching.word_pairs import Kata, baca_kata
from gateway.kit.struct import Quiet

HARGA_ALAMAT: Final[dict[str, int]] = {
    "ditulis lain": 1,
    "urutan": 3,
    "nomor hilang": 12,
    "bagian hilang": 14,
    "nomor berbeda": 26,
}
"""What each kind of difference between two addresses takes from the score."""

BATAS_KATA_BERBEDA: Final = 50
"""The most where both addresses hold a word that the other lacks."""

_JENIS: Final = bentuk("alamat-jenis")
"""Words that only say what kind of thing the next word names."""
_NUMBERED: Final = bentuk("alamat-bernomor")
"""Words before a number."""
_PANJANG: Final = arti("alamat-panjang")
_ROMAN: Final = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8",
    "ix": "9", "x": "10", "xi": "11", "xii": "12",
}  # fmt: skip
_RT_RW: Final = re.compile(
    r"\b(?:rt|rw)\b[ .:/]*[0-9]{1,3}(?:[ ./]*(?:\brw\b)?[ .:/]*[0-9]{1,3}\b)?"
    r"|\brt/rw\b[ .:]*[0-9/]*"
)
_JOINED_RT: Final = re.compile(r"\b(rt|rw|no|km|gg|jl|blok)\.?(?=[0-9])")
_NUMBER_SUFFIX: Final = re.compile(r"([0-9]+)[ -]?([a-e])\b")
_MOST_WORDS: Final = 24


class _Alamat(Quiet, frozen=True, kw_only=True):
    kata: tuple[Kata, ...]
    nomor: frozenset[str]


def banding_alamat(told: str, known: str) -> Penilaian | None:
    """How alike two street addresses are, or None where there is nothing to compare. Symmetric."""
    if same_as_written(told, known) and told.strip():
        return Penilaian(100)
    left, right = fold(told), fold(known)
    if not is_comparable(left, right):
        return None
    if left == right:
        return Penilaian(100)
    ours, theirs = _baca(left), _baca(right)
    if ours is None or theirs is None:
        return None
    return _banding(ours, theirs)


def _baca(folded: str) -> _Alamat | None:
    """The words that name something, and the numbers; RT and RW are judged by themselves."""
    text = _RT_RW.sub(" ", _JOINED_RT.sub(r"\1 ", folded))
    text = _NUMBER_SUFFIX.sub(r"\1\2", text)
    words, numbers = _words(re.findall(r"[a-z0-9]+", text))
    if len(words) > _MOST_WORDS or any(len(word) > MOST_LETTERS for word in words):
        return None
    if not words and not numbers:
        return None
    return _Alamat(kata=tuple(baca_kata(word) for word in words), nomor=frozenset(numbers))


def _words(pieces: list[str]) -> tuple[list[str], set[str]]:
    words: list[str] = []
    numbers: set[str] = set()
    for index, piece in enumerate(pieces):
        behind = pieces[index - 1] if index else ""
        meant = _ROMAN.get(piece, piece) if words or behind in _JENIS else piece
        if piece in _NUMBERED or piece in _JENIS:
            continue
        if meant[0].isdigit() or behind in _NUMBERED:
            numbers.add(meant.lstrip("0") or "0")
        else:
            words.append(_PANJANG.get(piece, piece))
    return words, numbers


def _banding(one: _Alamat, other: _Alamat) -> Penilaian:
    pairing = pasangkan(one.kata, other.kata)
    reasons = {pair.mirip.alasan for pair in pairing.pasangan if pair.mirip.alasan}
    price = sum(pair.mirip.harga for pair in pairing.pasangan)
    missing = len(pairing.sisa_kiri) + len(pairing.sisa_kanan)
    differing = bool(pairing.sisa_kiri and pairing.sisa_kanan)
    fewer = _is_number_missing(one.nomor, other.nomor)
    numbers = one.nomor != other.nomor and not fewer
    for times, kind, reason in (
        (missing, "bagian hilang", KodeAlasan.BAGIAN_HILANG),
        (int(pairing.terbalik), "urutan", KodeAlasan.URUTAN_BERBEDA),
        (int(fewer), "nomor hilang", KodeAlasan.NOMOR_HILANG),
        (int(numbers), "nomor berbeda", KodeAlasan.NOMOR_BERBEDA),
        (int(differing), "ditulis lain", KodeAlasan.BAGIAN_BERBEDA),
    ):
        if times:
            price += times * HARGA_ALAMAT[kind]
            reasons.add(reason)
    nothing = not pairing.pasangan and (bool(one.kata or other.kata) or one.nomor != other.nomor)
    limit = 0 if nothing else BATAS_KATA_BERBEDA if differing else 100
    return Penilaian(max(0, min(limit, 100 - max(1, price))), frozenset(reasons))


def _is_number_missing(one: frozenset[str], other: frozenset[str]) -> bool:
    """True where one side has no number, or one fewer; a row of numbers would be many guesses."""
    if not one or not other:
        return one != other
    return (one < other or other < one) and len(one ^ other) == 1
