"""DTSEN's own values: the welfare decile (a value, a range or missing) and the record's status."""

import re
from enum import StrEnum
from typing import Final

from gateway.domain.ppks import Desil, JenisDesil
from gateway.kit.table import CodeTable, slug

_DESIL: Final = re.compile(
    r"(?:desil[ _-])?(\d{1,2})(?:\s*[_-]\s*(\d{1,2}))?", re.ASCII | re.IGNORECASE
)
_BELUM: Final = frozenset({"desil-belum-ditentukan", "belum-ditentukan"})


class StatusDtsen(StrEnum):
    """Whether DTSEN still counts the person."""

    AKTIF = "AKTIF"
    AKTIF_ASESMEN_MENINGGAL = "AKTIF_ASESMEN_MENINGGAL"
    """Still active, although an assessment reports the person dead."""
    NONAKTIF = "NONAKTIF"


_STATUS: Final = CodeTable(
    "status-dtsen",
    "dinsos-provinsi-2025",
    {
        StatusDtsen.AKTIF: ("DTSEN AKTIF", "AKTIF"),
        StatusDtsen.AKTIF_ASESMEN_MENINGGAL: (
            "DTSEN AKTIF - ASESMEN MENINGGAL",
            "AKTIF - ASESMEN MENINGGAL",
        ),
        StatusDtsen.NONAKTIF: ("DTSEN NONAKTIF", "NONAKTIF", "DTSEN NON AKTIF", "NON AKTIF"),
    },
)


def baca_desil(teks: str | int, versi: str | None) -> Desil | None:
    """A decile from 2, `2`, `DESIL_2`, `DESIL_6_10` or `DESIL_BELUM_DITENTUKAN`.

    `versi` is the edition of the data. None where the text is empty, 0 or no decile; one
    application writes 0 for "none", from every other source a 0 is to be flagged as unknown.
    """
    asli = str(teks).strip()
    if slug(asli) in _BELUM:
        return Desil(jenis=JenisDesil.BELUM_DITENTUKAN, versi=versi, asli=asli)
    if not (match := _DESIL.fullmatch(asli)):
        return None
    low = int(match[1])
    high = int(match[2] or low)
    if not 1 <= low <= high <= 10:
        return None
    kind = JenisDesil.NILAI if low == high else JenisDesil.RENTANG
    return Desil(jenis=kind, bawah=low, atas=high, versi=versi, asli=asli)


def baca_status_dtsen(teks: str) -> StatusDtsen | None:
    """One of the three known states, or None; the caller keeps the raw text."""
    return _STATUS.get(teks)
