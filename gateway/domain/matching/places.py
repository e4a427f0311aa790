"""Compares two written places: of birth, or a hamlet."""

import re
from collections.abc import Callable
from typing import Final

from gateway.domain.matching.distance import slips
from gateway.domain.matching.reasons import KodeAlasan, Penilaian
from gateway.domain.matching.spelling import bunyi, bunyi_lama, ejaan_baru
from gateway.domain.matching.text import are_bearable, fold, is_comparable, same_as_written
from gateway.domain.matching.vocabulary import arti
from gateway.kit.struct import Quiet

HARGA_TEMPAT: Final[dict[str, int]] = {
    "ditulis lain": 1,
    "ejaan lama": 3,
    "singkatan": 4,
    "bunyi sama": 6,
    "nama lama": 8,
    "sebagian": 10,
    "satu huruf": 24,
    "di dalam wilayah": 25,
    "kota dan kabupaten": 26,
}
"""What each kind of difference between two places takes from the score."""

Inside = Callable[[str, str], bool]
"""Whether the area that the first name means lies in that of the second."""

_AWALAN: Final = re.compile(
    r"^(?:(?P<kota>kota(?: administrasi| adm)?|kotamadya|kodya)"
    r"|(?P<kab>kabupaten|kab)|kecamatan|kec|kelurahan|kel|desa|ds|dusun|dsn|provinsi|prov"
    r"|kampung|kp|dukuh|dk|nagari|gampong|distrik)\b *"
)
_JOINERS: Final = re.compile(r"[,/()]| - ")

_SINGKATAN: Final = arti("tempat-singkatan")
_NAMA_LAMA: Final = arti("tempat-lama")
_LEAST_FOR_J: Final = 5
_LEAST_FOR_SLIP: Final = 7
_MOST_PARTS: Final = 2
"""Longer lists are read as a whole: they would be many guesses in one."""


class _Tempat(Quiet, frozen=True, kw_only=True):
    inti: str
    jenis: str


def banding_tempat(told: str, known: str, inside: Inside) -> Penilaian | None:
    """How alike two places are, or None where there is nothing to compare. Symmetric."""
    if same_as_written(told, known) and told.strip():
        return Penilaian(100)
    left, right = fold(told), fold(known)
    if not is_comparable(left, right):
        return None
    if left == right:
        return Penilaian(100)
    whole = _banding(_baca(left), _baca(right), inside)
    parts = [_bagian(left), _bagian(right)]
    if max(map(len, parts)) == 1:
        return whole
    found = [_banding(_baca(a), _baca(b), inside) for a in parts[0] for b in parts[1]]
    best = max(found, key=_rank)
    partial = Penilaian(
        max(0, best.skor - HARGA_TEMPAT["sebagian"]), best.alasan | {KodeAlasan.SEBAGIAN}
    )
    return max(whole, partial, key=_rank)


def _rank(found: Penilaian) -> tuple[int, list[KodeAlasan]]:
    return found.skor, sorted(found.alasan)


def _bagian(folded: str) -> list[str]:
    parts = [part.strip(" .-") for part in _JOINERS.split(folded)]
    kept = [part for part in parts if any(map(str.isalnum, part))]
    return kept if 0 < len(kept) <= _MOST_PARTS else [folded]


def _baca(folded: str) -> _Tempat:
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", folded).split())
    prefix = _AWALAN.match(text)
    core = text[prefix.end() :] if prefix else text
    if prefix is None or not core:
        return _Tempat(inti=text, jenis="")
    kind = "kota" if prefix["kota"] else "kabupaten" if prefix["kab"] else ""
    return _Tempat(inti=core, jenis=kind)


def _banding(one: _Tempat, other: _Tempat, inside: Inside) -> Penilaian:
    found = _banding_inti(one.inti, other.inti, inside)
    if one.jenis and other.jenis and one.jenis != other.jenis:
        skor = max(0, found.skor - HARGA_TEMPAT["kota dan kabupaten"])
        return Penilaian(skor, found.alasan | {KodeAlasan.JENIS_WILAYAH_BERBEDA})
    return found


def _banding_inti(one: str, other: str, inside: Inside) -> Penilaian:
    if not are_bearable(one.split()) or not are_bearable(other.split()):
        return Penilaian(0)
    if one.replace(" ", "") == other.replace(" ", ""):
        return _priced("ditulis lain")
    long = [_SINGKATAN.get(text, text) for text in (one, other)]
    now = [_NAMA_LAMA.get(_new(text), _new(text)) for text in long]
    for kind, reason, holds in (
        ("ejaan lama", KodeAlasan.EJAAN_LAMA, _new(one) == _new(other)),
        ("singkatan", KodeAlasan.SINGKATAN, _new(long[0]) == _new(long[1])),
        ("nama lama", KodeAlasan.NAMA_LAMA, _new(now[0]) == _new(now[1])),
        ("bunyi sama", KodeAlasan.EJAAN_BERBEDA, _sound(long[0]) == _sound(long[1])),
        ("satu huruf", KodeAlasan.SALAH_KETIK, _is_slip(_sound(long[0]), _sound(long[1]))),
        ("di dalam wilayah", KodeAlasan.DI_DALAM_WILAYAH, _either(inside, *long)),
    ):
        if holds:
            return _priced(kind, reason)
    return Penilaian(0)


def _priced(kind: str, *reasons: KodeAlasan) -> Penilaian:
    return Penilaian(100 - HARGA_TEMPAT[kind], frozenset(reasons))


def _new(text: str) -> str:
    return " ".join(ejaan_baru(word) for word in text.split())


def _sound(text: str) -> str:
    key = "".join(bunyi(word) for word in text.split())
    return bunyi_lama(key) if len(key) >= _LEAST_FOR_J else key


def _is_slip(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _LEAST_FOR_SLIP and slips(one, other) == 1


def _either(inside: Inside, one: str, other: str) -> bool:
    return inside(one, other) or inside(other, one)
