"""Reads the verdicts of a verification: only on what was asked, and never by substring."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from adapters.dukcapil.schema import VERIFY_ELEMENTS, Nilai
from gateway.domain.systems import HasilPadan, VerdictElemen

_VERDICT: Final = re.compile(r"(tidak +)?sesuai(?: *\( *([0-9]{1,3}) *\))?", re.IGNORECASE)
_NOT_CHECKED: Final = VerdictElemen(hasil=HasilPadan.TIDAK_DIPERIKSA)
_HIGHEST_SCORE: Final = 100


def read_verdict(value: Nilai, threshold: int) -> VerdictElemen | None:
    """`Sesuai`, `Sesuai (87)`, `Tidak Sesuai (59)`; None for anything else."""
    match = _VERDICT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    result = HasilPadan.TIDAK_SESUAI if match[1] else HasilPadan.SESUAI
    if match[2] is None or int(match[2]) > _HIGHEST_SCORE:
        return VerdictElemen(hasil=result)
    return VerdictElemen(hasil=result, skor=int(match[2]), ambang=threshold)


def read_verdicts(
    fields: Mapping[str, Nilai], *, sent: Collection[str], told: Iterable[str], threshold: int
) -> dict[str, VerdictElemen]:
    """Verdict per canonical attribute.

    `sent` holds the wire elements of the request, `told` the attributes that the caller gave. What
    was told but not sent, or is echoed without having been sent, is TIDAK_DIPERIKSA.
    """
    read: dict[str, list[VerdictElemen]] = {}
    for element, attribute in VERIFY_ELEMENTS.items():
        if element in sent:
            verdict = read_verdict(fields.get(element), threshold) or _NOT_CHECKED
            read.setdefault(attribute, []).append(verdict)
    verdicts = {attribute: _joined(parts) for attribute, parts in read.items()}
    echoed = (VERIFY_ELEMENTS[name] for name in VERIFY_ELEMENTS if name in fields)
    for attribute in (*told, *echoed):
        verdicts.setdefault(attribute, _NOT_CHECKED)
    return verdicts


def is_usable(verdicts: Mapping[str, VerdictElemen]) -> bool:
    """True where at least one verdict was had."""
    return any(verdict != _NOT_CHECKED for verdict in verdicts.values())


def _joined(parts: list[VerdictElemen]) -> VerdictElemen:
    """One verdict of the parts of an area code: a single "no" decides, a gap leaves it open."""
    if len(parts) == 1:
        return parts[0]
    results = {part.hasil for part in parts}
    order = (HasilPadan.TIDAK_SESUAI, HasilPadan.TIDAK_DIPERIKSA, HasilPadan.SESUAI)
    return VerdictElemen(hasil=next(result for result in order if result in results))
