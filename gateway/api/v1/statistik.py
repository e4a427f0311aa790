"""`/v1/statistik`: counts of PPKS records, and counts that agencies published."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Meta, Page, Single
from gateway.api.v1.fields import POLA_KODE, POLA_WILAYAH
from gateway.application.caller.caller import Caller
from gateway.application.records.count_ppks import CountPpks
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.grant import Scope
from gateway.domain.person import JenisKelamin
from gateway.domain.statistics import (
    Dimensi,
    KelompokUmur,
    PermintaanHitung,
    PermintaanTerbitan,
    Sel,
    Terbitan,
)

_FILTERS: Final = (
    Dimensi.KATEGORI,
    Dimensi.SUBJENIS,
    Dimensi.JENIS_KELAMIN,
    Dimensi.KELOMPOK_UMUR,
    Dimensi.SISTEM,
    Dimensi.PERIODE,
)
_QUERY: Final = ("menurut", "kode_wilayah", *(name.value for name in _FILTERS))
_BY: Final = ",".join(Dimensi)
_POLA_PERIODE: Final = r"^[^\x00\n]+$"

Area = Annotated[
    str | None,
    QueryParameter(pattern=POLA_WILAYAH, description="Kemendagri code; all that lies in it."),
]
Category = Annotated[
    str | None, QueryParameter(max_length=80, pattern=POLA_KODE, description="Category code.")
]


class Cacah(msgspec.Struct, frozen=True, kw_only=True):
    """Counts and how they are to be read."""

    menurut: tuple[Dimensi, ...]
    sel: tuple[Sel, ...]
    ambang: int | None
    """Cells of fewer persons are withheld; null = none is."""
    pada: datetime
    """When it was counted."""


@get(
    "/statistik/ppks",
    scope=Scope.STATISTIK_READ.value,
    query=_QUERY,
    operation_id="countPpks",
    summary="Count PPKS records and persons",
    description=(
        "By any of the dimensions that the grant opens; without `menurut`, one number. A record of "
        "several categories counts in each. Small cells are withheld from grants that do not name "
        "them, and add to no total: `ditahan` says so."
    ),
    tags=["statistik"],
    responses=documented(*PROTECTED),
)
async def count_ppks(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    count: NamedDependency[CountPpks],
    menurut: Annotated[
        str | None,
        QueryParameter(
            max_length=200,
            description=f"Dimensions to divide by, separated by commas: any of `{_BY}`.",
        ),
    ] = None,
    kode_wilayah: Area = None,
    kategori: Category = None,
    subjenis: Annotated[
        str | None,
        QueryParameter(
            max_length=80, pattern=POLA_KODE, description="Kind, as `sensorik:tuna-rungu`."
        ),
    ] = None,
    jenis_kelamin: Annotated[JenisKelamin | None, QueryParameter(description="Sex.")] = None,
    kelompok_umur: Annotated[
        KelompokUmur | None,
        QueryParameter(description="Age that is reached in the running year."),
    ] = None,
    sistem: Annotated[
        str | None,
        QueryParameter(max_length=40, pattern=POLA_KODE, description="The system that told it."),
    ] = None,
    periode: Annotated[
        str | None,
        QueryParameter(
            max_length=80,
            pattern=_POLA_PERIODE,
            description="The source's edition: a year, a version.",
        ),
    ] = None,
) -> Single[Cacah]:
    """Cells within the grant."""
    told = (kategori, subjenis, jenis_kelamin, kelompok_umur, sistem, periode)
    pairs = zip(_FILTERS, told, strict=True)
    permintaan = PermintaanHitung(
        menurut=_dimensions(menurut),
        kode_wilayah=kode_wilayah,
        hanya={name: str(value) for name, value in pairs if value is not None},
    )
    result = await count(caller, permintaan)
    return Single(
        data=Cacah(
            menurut=permintaan.menurut, sel=result.sel, ambang=result.ambang, pada=result.pada
        ),
        meta=Meta(request_id=request.scope["state"]["request_id"], pada=result.pada),
    )


@get(
    "/statistik/terbitan",
    scope=Scope.STATISTIK_READ.value,
    query=("kode_wilayah", "kategori", "tahun"),
    operation_id="listPublishedCounts",
    summary="List counts that agencies published",
    description=(
        "One value for each area, kind, year and agency, as it was published, with what is odd "
        "about it. Only for grants that are told small cells."
    ),
    tags=["statistik"],
    responses=documented(*PROTECTED),
)
async def list_published(
    caller: NamedDependency[Caller],
    count: NamedDependency[CountPpks],
    kode_wilayah: Area = None,
    kategori: Category = None,
    tahun: Annotated[
        int | None, QueryParameter(ge=1900, le=9999, description="Year of the count.")
    ] = None,
) -> Page[Terbitan]:
    """Published counts within the grant."""
    asked = PermintaanTerbitan(kode_wilayah=kode_wilayah, kategori=kategori, tahun=tahun)
    return Page(items=await count.published(caller, asked), next_cursor=None)


def _dimensions(text: str | None) -> tuple[Dimensi, ...]:
    """The dimensions in a list. Raises BadInput for an unknown, an empty or a repeated one."""
    if text is None:
        return ()
    names = text.split(",")
    known = [Dimensi(name) for name in names if name in set(Dimensi)]
    if len(known) != len(names) or len(set(known)) != len(known):
        wrong = FieldError("menurut", f"masing-masing sekali, dari: {_BY} / each once, of: {_BY}")
        raise BadInput("isian tidak benar / the input is not right", errors=(wrong,))
    return tuple(known)
