"""Whether two words of a name may be one and the same word, and at what price."""

from typing import Final

from gateway.domain.matching.distance import is_swap, slips
from gateway.domain.matching.name_words import INISIAL_TETAP, SEJENIS, SINGKATAN
from gateway.domain.matching.reasons import KodeAlasan
from gateway.domain.matching.spelling import bunyi, bunyi_dekat, bunyi_lama, ejaan_baru
from gateway.kit.struct import Quiet

HARGA: Final[dict[str, int]] = {
    "sama": 0,
    "ejaan lama": 2,
    "singkatan": 4,
    "bunyi sama": 5,
    "huruf j lama": 7,
    "tertukar": 10,
    "inisial": 12,
    "bunyi sama, kata pendek": 21,
    "satu huruf": 22,
    "dua huruf": 28,
}
"""What each kind of likeness takes from the score."""

_NAMES: Final = frozenset(SEJENIS.values())
_SHORT: Final = 4
_LEAST_FOR_SWAP: Final = 6
_LEAST_FOR_ONE: Final = 5
_LEAST_FOR_TWO: Final = 8
_VOWELS: Final = frozenset("aiueo")
# In a word that bears one of these, `j` is the old letter for today's `y`.
_OLD_SIGNS: Final = ("oe", "dj", "tj", "sj", "nj")


class Kata(Quiet, frozen=True, kw_only=True):
    """One word in the forms by which it is compared."""

    tulis: str
    baru: str
    """In today's spelling."""
    kunci: str
    """What it sounds like, or the key of the name that it is a spelling of."""
    panjang: frozenset[str]
    """Keys that it may be short for."""

    @property
    def inisial(self) -> bool:
        """True for a single letter."""
        return len(self.tulis) == 1


class Kemiripan(Quiet, frozen=True):
    """Two words taken for one: the price and the reason."""

    harga: int
    alasan: KodeAlasan | None = None


def baca_kata(word: str) -> Kata:
    """A folded word prepared for comparison."""
    key = bunyi(word)
    return Kata(
        tulis=word,
        baru=ejaan_baru(word),
        kunci=SEJENIS.get(key, key),
        panjang=SINGKATAN.get(word, frozenset()),
    )


def banding_kata(one: Kata, other: Kata) -> Kemiripan | None:
    """How alike two words are, or None where they are two different words. Symmetric."""
    if one.tulis == other.tulis:
        return Kemiripan(HARGA["sama"])
    if one.baru == other.baru:
        return Kemiripan(HARGA["ejaan lama"], KodeAlasan.EJAAN_LAMA)
    if _is_short_for(one, other) or _is_short_for(other, one):
        return Kemiripan(HARGA["singkatan"], KodeAlasan.SINGKATAN)
    if one.inisial or other.inisial:
        return _initial(one, other)
    if one.kunci == other.kunci:
        kind = "bunyi sama, kata pendek" if _is_doubtful(one, other) else "bunyi sama"
        return Kemiripan(HARGA[kind], KodeAlasan.EJAAN_BERBEDA)
    return _near(one, other)


def _is_doubtful(one: Kata, other: Kata) -> bool:
    """Short words of one sound may be two names (Fuji, Puji), but not Desy and Desi."""
    if min(len(one.tulis), len(other.tulis)) > _SHORT or one.kunci in _NAMES:
        return False
    return bunyi_dekat(one.tulis) != bunyi_dekat(other.tulis)


def _is_short_for(short: Kata, long: Kata) -> bool:
    return long.kunci in short.panjang or bool(short.panjang & long.panjang)


def _initial(one: Kata, other: Kata) -> Kemiripan | None:
    if one.tulis[0] != other.tulis[0] or one.tulis[0] in INISIAL_TETAP:
        return None
    return Kemiripan(HARGA["inisial"], KodeAlasan.INISIAL)


def _near(one: Kata, other: Kata) -> Kemiripan | None:
    """Words that differ in sound: slips of the finger, as far as no other name is made by them."""
    least = min(len(one.kunci), len(other.kunci))
    old = least > _SHORT or _is_old(one.tulis) or _is_old(other.tulis)
    if old and bunyi_lama(one.kunci) == bunyi_lama(other.kunci):
        return Kemiripan(HARGA["huruf j lama"], KodeAlasan.EJAAN_LAMA)
    if least >= _LEAST_FOR_SWAP and is_swap(one.tulis, other.tulis):
        return Kemiripan(HARGA["tertukar"], KodeAlasan.SALAH_KETIK)
    if least < _LEAST_FOR_ONE or _differ_in_gender(one.kunci, other.kunci):
        return None
    apart = slips(one.kunci, other.kunci)
    if apart == 1 and one.kunci[0] == other.kunci[0]:
        return Kemiripan(HARGA["satu huruf"], KodeAlasan.SALAH_KETIK)
    if apart <= 2 and least >= _LEAST_FOR_TWO:
        return Kemiripan(HARGA["dua huruf"], KodeAlasan.SALAH_KETIK)
    return None


def _is_old(word: str) -> bool:
    return any(sign in word for sign in _OLD_SIGNS)


def _differ_in_gender(one: str, other: str) -> bool:
    """`Yulianto` and `Yulianti`, `Setiawan` and `Setiawati`: brother and sister."""
    vowels = one[-1] in _VOWELS and other[-1] in _VOWELS
    return (one[:-1] == other[:-1] and vowels) or (
        {one[-3:], other[-3:]} == {"wan", "ati"} or {one[-2:], other[-2:]} == {"an", "ti"}
    )
