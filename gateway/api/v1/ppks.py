"""`/v1/ppks`: the PPKS records that a grant shows."""

import re
from datetime import date
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from gateway.api.cursor import Cursors
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Meta, Page, Single
from gateway.api.v1.fields import (
    POLA_KODE,
    POLA_WILAYAH,
    KodeKategori,
    KodeWilayah,
    Moment,
    Sixteen,
    Teks,
    in_utc,
    read_moment,
)
from gateway.api.v1.ppks_record import PpksRecord
from gateway.application.caller import Caller
from gateway.application.read_ppks import ReadPpks
from gateway.domain.errors import NotFound
from gateway.domain.grant import Scope
from gateway.domain.ports import KondisiPpks
from gateway.domain.ppks import StatusPpks
from gateway.kit.struct import Quiet

_FILTERS: Final = ("kode_wilayah", "kategori", "status", "diubah_sejak", "cursor", "limit")
_SINCE: Final = "diubah_sejak"
_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
_LONGEST_CURSOR: Final = 400
_ID: Final = re.compile(r"[0-9a-f-]{36}")

Limit = Annotated[int, msgspec.Meta(ge=1, le=_MOST, description="Records on a page.")]


class PpksSearch(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to search by. Every field needs the grant's leave; a NIK stands only here."""

    nik: Sixteen | None = None
    nama_lengkap: Teks | None = None
    tanggal_lahir: date | None = None
    kode_wilayah: KodeWilayah | None = None
    kategori: KodeKategori | None = None
    status: StatusPpks | None = None
    diubah_sejak: Moment | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=_LONGEST_CURSOR)] | None = None
    limit: Limit = _DEFAULT_LIMIT


@get(
    "/ppks",
    scope=Scope.PPKS_READ.value,
    query=_FILTERS,
    operation_id="listPpks",
    summary="List PPKS records",
    description=(
        "Pages in the order of the last change. Filters work on granted attributes only; "
        "`next_cursor` leads to the next page with the same filters."
    ),
    tags=["ppks"],
    responses=documented(*PROTECTED),
)
async def list_ppks(
    caller: NamedDependency[Caller],
    read_ppks: NamedDependency[ReadPpks],
    cursors: NamedDependency[Cursors],
    kode_wilayah: Annotated[
        str | None,
        QueryParameter(pattern=POLA_WILAYAH, description="Kemendagri code; all that lies in it."),
    ] = None,
    kategori: Annotated[
        str | None, QueryParameter(max_length=80, pattern=POLA_KODE, description="Category code.")
    ] = None,
    status: Annotated[
        StatusPpks | None, QueryParameter(description="Where the record stands.")
    ] = None,
    diubah_sejak: Annotated[
        str | None,
        QueryParameter(
            schema_extra={"format": "date-time"},
            description="Changed at or after this moment (RFC 3339).",
        ),
    ] = None,
    cursor: Annotated[
        str | None,
        QueryParameter(max_length=_LONGEST_CURSOR, description="`next_cursor` of the page before."),
    ] = None,
    limit: Annotated[
        int, QueryParameter(ge=1, le=_MOST, description="Records on a page.")
    ] = _DEFAULT_LIMIT,
) -> Page[PpksRecord]:
    """One page of granted records."""
    kondisi = KondisiPpks(
        kode_wilayah=kode_wilayah,
        kategori=kategori,
        status=None if status is None else status.value,
        diubah_sejak=None if diubah_sejak is None else read_moment(diubah_sejak, _SINCE),
    )
    return await _page(caller, read_ppks, cursors, kondisi, cursor, limit)


@get(
    "/ppks/{ppks_id:str}",
    scope=Scope.PPKS_READ.value,
    operation_id="getPpks",
    summary="Read one PPKS record",
    description="A record outside the grant answers 404, like one that does not exist.",
    tags=["ppks"],
    responses=documented(*PROTECTED, 404),
)
async def get_ppks(
    request: Request[Any, Any, Any],
    ppks_id: Annotated[str, PathParameter(description="`id` of the record.")],
    caller: NamedDependency[Caller],
    read_ppks: NamedDependency[ReadPpks],
) -> Single[PpksRecord]:
    """One granted record."""
    if _ID.fullmatch(ppks_id) is None:
        raise NotFound("tidak ditemukan / not found")
    record = await read_ppks.one(caller, ppks_id)
    meta = Meta(request_id=request.scope["state"]["request_id"])
    return Single(data=PpksRecord(**record), meta=meta)


@post(
    "/ppks/search",
    scope=Scope.PPKS_READ.value,
    status_code=200,
    operation_id="searchPpks",
    summary="Search PPKS records",
    description="Like the list, and by NIK, name or birth date where the grant allows matching.",
    tags=["ppks"],
    responses=documented(*PROTECTED, 413, 415),
)
async def search_ppks(
    data: Annotated[
        PpksSearch,
        Body(
            media_type=RequestEncodingType.JSON,
            examples=[
                Example(
                    summary="Satu kecamatan",
                    value={"kode_wilayah": "64.02.06"},
                )
            ],
        ),
    ],
    caller: NamedDependency[Caller],
    read_ppks: NamedDependency[ReadPpks],
    cursors: NamedDependency[Cursors],
) -> Page[PpksRecord]:
    """One page of granted records that fit."""
    kondisi = KondisiPpks(
        kode_wilayah=data.kode_wilayah,
        kategori=data.kategori,
        status=None if data.status is None else data.status.value,
        diubah_sejak=None if data.diubah_sejak is None else in_utc(data.diubah_sejak, _SINCE),
        nik=data.nik,
        nama_lengkap=data.nama_lengkap,
        tanggal_lahir=data.tanggal_lahir,
    )
    return await _page(caller, read_ppks, cursors, kondisi, data.cursor, data.limit)


async def _page(
    caller: Caller,
    read_ppks: ReadPpks,
    cursors: Cursors,
    kondisi: KondisiPpks,
    cursor: str | None,
    limit: int,
) -> Page[PpksRecord]:
    grant_id = caller.grant.grant_id
    after = None if cursor is None else cursors.open(cursor, grant_id, kondisi)
    page = await read_ppks.page(caller, kondisi, after, limit)
    following = None if page.lanjut is None else cursors.seal(page.lanjut, grant_id, kondisi)
    items = tuple(PpksRecord(**item) for item in page.items)
    return Page(items=items, next_cursor=following)
