"""`/v1/audit`: the log of disclosures and refusals, as far as an auditor's engagement goes."""

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.response import Stream

from gateway.api.begun import begun
from gateway.api.cursor import Cursors
from gateway.api.negotiation import best_of
from gateway.api.problems import PROTECTED, documented
from gateway.api.sent_headers import texts
from gateway.api.v1.audit_answers import (
    JSON,
    LINES,
    NDJSON,
    AuditCursors,
    AuditPage,
    as_ndjson,
    as_page,
)
from gateway.api.v1.envelope import Single, meta_of
from gateway.api.v1.fields import read_moment
from gateway.api.v1.parameters import CursorInUrl, moment_told
from gateway.application.audit.read_audit import Permintaan, ReadAudit
from gateway.application.caller.caller import Caller
from gateway.domain.audit import HasilAudit
from gateway.domain.catatan import DimensiCatatan, Kelompok, KondisiCatatan
from gateway.domain.grant import Scope

_FILTERS: Final = KondisiCatatan.__struct_fields__
_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
_BY: Final = ",".join(DimensiCatatan)
_ONE: Final = "|".join(DimensiCatatan)
_LIST: Final = rf"^({_ONE})(,({_ONE}))*(?!\n)$"
_WORDS: Final = r"^[^\x00\n]+$"


def _words(text: str) -> Any:
    return QueryParameter(max_length=200, pattern=_WORDS, description=text)


Since = Annotated[str | None, moment_told("Recorded at or after this moment")]
Until = Annotated[str | None, moment_told("Recorded before this moment")]
ClientId = Annotated[str | None, _words("Of this client.")]
Agreement = Annotated[str | None, _words("Under the agreement with this number.")]
Purpose = Annotated[str | None, _words("For this purpose, for example `P-BANSOS`.")]
Outcome = Annotated[HasilAudit | None, QueryParameter(description="How the request ended.")]
Event = Annotated[str | None, _words("What was asked, for example `penduduk.lookup`.")]
Reason = Annotated[str | None, _words("Error code of a refusal.")]


def asked(
    sejak: Since = None,
    sampai: Until = None,
    client_id: ClientId = None,
    nomor_pks: Agreement = None,
    tujuan: Purpose = None,
    hasil: Outcome = None,
    peristiwa: Event = None,
    alasan: Reason = None,
) -> KondisiCatatan:
    """The filters of a request. Raises BadInput for what is no moment."""
    return KondisiCatatan(
        sejak=None if sejak is None else read_moment(sejak, "sejak"),
        sampai=None if sampai is None else read_moment(sampai, "sampai"),
        client_id=client_id,
        nomor_pks=nomor_pks,
        tujuan=tujuan,
        hasil=hasil,
        peristiwa=peristiwa,
        alasan=alasan,
    )


class EntryCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of entries, and what they were counted by."""

    menurut: tuple[DimensiCatatan, ...]
    kelompok: tuple[Kelompok, ...]


@get(
    "/audit/entries",
    scope=Scope.AUDIT_READ.value,
    query=(*_FILTERS, "bukti", "cursor", "limit"),
    dependencies={"kondisi": Provide(asked, sync_to_thread=False)},
    described=LINES,
    operation_id="listAuditEntries",
    summary="Read the audit log",
    description=(
        "Entries in the order of the log, as far as the engagement goes. `next_cursor` leads to "
        "the next page with the same filters; what is recorded after the first page was read, "
        "these readings among it, is in no later page of it. Where `Accept` asks for NDJSON, all "
        "entries are sent, or as many as `limit`. The reading is in the log before it leaves, and "
        "what it tells is sealed: an entry is told as soon as a checkpoint covers it."
    ),
    tags=["audit"],
    responses={
        200: ResponseSpec(
            AuditPage, description="What the engagement shows", generate_examples=False
        ),
        **documented(*PROTECTED, 406),
    },
)
async def list_entries(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_audit: NamedDependency[ReadAudit],
    cursors: NamedDependency[Cursors],
    kondisi: NamedDependency[KondisiCatatan],
    bukti: Annotated[
        Literal["true", "false"],
        QueryParameter(description="With leaves and inclusion proofs, where these are granted."),
    ] = "false",
    cursor: CursorInUrl = None,
    limit: Annotated[
        int | None,
        QueryParameter(
            ge=1, le=_MOST, description=f"Entries at most; {_DEFAULT_LIMIT} on a page, else all."
        ),
    ] = None,
) -> Response[Any]:
    """A page, or all of it."""
    ours = AuditCursors(cursors, caller.grant.grant_id, kondisi)
    permintaan = Permintaan(kondisi=kondisi, letak=ours.open(cursor), bukti=bukti == "true")
    accepted = ",".join(texts(request.scope["state"]["headers"], b"accept"))
    if best_of(accepted, (JSON, NDJSON)) == NDJSON:
        groups = await begun(read_audit.export(caller, permintaan, limit))
        headers = {"Content-Type": NDJSON, "Vary": "Accept"}
        return Stream(as_ndjson(groups, ours), headers=headers)
    page = await read_audit.page(caller, permintaan, limit or _DEFAULT_LIMIT)
    return Response(as_page(page, ours), headers={"Vary": "Accept"})


@get(
    "/audit/statistics",
    scope=Scope.AUDIT_READ.value,
    query=(*_FILTERS, "menurut"),
    dependencies={"kondisi": Provide(asked, sync_to_thread=False)},
    operation_id="countAuditEntries",
    summary="Count entries of the audit log",
    description=(
        "Entries, and the records that they disclosed, by any of the dimensions; without `menurut` "
        "one number of each. Days are those of western Indonesia (UTC+7)."
    ),
    tags=["audit"],
    responses=documented(*PROTECTED),
)
async def count_entries(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_audit: NamedDependency[ReadAudit],
    kondisi: NamedDependency[KondisiCatatan],
    menurut: Annotated[
        str | None,
        QueryParameter(
            max_length=100,
            pattern=_LIST,
            description=f"Dimensions to count by, separated by commas: any of `{_BY}`.",
        ),
    ] = None,
) -> Single[EntryCounts]:
    """Counts within the engagement."""
    named = () if menurut is None else menurut.split(",")
    dimensions = tuple(map(DimensiCatatan, dict.fromkeys(named)))
    counted = await read_audit.count(caller, kondisi, dimensions)
    return Single(
        data=EntryCounts(menurut=dimensions, kelompok=tuple(counted)),
        meta=meta_of(request),
    )
