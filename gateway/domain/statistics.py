"""Counts of PPKS records: by what they may be divided, and which cells are too small to be told.

A caller who may not see small cells is shown one fixed table: the cells of all dimensions that the
grant opens. A cell of fewer persons than the threshold is withheld in it, and every answer adds up
cells of this table that are told. So no two answers can be subtracted to find what was withheld.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.grant import Grant
from gateway.domain.policy import View
from gateway.domain.wilayah import Tingkat


class Dimensi(StrEnum):
    """What counts may be divided by. Areas first, from the widest to the smallest."""

    PROVINSI = "provinsi"
    KAB_KOTA = "kab_kota"
    KECAMATAN = "kecamatan"
    DESA_KELURAHAN = "desa_kelurahan"
    KATEGORI = "kategori"
    SUBJENIS = "subjenis"
    JENIS_KELAMIN = "jenis_kelamin"
    KELOMPOK_UMUR = "kelompok_umur"
    SISTEM = "sistem"
    PERIODE = "periode"


class KelompokUmur(StrEnum):
    """Age that a person reaches in the year of the question."""

    BALITA = "0-4"
    ANAK = "5-17"
    DEWASA = "18-59"
    LANSIA = "60+"


BAWAH_UMUR: Final[Mapping[KelompokUmur, int]] = {
    KelompokUmur.BALITA: 0,
    KelompokUmur.ANAK: 5,
    KelompokUmur.DEWASA: 18,
    KelompokUmur.LANSIA: 60,
}
"""The youngest age of each band."""

TINGKAT_DIMENSI: Final = tuple(Dimensi(level.value) for level in Tingkat)
"""The dimensions that are areas, from the widest to the smallest."""

_ATRIBUT: Final[Mapping[Dimensi, str]] = {
    Dimensi.KATEGORI: "kategori",
    Dimensi.SUBJENIS: "kategori",
    Dimensi.JENIS_KELAMIN: "jenis_kelamin",
    Dimensi.KELOMPOK_UMUR: "tahun_lahir",
    Dimensi.SISTEM: "sumber",
    Dimensi.PERIODE: "sumber",
}
"""The attribute that a grant needs for a dimension; areas stand for wider areas too."""


class PermintaanHitung(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: by which dimensions, and of which part."""

    menurut: tuple[Dimensi, ...] = ()
    kode_wilayah: str | None = None
    hanya: Mapping[Dimensi, str] = {}
    """Only the cells with this value."""

    @property
    def dimensi(self) -> frozenset[Dimensi]:
        """Every dimension that the question touches."""
        asked = {*self.menurut, *self.hanya}
        if self.kode_wilayah is not None:
            asked.add(TINGKAT_DIMENSI[self.kode_wilayah.count(".")])
        return frozenset(asked)


class Hitungan(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted, for the store: the question within the grant's table."""

    permintaan: PermintaanHitung
    tabel: tuple[Dimensi, ...] = ()
    """The dimensions of the fixed table; empty where nothing is withheld."""
    ambang: int | None
    """Fewer persons than these are withheld; None = nothing is."""
    tahun: int
    """The year to which ages are counted."""


class Sel(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of an answer."""

    nilai: dict[Dimensi, str | None]
    """The value of each dimension; null = the record does not say."""
    rekaman: int | None
    """Records; null = all that is there is withheld."""
    orang: int | None
    """Persons; null = all that is there is withheld."""
    ditahan: bool
    """Whether something is withheld: then the numbers are those of the rest."""
    sel_ditahan: int
    """How many cells of the grant's table are withheld in this one."""


BEDA_INSTANSI: Final = "BEDA_INSTANSI"
"""Another agency, or another system, states another number for the same area, kind and year."""


class Terbitan(msgspec.Struct, frozen=True, kw_only=True):
    """A count as an agency published it; counts of two agencies are never added up."""

    sistem: str
    instansi: str
    kode_wilayah: str
    kategori: str
    subjenis: str | None
    tahun: int
    nilai: int
    satuan: str
    peringatan: tuple[str, ...]
    """Codes of what is odd about it."""
    diubah_pada: datetime


class PermintaanTerbitan(msgspec.Struct, frozen=True, kw_only=True):
    """Which published counts are asked for. None = not filtered."""

    kode_wilayah: str | None = None
    kategori: str | None = None
    tahun: int | None = None


def ambang(grant: Grant, setting: int) -> int | None:
    """The fewest persons that a cell tells; None = this grant may see every cell."""
    return None if grant.sel_kecil else max(setting, grant.ambang_sel)


def dimensi_terbuka(atribut: Iterable[str]) -> tuple[Dimensi, ...]:
    """The dimensions that attributes open, in order; a small area opens the wider ones."""
    held = frozenset(atribut)
    deepest = max((n for n, level in enumerate(TINGKAT_DIMENSI) if level.value in held), default=-1)
    others = (name for name, needed in _ATRIBUT.items() if needed in held)
    return (*TINGKAT_DIMENSI[: deepest + 1], *others)


def membelah_sel(tabel: Iterable[Dimensi], seluruh: View, sempit: View) -> tuple[str, ...]:
    """The fields by which a narrowed view would cut through cells of the grant's table.

    A part of a cell beside the whole one would tell the other part.
    """
    dimensions = frozenset(tabel)
    depth = sum(level in dimensions for level in TINGKAT_DIMENSI)
    cuts = {
        "wilayah": sempit.wilayah != seluruh.wilayah
        and any(area.count(".") >= depth for area in sempit.wilayah or ()),
        "kategori": sempit.kategori != seluruh.kategori and Dimensi.KATEGORI not in dimensions,
    }
    return tuple(name for name, is_cut in cuts.items() if is_cut)
