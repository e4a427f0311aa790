"""A data-sharing agreement (PKS): its parties, its time, and the reports that it makes us owe."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.domain.errors import FieldError
from gateway.domain.periode import Periode, Tiap, periode_pada
from gateway.kit.mask import mask_text

_LONGEST_TEXT: Final = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_MOMENT: Final = "2000-2199, dengan zona / with a zone"


class JenisLaporan(StrEnum):
    """What may be owed."""

    SEMESTER = "semester"
    """The report of how the data were used."""
    BALIKAN = "balikan"
    """Data balikan: what each use of a person's data was for."""


class Kewajiban(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One report that is owed again and again."""

    jenis: JenisLaporan
    tiap: Tiap = Tiap.SEMESTER
    tenggat_hari: Annotated[int, Meta(ge=0, le=366)] = 30
    """Days after a period's end by which its report is due."""

    def jatuh_tempo(self, periode: Periode) -> datetime:
        """The first moment at which the report of a period is late."""
        return periode.selesai + timedelta(days=self.tenggat_hari)


class SumberParam(StrEnum):
    """What a field of a row of data balikan may tell."""

    NOMOR_PKS = "nomor_pks"
    TUJUAN = "tujuan"
    LEMBAGA = "lembaga"
    """The agency whose client asked."""
    TANGGAL = "tanggal"
    """Day of the first use in the period, in Jakarta."""
    JUMLAH = "jumlah"
    """Uses in the period, as far as they were known when the row was made."""


PARAM_BAWAAN: Final[Mapping[str, SumberParam]] = {
    "NOMOR_PKS": SumberParam.NOMOR_PKS,
    "TUJUAN": SumberParam.TUJUAN,
    "LEMBAGA": SumberParam.LEMBAGA,
    "TANGGAL": SumberParam.TANGGAL,
}
"""The fields of a row where the agreement names none."""


class Perjanjian(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agreement, under the number by which grants and the audit log name it."""

    nomor: str
    pihak: tuple[str, ...]
    """The parties, in the agreement's order."""
    berlaku_dari: datetime
    berlaku_sampai: datetime
    diakhiri_pada: datetime | None = None
    """When it was ended before its time."""
    kewajiban: tuple[Kewajiban, ...] = ()
    balikan_param: dict[str, SumberParam] = {}
    """Fields of a row of data balikan, in the registry's words; none = PARAM_BAWAAN."""
    balikan_simpanan: bool = False
    """Whether answers from the gateway's cache are uses that balikan is owed for."""

    @property
    def berakhir_pada(self) -> datetime:
        """When it ends, or did."""
        if self.diakhiri_pada is None:
            return self.berlaku_sampai
        return min(self.diakhiri_pada, self.berlaku_sampai)

    @property
    def param(self) -> Mapping[str, SumberParam]:
        """The fields of a row of data balikan."""
        return self.balikan_param or PARAM_BAWAAN

    def periode_terutang(self, kewajiban: Kewajiban) -> Iterator[Periode]:
        """Every period, oldest first, in which the agreement was in force."""
        if self.berakhir_pada <= self.berlaku_dari:
            # It was ended before it began.
            return
        periode = periode_pada(kewajiban.tiap, self.berlaku_dari)
        while periode.mulai < self.berakhir_pada:
            yield periode
            periode = periode.berikut


def periksa_perjanjian(perjanjian: Perjanjian) -> tuple[FieldError, ...]:
    """What is not right about it; texts name fields, never values."""
    kinds = [duty.jenis for duty in perjanjian.kewajiban]
    names = [perjanjian.nomor, *perjanjian.pihak, *perjanjian.balikan_param]
    found = {
        "nomor": _is_text(perjanjian.nomor) or "1-200 huruf / characters",
        "pihak": all(map(_is_text, perjanjian.pihak)) or "1-200 huruf / characters",
        "berlaku_dari": _is_moment(perjanjian.berlaku_dari) or _MOMENT,
        "berlaku_sampai": _is_moment(perjanjian.berlaku_sampai) or _MOMENT,
        "kewajiban": len(kinds) == len(set(kinds)) or "satu per jenis / one of each kind",
        "balikan_param": all(map(_is_text, perjanjian.balikan_param)) or "nama / a name",
        "*": all(mask_text(name) == name for name in names) or "16 angka / 16 digits",
    }
    wrong = [FieldError(field, said) for field, said in found.items() if isinstance(said, str)]
    if not perjanjian.pihak:
        wrong.append(FieldError("pihak", "wajib / required"))
    if not wrong and perjanjian.berlaku_dari >= perjanjian.berlaku_sampai:
        wrong.append(FieldError("berlaku_sampai", "sesudah / after berlaku_dari"))
    return tuple(wrong)


def perjanjian_mungkin(pada: datetime) -> bool:
    """True where a moment lies in years of which agreements may tell."""
    return _FIRST_YEAR <= pada.year < _LAST_YEAR


def _is_moment(pada: datetime) -> bool:
    return pada.tzinfo is not None and perjanjian_mungkin(pada)


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST_TEXT and text.isprintable()
