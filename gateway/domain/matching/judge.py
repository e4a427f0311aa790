"""From two values of an attribute to the verdict that leaves the house, for whom it leaves."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from gateway.domain.matching.dates import banding_tanggal
from gateway.domain.matching.names import banding_nama, bergelar
from gateway.domain.matching.places import Inside, banding_tempat
from gateway.domain.matching.plain import (
    banding_angka,
    banding_istilah,
    banding_kode_wilayah,
    banding_persis,
)
from gateway.domain.matching.reasons import ALASAN, KodeAlasan, Penilaian, Ungkap, kata_alasan
from gateway.domain.matching.streets import banding_alamat
from gateway.domain.matching.text import fold, is_comparable
from gateway.domain.nik import cocokkan_nik
from gateway.domain.person import Penduduk
from gateway.domain.systems import HasilPadan, VerdictElemen

PENILAI: Final = "gateway"
AMBANG: Final = 85
"""From this score on two values count as the same, unless a setting or the caller says more."""
AMBANG_TERENDAH: Final = 80
"""No setting goes below: what lies there may be somebody else."""
BATAS_MIRIP: Final = 70
"""From this score on two values are alike, but not enough."""

_Banding = Callable[[Any, Any, Inside], Penilaian | None]


def _without_areas(compare: Callable[[Any, Any], Penilaian | None]) -> _Banding:
    return lambda told, known, _inside: compare(told, known)


_PEMBANDING: Final[Mapping[str, _Banding]] = {
    "nama_lengkap": _without_areas(banding_nama),
    "nama_ibu_kandung": _without_areas(banding_nama),
    "tempat_lahir": banding_tempat,
    "tanggal_lahir": _without_areas(banding_tanggal),
    "pekerjaan": _without_areas(banding_istilah),
    "alamat.jalan": _without_areas(banding_alamat),
    "alamat.dusun": banding_tempat,
    "alamat.rt": _without_areas(banding_angka),
    "alamat.rw": _without_areas(banding_angka),
    "alamat.kode_pos": _without_areas(banding_angka),
    "kode_wilayah": _without_areas(banding_kode_wilayah),
}
"""How an attribute is compared; every other one exactly."""

BERTINGKAT: Final = frozenset(
    ("nama_lengkap", "nama_ibu_kandung", "tempat_lahir", "tanggal_lahir", "alamat.jalan")
)
"""Attributes with near misses, on whose plain "no" a second look may say more."""


def bandingkan(atribut: str, told: object, known: object, inside: Inside) -> Penilaian | None:
    """The score of a told value against the known one; None where it cannot be judged."""
    return _PEMBANDING.get(atribut, _without_areas(banding_persis))(told, known, inside)


def alasan_isian(told: Penduduk, today: date) -> dict[str, frozenset[KodeAlasan]]:
    """Per attribute, what is to be said of the told value alone, whatever the registry holds."""
    said: dict[str, set[KodeAlasan]] = {}
    for warning in cocokkan_nik(told, today):
        if warning.atribut in {"jenis_kelamin", "tanggal_lahir"}:
            said.setdefault(warning.atribut, set()).add(KodeAlasan.BEDA_DARI_NIK)
    for name in ("nama_lengkap", "nama_ibu_kandung"):
        value = getattr(told, name)
        if isinstance(value, str) and bergelar(value):
            said.setdefault(name, set()).add(KodeAlasan.GELAR_DIABAIKAN)
        if isinstance(value, str) and not is_comparable(fold(value)):
            said.setdefault(name, set()).add(KodeAlasan.TIDAK_TERBACA)
    return {name: frozenset(codes) for name, codes in said.items()}


def putuskan(
    found: Penilaian | None, ambang: int, isian: frozenset[KodeAlasan], *, berhak: bool
) -> VerdictElemen:
    """The verdict as it may be told.

    `berhak`: the grant lets the attribute be read. Without that a "no" is the same "no" however
    near the guess came: neither score nor MIRIP nor a reason that depends on the known value.
    """
    if found is None:
        return VerdictElemen(hasil=HasilPadan.TIDAK_DIPERIKSA, alasan=kata_alasan(isian))
    hasil = _hasil(found.skor, ambang)
    if berhak or hasil is HasilPadan.SESUAI:
        told = {code for code in found.alasan if berhak or ALASAN[code][0] is not Ungkap.BERHAK}
        return VerdictElemen(
            hasil=hasil,
            skor=found.skor,
            ambang=ambang,
            alasan=kata_alasan(isian | told),
            penilai=PENILAI,
        )
    return VerdictElemen(
        hasil=HasilPadan.TIDAK_SESUAI,
        ambang=ambang,
        alasan=kata_alasan(isian),
        penilai=PENILAI,
    )


def _hasil(skor: int, ambang: int) -> HasilPadan:
    if skor >= ambang:
        return HasilPadan.SESUAI
    return HasilPadan.MIRIP if skor >= BATAS_MIRIP else HasilPadan.TIDAK_SESUAI
