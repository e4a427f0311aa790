"""`/v1/exports`: all that a grant shows at one moment, as files, in the way of FHIR's bulk data."""

import re
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, PathParameter
from litestar.response import Stream

from gateway.api.cursor import Cursors
from gateway.api.methods import methods_of
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Page, Single, meta_of
from gateway.api.v1.export_file import BINARY, KINDS, how_to_send
from gateway.api.v1.export_manifest import (
    Export,
    Manifest,
    expiry_of,
    manifest_of,
    progress_of,
    told_of,
    url_of,
)
from gateway.api.v1.export_order import WORDS, read_order
from gateway.api.v1.parameters import CursorInUrl, known_id, page_size
from gateway.application.caller.caller import Caller
from gateway.application.exports.export_access import no_such_export
from gateway.application.exports.follow_exports import FollowExports, KemajuanEkspor
from gateway.application.exports.read_export_file import ReadExportFile
from gateway.application.exports.start_export import Pesanan, StartExport
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.grant import Scope

_PATH: Final = "/exports"
_FHIR_PATH: Final = "/$export"
_ONE: Final = _PATH + "/{export_id:str}"
_FILE: Final = _ONE + "/files/{berkas:str}"
_ASYNC: Final = "respond-async"
_PREFER: Final = {"enum": [_ASYNC]}
_MOST: Final = 100
_DEFAULT_LIMIT: Final = 20

ExportId = Annotated[str, PathParameter(description="`id` of the export.")]
_ORDER: Final = {"pesanan": Provide(read_order)}
_UNDER_WAY: Final = ResponseSpec(
    Single[Export],
    description="Being made; `X-Progress` says how far, `Retry-After` when to look again",
    generate_examples=False,
)
_STARTED: Final = (
    "Answered 202 with `Content-Location`, where the export is followed. What is asked for again "
    "while it is being made is the same export."
)


class ExportFilter(msgspec.Struct, frozen=True):
    """What a cursor of the list of exports is bound to: the list has no filters."""


@post(
    _PATH,
    scope=Scope.PPKS_EXPORT.value,
    status_code=202,
    query=WORDS,
    dependencies=_ORDER,
    operation_id="startExport",
    summary="Have all that the grant shows written into files",
    description=_STARTED,
    tags=["exports"],
    responses=documented(*PROTECTED, 410),
)
async def start_export(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    pesanan: NamedDependency[Pesanan],
    start: NamedDependency[StartExport],
    follow_exports: NamedDependency[FollowExports],
    public_url: NamedDependency[str],
) -> Response[Single[Export]]:
    """The export, and where to follow it."""
    begun = follow_exports.progress(await start(caller, pesanan))
    return _under_way(request, begun, public_url)


@get(
    _FHIR_PATH,
    scope=Scope.PPKS_EXPORT.value,
    status_code=202,
    query=WORDS,
    dependencies=_ORDER,
    operation_id="startExportByGet",
    summary="The same, as programs for FHIR's bulk data ask for it",
    description=f"Wants the header `Prefer: {_ASYNC}`. {_STARTED}",
    tags=["exports"],
    responses=documented(*PROTECTED, 410),
)
async def start_export_by_get(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    pesanan: NamedDependency[Pesanan],
    start: NamedDependency[StartExport],
    follow_exports: NamedDependency[FollowExports],
    public_url: NamedDependency[str],
    prefer: Annotated[
        str,
        HeaderParameter(
            name="Prefer",
            description="An export is not waited for.",
            schema_extra=_PREFER,
            required=True,
        ),
    ] = "",
) -> Response[Single[Export]]:
    """The export, and where to follow it."""
    if _ASYNC not in re.split(r"[,;\s]+", prefer.lower()):
        raise BadInput(
            "ekspor dibuat di latar belakang / an export is made in the background",
            code="respond_async_needed",
            errors=(FieldError("Prefer", _ASYNC),),
        )
    begun = follow_exports.progress(await start(caller, pesanan))
    return _under_way(request, begun, public_url)


@get(
    _PATH,
    scope=Scope.PPKS_EXPORT.value,
    query=("cursor", "limit"),
    operation_id="listExports",
    summary="List the grant's exports",
    description="The newest first. Exports of other clients and of other grants are not there.",
    tags=["exports"],
    responses=documented(*PROTECTED),
)
async def list_exports(
    caller: NamedDependency[Caller],
    follow_exports: NamedDependency[FollowExports],
    cursors: NamedDependency[Cursors],
    public_url: NamedDependency[str],
    cursor: CursorInUrl = None,
    limit: Annotated[int, page_size("Exports", _MOST)] = _DEFAULT_LIMIT,
) -> Page[Export]:
    """One page of exports."""
    grant_id = caller.grant.grant_id
    before = cursors.position(cursor, grant_id, ExportFilter())
    found = await follow_exports.page(caller, before, limit)
    last = (found[-1].ekspor.dibuat_pada, found[-1].ekspor.id) if len(found) == limit else None
    return Page(
        items=tuple(told_of(one, public_url) for one in found),
        next_cursor=cursors.following(last, grant_id, ExportFilter()),
    )


@get(
    _ONE,
    scope=Scope.PPKS_EXPORT.value,
    operation_id="getExport",
    summary="See how far an export is, or where its files are",
    description="202 while it is being made, then 200 with the manifest, until `Expires`.",
    tags=["exports"],
    responses={
        200: ResponseSpec(
            Manifest, description="The manifest; `Expires` says how long", generate_examples=False
        ),
        202: _UNDER_WAY,
        **documented(*PROTECTED, 404, 410, 500),
    },
)
async def get_export(
    request: Request[Any, Any, Any],
    export_id: ExportId,
    caller: NamedDependency[Caller],
    follow_exports: NamedDependency[FollowExports],
    public_url: NamedDependency[str],
) -> Response[Any]:
    """One export."""
    found = await follow_exports.one(caller, _known(export_id))
    if found.tanya_lagi:
        return _under_way(request, found, public_url)
    return Response(manifest_of(found, public_url), headers=expiry_of(found.ekspor))


@delete(
    _ONE,
    scope=Scope.PPKS_EXPORT.value,
    status_code=202,
    operation_id="deleteExport",
    summary="Stop making an export, or destroy it",
    description="From then on it is not there (404), and its files are removed.",
    tags=["exports"],
    responses=documented(*PROTECTED, 404),
)
async def delete_export(
    export_id: ExportId,
    caller: NamedDependency[Caller],
    follow_exports: NamedDependency[FollowExports],
) -> Response[None]:
    """Nothing more."""
    await follow_exports.remove(caller, _known(export_id))
    return Response(None, status_code=202)


@get(
    _FILE,
    scope=Scope.PPKS_EXPORT.value,
    described=BINARY,
    operation_id="readExportFile",
    summary="Read a file of an export",
    description=(
        "Lines come compressed where `Accept-Encoding` allows gzip. A grant that ends while a "
        "file is read breaks the reading off."
    ),
    tags=["exports"],
    responses={
        200: ResponseSpec(
            bytes,
            description="Records, or the names of those that are not shown any more",
            media_type=KINDS[0],
            generate_examples=False,
        ),
        **documented(*PROTECTED, 404, 410),
    },
)
async def read_file(
    request: Request[Any, Any, Any],
    export_id: ExportId,
    berkas: Annotated[str, PathParameter(description="As the manifest names it.")],
    caller: NamedDependency[Caller],
    export_files: NamedDependency[ReadExportFile],
) -> Stream:
    """The file's content, as it comes from the disk."""
    sending = how_to_send(request, berkas)
    read = await export_files(caller, _known(export_id), berkas, packed=sending.packed)
    return Stream(read.isi, headers=sending.headers | expiry_of(read.ekspor))


EXPORT_ROUTES: Final = (
    methods_of(_PATH, "GET", "POST"),
    methods_of(_ONE, "DELETE", "GET"),
    start_export,
    start_export_by_get,
    list_exports,
    get_export,
    delete_export,
    read_file,
)


def _known(export_id: str) -> str:
    known = known_id(export_id)
    if known is None:
        raise no_such_export()
    return known


def _under_way(
    request: Request[Any, Any, Any], found: KemajuanEkspor, public_url: str
) -> Response[Single[Export]]:
    return Response(
        Single(data=told_of(found, public_url), meta=meta_of(request)),
        status_code=202,
        headers={
            "Content-Location": url_of(found.ekspor, public_url),
            "Retry-After": str(found.tanya_lagi),
            "X-Progress": progress_of(found),
        },
    )
