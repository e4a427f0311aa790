"""Finds pairs of records that may be one person, for a reviewer; nothing is merged by this."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from gateway.domain.matching.judge import AMBANG, BATAS_MIRIP, bandingkan
from gateway.domain.merging.review import AlasanPadanan, Pihak, Temuan

_COMPARED: Final = ("nama_lengkap", "tempat_lahir", "nama_ibu_kandung", "jenis_kelamin")
_DENIES: Final = frozenset(("nama_ibu_kandung", "jenis_kelamin"))
_MOST_DIGITS: Final = 2
"""In so many digits two numbers may differ and still be one number, mistyped."""
PALING_BANYAK_SERUPA: Final = 200
"""More records than this have one birth date in one regency only where it is a stand-in."""


def calon_padanan(serupa: Sequence[Pihak]) -> Iterator[Temuan]:
    """Pairs among records that have something in common: a birth date and regency, or a NIK."""
    if len(serupa) > PALING_BANYAK_SERUPA:
        return
    for one, other in combinations(sorted(serupa, key=lambda each: each.id), 2):
        if (found := _pair(one, other)) is not None:
            yield found


def _pair(one: Pihak, other: Pihak) -> Temuan | None:
    reasons = [*_nik_reason(one.nik, other.nik)]
    if one.nik and other.nik and not reasons:
        return None
    for name in _COMPARED:
        told, known = one.nilai.get(name), other.nilai.get(name)
        judged = None if None in (told, known) else bandingkan(name, told, known, _nowhere)
        if judged is None:
            continue
        if name in _DENIES and judged.skor < BATAS_MIRIP and not _same_nik(one, other):
            return None
        codes = tuple(sorted(code.value for code in judged.alasan))
        reasons.append(AlasanPadanan(atribut=name, skor=judged.skor, kode=codes))
    score = next((each.skor for each in reasons if each.atribut == "nama_lengkap"), 0)
    if score < AMBANG and not _same_nik(one, other):
        return None
    if one.nilai.get("tanggal_lahir") == other.nilai.get("tanggal_lahir"):
        reasons.append(AlasanPadanan(atribut="tanggal_lahir", skor=100))
    return Temuan(kiri=one.id, kanan=other.id, skor=score, alasan=tuple(reasons))


def _nik_reason(one: str | None, other: str | None) -> Iterator[AlasanPadanan]:
    """Numbers that are the same, or nearly."""
    if one and other:
        wrong = sum(a != b for a, b in zip(one, other, strict=True))
        if wrong <= _MOST_DIGITS:
            yield AlasanPadanan(atribut="nik", skor=100 - wrong * 10)


def _same_nik(one: Pihak, other: Pihak) -> bool:
    return one.nik is not None and one.nik == other.nik


def _nowhere(_inner: str, _outer: str) -> bool:
    return False
