"""`/v1/ppks`: the PPKS records that a grant shows."""

from datetime import date
from typing import Annotated, Any, ClassVar, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import Body, HeaderParameter, PathParameter, QueryParameter

from gateway.api.conditional import entity_tag
from gateway.api.cursor import Cursors
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Page, Single, meta_of
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
from gateway.api.v1.parameters import LONGEST_CURSOR, CursorInUrl, known_id, moment_told, page_size
from gateway.api.v1.ppks_answer import JSON, form_of, link_to_next, manner, page_answer, unchanged
from gateway.api.v1.ppks_choice import NAMES, POLA_PILIHAN, Pilihan, read_choice
from gateway.api.v1.ppks_described import LIST, ONE, SEARCH, UNCHANGED, shown
from gateway.api.v1.ppks_record import PpksRecord
from gateway.application.caller.caller import Caller
from gateway.application.records.read_ppks import ReadPpks
from gateway.domain.errors import BadInput, FieldError, NotFound
from gateway.domain.grant import Scope
from gateway.domain.ports import KondisiPpks
from gateway.domain.ppks import StatusPpks
from gateway.kit.struct import Quiet

_FILTERS: Final = (
    "kode_wilayah",
    "kategori",
    "status",
    "diubah_sejak",
    "atribut",
    "cursor",
    "limit",
)
_SINCE: Final = "diubah_sejak"
_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000

Limit = Annotated[int, msgspec.Meta(ge=1, le=_MOST, description="Records on a page.")]
Atribut = Annotated[
    str | None,
    QueryParameter(
        schema_extra={"pattern": POLA_PILIHAN},
        description="Attributes to tell, parted by commas, of those that are granted; "
        "all of them if left out.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-None-Match", description="`ETag` of an answer that the client has already."
    ),
]


class PpksSearch(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to search by. Every field needs the grant's leave; a NIK stands only here."""

    ENTRIES: ClassVar = {"atribut": NAMES}

    nik: Sixteen | None = None
    nama_lengkap: Teks | None = None
    tanggal_lahir: date | None = None
    kode_wilayah: KodeWilayah | None = None
    kategori: KodeKategori | None = None
    status: StatusPpks | None = None
    diubah_sejak: Moment | None = None
    atribut: Pilihan | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=LONGEST_CURSOR)] | None = None
    limit: Limit = _DEFAULT_LIMIT


@get(
    "/ppks",
    scope=Scope.PPKS_READ.value,
    query=_FILTERS,
    operation_id="listPpks",
    summary="List PPKS records",
    description=(
        "Pages in the order of the last change. Filters work on granted attributes only; "
        "`next_cursor` and the header `Link` lead to the next page with the same filters. "
        "Where `Accept` wants it, the page is a table; there only `Link` tells of the next one."
    ),
    tags=["ppks"],
    described=LIST,
    responses=shown(Page[PpksRecord]) | UNCHANGED | documented(*PROTECTED, 406),
)
async def list_ppks(
    request: Request[Any, Any, Any],
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
    diubah_sejak: Annotated[str | None, moment_told("Changed at or after this moment")] = None,
    atribut: Atribut = None,
    cursor: CursorInUrl = None,
    limit: Annotated[int, page_size("Records", _MOST)] = _DEFAULT_LIMIT,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """One page of granted records."""
    form = form_of(request)
    kondisi = KondisiPpks(
        kode_wilayah=kode_wilayah,
        kategori=kategori,
        status=None if status is None else status.value,
        diubah_sejak=None if diubah_sejak is None else read_moment(diubah_sejak, _SINCE),
    )
    cara = manner(form, _choice(atribut), if_none_match)
    after = cursors.position(cursor, caller.grant.grant_id, kondisi)
    page = await read_ppks.page(caller, kondisi, after, limit, cara)
    following = cursors.following(page.lanjut, caller.grant.grant_id, kondisi)
    headers = link_to_next("/v1/ppks", dict(request.query_params), following)
    if page.sama:
        return unchanged(page.tanda, headers)
    return await page_answer(form, page, following, {"ETag": entity_tag(page.tanda)} | headers)


@get(
    "/ppks/{ppks_id:str}",
    scope=Scope.PPKS_READ.value,
    query=("atribut",),
    operation_id="getPpks",
    summary="Read one PPKS record",
    description="A record outside the grant answers 404, like one that does not exist.",
    tags=["ppks"],
    described=ONE,
    responses=shown(Single[PpksRecord]) | UNCHANGED | documented(*PROTECTED, 404),
)
async def get_ppks(
    request: Request[Any, Any, Any],
    ppks_id: Annotated[str, PathParameter(description="`id` of the record.")],
    caller: NamedDependency[Caller],
    read_ppks: NamedDependency[ReadPpks],
    atribut: Atribut = None,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """One granted record."""
    known = known_id(ppks_id)
    if known is None:
        raise NotFound("tidak ditemukan / not found")
    read = await read_ppks.one(caller, known, manner(JSON, _choice(atribut), if_none_match))
    if read.sama:
        return unchanged(read.tanda)
    meta = meta_of(request)
    record = Single(data=PpksRecord(**read.data), meta=meta)
    return Response(record, headers={"ETag": entity_tag(read.tanda)})


@post(
    "/ppks/search",
    scope=Scope.PPKS_READ.value,
    status_code=200,
    query=("cursor",),
    operation_id="searchPpks",
    summary="Search PPKS records",
    description=(
        "Like the list, and by NIK, name or birth date where the grant allows matching. The URL in "
        "`Link` wants the same body again, and no cursor in it."
    ),
    tags=["ppks"],
    described=SEARCH,
    responses=shown(Page[PpksRecord]) | documented(*PROTECTED, 406, 413, 415),
)
async def search_ppks(
    request: Request[Any, Any, Any],
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
    cursor: CursorInUrl = None,
) -> Response[Any]:
    """One page of granted records that fit."""
    form = form_of(request)
    kondisi = KondisiPpks(
        kode_wilayah=data.kode_wilayah,
        kategori=data.kategori,
        status=None if data.status is None else data.status.value,
        diubah_sejak=None if data.diubah_sejak is None else in_utc(data.diubah_sejak, _SINCE),
        nik=data.nik,
        nama_lengkap=data.nama_lengkap,
        tanggal_lahir=data.tanggal_lahir,
    )
    grant_id = caller.grant.grant_id
    after = cursors.position(_one_cursor(cursor, data.cursor), grant_id, kondisi)
    cara = manner(form, read_choice(data.atribut), None)
    page = await read_ppks.page(caller, kondisi, after, data.limit, cara)
    following = cursors.following(page.lanjut, grant_id, kondisi)
    return await page_answer(form, page, following, link_to_next("/v1/ppks/search", {}, following))


def _choice(atribut: str | None) -> frozenset[str] | None:
    return None if atribut is None else read_choice(atribut.split(","))


def _one_cursor(in_url: str | None, in_body: str | None) -> str | None:
    """Raises BadInput where both are told: they could differ."""
    if in_url is not None and in_body is not None:
        text = "hanya di URL atau hanya di isi / in the URL or in the body, not in both"
        raise BadInput(
            "isian tidak benar / the input is not right", errors=(FieldError("cursor", text),)
        )
    return in_body if in_url is None else in_url
