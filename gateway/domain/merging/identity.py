"""When several sources' records are of one person: where the NIK proves it and nothing denies it.

A number that is a stand-in, or that several persons are told to have, proves nothing.
"""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Final

from gateway.domain.matching.judge import BATAS_MIRIP
from gateway.domain.matching.names import banding_nama
from gateway.domain.nik import baca_nik, is_sixteen_digits
from gateway.kit.struct import Quiet

PALING_BANYAK_SUMBER: Final = 24
"""More living records than this share a NIK only where it stands for somebody unknown."""
_FEWEST_DIGITS: Final = 4
"""A number made of fewer different digits was typed to fill a field."""
_COUNTING: Final = "0123456789" * 3
_BACKWARDS: Final = _COUNTING[::-1]


class Ciri(Quiet, frozen=True, kw_only=True):
    """By what a record's person can be told from another."""

    nama_lengkap: str | None = None
    tanggal_lahir: str | None = None
    """As ISO text."""
    jenis_kelamin: str | None = None


def nik_membuktikan(nik: str, today: date) -> bool:
    """Whether the number may be somebody's own. A stand-in proves nothing.

    Not by what it says of birth date and sex: those may have been corrected since.
    """
    if not is_sixteen_digits(nik) or len(set(nik)) < _FEWEST_DIGITS or _counts(nik):
        return False
    return not baca_nik(nik, today).peringatan


def satu_orang(semua: Sequence[Ciri]) -> bool:
    """Whether nothing speaks against it that records with one NIK are of one person.

    It is all or nothing: where two of them contradict each other, the number is not proof of
    anybody, whichever of the two came first.
    """
    if len(semua) > PALING_BANYAK_SUMBER:
        return False
    different = {(one.nama_lengkap, one.tanggal_lahir, one.jenis_kelamin): one for one in semua}
    return not any(bertentangan(*pair) for pair in combinations(different.values(), 2))


def bertentangan(satu: Ciri, lain: Ciri) -> bool:
    """Whether two records can hardly be of one person.

    That is another name, or a name that may be the same with another birth date and sex.
    """
    if satu.nama_lengkap and lain.nama_lengkap:
        judged = banding_nama(satu.nama_lengkap, lain.nama_lengkap)
        if judged is not None and judged.skor < BATAS_MIRIP:
            return True
    return _differ(satu.tanggal_lahir, lain.tanggal_lahir) and _differ(
        satu.jenis_kelamin, lain.jenis_kelamin
    )


def _counts(nik: str) -> bool:
    """Whether somebody ran a finger along the keys."""
    return nik in _COUNTING or nik in _BACKWARDS


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
