"""`/v1/audit/subjects`: who looked at one person's data."""

from typing import Annotated, Any, ClassVar

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import Body

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Single, meta_of
from gateway.api.v1.fields import NIK_CONTOH, Moment, Sixteen, in_utc
from gateway.api.v1.parameters import POLA_ID
from gateway.application.caller.caller import Caller
from gateway.application.subjects.lookup_subject import LookupSubject
from gateway.application.subjects.report_subject import MOST_RECORDS, Orang, Periode
from gateway.domain.grant import Scope
from gateway.domain.laporan_subjek import LaporanSubjek, Zona
from gateway.kit.struct import Quiet

PpksId = Annotated[
    str, msgspec.Meta(pattern=POLA_ID, description="`id` of a record that bears no NIK.")
]


class SubjectLookup(Quiet, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose history, and of which time. A person is named by NIK, by records, or by both."""

    NOT_ENOUGH: ClassVar = frozenset(("dari", "sampai", "zona"))
    nik: Sixteen | None = None
    ppks_id: Annotated[tuple[PpksId, ...], msgspec.Meta(max_length=MOST_RECORDS)] = ()
    dari: Moment | None = None
    sampai: Moment | None = None
    zona: Zona = Zona.WIB


@post(
    "/audit/subjects/lookup",
    scope=Scope.AUDIT_SUBJECT.value,
    status_code=200,
    operation_id="lookupAuditSubject",
    summary="Who looked at one person's data",
    description="For the person's own right to know: each access with agency, agreement, purpose,"
    " legal basis, attributes and source, in plain Indonesian. Accesses that differ only in their"
    " time are one group. `lengkap` and `batas` say what the log cannot tell.",
    tags=["audit"],
    responses=documented(*PROTECTED, 413, 415),
)
async def lookup_subject(
    request: Request[Any, Any, Any],
    data: Annotated[
        SubjectLookup,
        Body(
            media_type=RequestEncodingType.JSON,
            examples=[Example(summary="Seseorang", value={"nik": NIK_CONTOH, "zona": "WITA"})],
        ),
    ],
    caller: NamedDependency[Caller],
    lookup_subject: NamedDependency[LookupSubject],
) -> Single[LaporanSubjek]:
    """One person's history."""
    periode = Periode(
        dari=None if data.dari is None else in_utc(data.dari, "dari"),
        sampai=None if data.sampai is None else in_utc(data.sampai, "sampai"),
        zona=data.zona,
    )
    told = await lookup_subject(caller, Orang(nik=data.nik, ppks_id=data.ppks_id), periode)
    return Single(data=told, meta=meta_of(request))
