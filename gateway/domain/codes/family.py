"""Relation to the head of the family: the registry's 11 codes, BPS's 8, and the way between them.

Code 3 is a wife in the registry and a child at BPS, so a code is only read by the list that it
belongs to.
"""

from collections.abc import Mapping
from typing import Final

from gateway.domain.person import HubunganKeluarga as Hubungan
from gateway.kit.table import CodeTable

_LABEL: Final[Mapping[Hubungan, tuple[str, ...]]] = {
    Hubungan.KEPALA_KELUARGA: ("Kepala keluarga", "Kepala", "Kepala rumah tangga"),
    Hubungan.SUAMI: ("Suami",),
    Hubungan.ISTRI: ("Istri", "Isteri"),
    Hubungan.ISTRI_SUAMI: ("Istri/suami", "Suami/istri", "Isteri/suami", "Suami/isteri"),
    Hubungan.ANAK: ("Anak",),
    Hubungan.MENANTU: ("Menantu",),
    Hubungan.CUCU: ("Cucu",),
    Hubungan.ORANGTUA: ("Orangtua", "Orang tua"),
    Hubungan.MERTUA: ("Mertua",),
    Hubungan.ORANGTUA_MERTUA: ("Orangtua/mertua", "Orang tua/mertua"),
    Hubungan.FAMILI_LAIN: ("Famili lain", "Famili"),
    Hubungan.PEMBANTU: ("Pembantu", "Pembantu/sopir", "Pembantu rumah tangga"),
    Hubungan.LAINNYA: ("Lainnya", "Lain-lain"),
}

_DUKCAPIL: Final[Mapping[int, Hubungan]] = {
    1: Hubungan.KEPALA_KELUARGA,
    2: Hubungan.SUAMI,
    3: Hubungan.ISTRI,
    4: Hubungan.ANAK,
    5: Hubungan.MENANTU,
    6: Hubungan.CUCU,
    7: Hubungan.ORANGTUA,
    8: Hubungan.MERTUA,
    9: Hubungan.FAMILI_LAIN,
    10: Hubungan.PEMBANTU,
    11: Hubungan.LAINNYA,
}

_BPS: Final[Mapping[int, Hubungan]] = {
    1: Hubungan.KEPALA_KELUARGA,
    2: Hubungan.ISTRI_SUAMI,
    3: Hubungan.ANAK,
    4: Hubungan.MENANTU,
    5: Hubungan.CUCU,
    6: Hubungan.ORANGTUA_MERTUA,
    7: Hubungan.PEMBANTU,
    8: Hubungan.LAINNYA,
}

_DUKCAPIL_KE_BPS: Final[Mapping[int, int]] = {
    1: 1,
    2: 2,
    3: 2,
    4: 3,
    5: 4,
    6: 5,
    7: 6,
    8: 6,
    9: 8,
    10: 7,
    11: 8,
}


def _tabel(name: str, version: str, codes: Mapping[int, Hubungan]) -> CodeTable[Hubungan]:
    entries = {value: list(labels) for value, labels in _LABEL.items()}
    for code, value in codes.items():
        entries[value].append(str(code))
    return CodeTable(name, version, entries)


HUBUNGAN_DUKCAPIL: Final = _tabel("hubungan-keluarga-dukcapil", "siak-11", _DUKCAPIL)
HUBUNGAN_BPS: Final = _tabel("hubungan-keluarga-bps", "regsosek-dtsen-8", _BPS)


class HubunganAmbigu(ValueError):
    """A BPS code that stands for several codes of the registry."""


def baca_hubungan_dukcapil(teks: str) -> Hubungan | None:
    """A code 1-11 of the registry, or a label; None where it is unknown."""
    return HUBUNGAN_DUKCAPIL.get(teks)


def baca_hubungan_bps(teks: str) -> Hubungan | None:
    """A code 1-8 of BPS/DTSEN, or a label; None where it is unknown."""
    return HUBUNGAN_BPS.get(teks)


def hubungan_dukcapil_ke_bps(kode: int) -> int:
    """The BPS code for a code of the registry. Raises ValueError outside 1-11."""
    if (bps := _DUKCAPIL_KE_BPS.get(kode)) is None:
        msg = "kode hubungan keluarga Dukcapil harus 1 sampai 11"
        raise ValueError(msg)
    return bps


def hubungan_bps_ke_dukcapil(kode: int) -> int:
    """The only code of the registry behind a BPS code. Raises HubunganAmbigu, ValueError."""
    sources = [dukcapil for dukcapil, bps in _DUKCAPIL_KE_BPS.items() if bps == kode]
    if not sources:
        msg = "kode hubungan keluarga BPS harus 1 sampai 8"
        raise ValueError(msg)
    if len(sources) > 1:
        msg = f"kode hubungan keluarga BPS {kode} berasal dari beberapa kode Dukcapil"
        raise HubunganAmbigu(msg)
    return sources[0]
