"""Whether a welfare decile is low enough for a programme, by the threshold in force on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from gateway.domain.ppks import Desil


class Ambang(msgspec.Struct, frozen=True, kw_only=True):
    """From a day on, a programme (slug) takes deciles up to `atas`."""

    program: str
    sejak: date
    atas: int


AMBANG_BAWAAN: Final[tuple[Ambang, ...]] = (
    Ambang(program="pkh", sejak=date(2025, 2, 5), atas=4),
    Ambang(program="bpnt", sejak=date(2025, 2, 5), atas=4),
    Ambang(program="pbi-jk", sejak=date(2025, 2, 5), atas=5),
)
"""As reported for DTSEN's first year; no decree with them is public: pass your own if known."""


def memenuhi_desil(
    desil: Desil | None, program: str, pada: date, ambang: Iterable[Ambang] = AMBANG_BAWAAN
) -> bool | None:
    """True or False by the threshold valid on the day.

    None where nothing can be said: no threshold yet, no decile, or a range on both sides of it.
    """
    berlaku = max(
        (a for a in ambang if a.program == program and a.sejak <= pada),
        key=lambda a: a.sejak,
        default=None,
    )
    if berlaku is None or desil is None or desil.bawah is None or desil.atas is None:
        return None
    if desil.atas <= berlaku.atas:
        return True
    return False if desil.bawah > berlaku.atas else None
