"""The simulator's registry: people as wire rows, and the comparison of told elements."""

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Final

from adapters.dukcapil.fields import ATTRIBUTE_OF
from adapters.dukcapil.schema import SCORED_ELEMENTS
from gateway.domain.codes import baca_tanggal
from gateway.domain.person import JenisKelamin, Penduduk, StatusPenduduk, per_bagian
from gateway.kit.table import slug

STATUS_CODES: Final[Mapping[object, str]] = {
    StatusPenduduk.MENINGGAL: "11",
    StatusPenduduk.GANDA: "12",
    StatusPenduduk.NONAKTIF: "14",
    StatusPenduduk.TIDAK_DAPAT_DIPROSES: "08",
}
"""Answer code of a person who is not simply there."""

_REGION: Final = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")
_NUMBERS: Final = frozenset({"NIK", "NO_KK", "NIK_AYAH", "NIK_IBU", "NO_RT", "NO_RW", *_REGION})
_DATES: Final = frozenset({"TGL_LHR", "TGL_KWN", "TGL_CRAI"})
_GENDERS: Final = {JenisKelamin.L: "LAKI-LAKI", JenisKelamin.P: "PEREMPUAN"}
_EDUCATION: Final = {
    "tidak-sekolah": "TIDAK/BELUM SEKOLAH",
    "belum-tamat-sd": "BELUM TAMAT SD/SEDERAJAT",
    "sd": "TAMAT SD/SEDERAJAT",
    "smp": "SLTP/SEDERAJAT",
    "sma": "SLTA/SEDERAJAT",
    "d1-d2": "DIPLOMA I/II",
    "d3": "AKADEMI/DIPLOMA III/S. MUDA",
    "d4-s1": "DIPLOMA IV/STRATA I",
    "s2": "STRATA II",
    "s3": "STRATA III",
}


def wire_row(penduduk: Penduduk) -> dict[str, int | str | None]:
    """A full record as the service writes it; what is not known of the person is null."""
    told = {**per_bagian(penduduk)}
    row = {
        name: _write(name, told[attribute]) if attribute in told else None
        for name, attribute in ATTRIBUTE_OF.items()
    }
    parts = str(told.get("kode_wilayah", "")).split(".")
    for name, part in zip(_REGION, [*parts, "", "", "", ""], strict=False):
        row[name] = int(part) if part.isdigit() else None
    return {**row, "GOL_DARAH": row["GOL_DARAH"] or "TIDAK TAHU"}


def as_text(row: Mapping[str, int | str | None]) -> dict[str, int | str | None]:
    """The same row with texts in place of numbers, as one mock of the service has it."""
    return {name: str(value) if isinstance(value, int) else value for name, value in row.items()}


def _write(name: str, value: object) -> int | str:
    text = str(value)
    if name in _NUMBERS:
        return int(text) if text.isdigit() else text
    return _WRITERS.get(name, str)(value)


def _spaced(value: object) -> str:
    """Names of parents are known to come with a space behind."""
    return f"{value} "


def _words(value: object) -> str:
    return str(value).replace("_", " ")


_WRITERS: Final[Mapping[str, Callable[[object], str]]] = {
    "JENIS_KLMIN": lambda value: _GENDERS[JenisKelamin(str(value))],
    "STATUS_KAWIN": _words,
    "STAT_HBKEL": _words,
    "PDDK_AKH": lambda value: _EDUCATION.get(str(value), str(value)),
    "NAMA_LGKP_AYAH": _spaced,
    "NAMA_LGKP_IBU": _spaced,
}


def judge(name: str, told: object, known: int | str | None, threshold: int) -> str:
    """The verdict on one element: `Sesuai`, `Tidak Sesuai`, or either with a score."""
    if name in SCORED_ELEMENTS:
        score = _similarity(told, known)
        return f"{_verdict(equal=score >= threshold)} ({score})"
    return _verdict(equal=known is not None and _equal(name, str(told), str(known)))


def _verdict(*, equal: bool) -> str:
    return "Sesuai" if equal else "Tidak Sesuai"


def _similarity(told: object, known: object) -> int:
    """0 to 100. How the service scores is not known; this only has the same range."""
    if known is None:
        return 0
    left, right = slug(str(told)), slug(str(known))
    return round(100 * SequenceMatcher(None, left, right).ratio())


def _equal(name: str, told: str, known: str) -> bool:
    if name in _NUMBERS:
        return told.strip().lstrip("0") == known.lstrip("0")
    if name in _DATES:
        try:
            return baca_tanggal(told) == baca_tanggal(known)
        except ValueError:
            return False
    return slug(told) == slug(known)
