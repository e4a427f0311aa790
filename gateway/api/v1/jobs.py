"""`/v1/penduduk/jobs`: many residents at once, asked for in the background."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from gateway.api.begun import begun
from gateway.api.cursor import Cursors
from gateway.api.idempotency import check_key
from gateway.api.methods import methods_of
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Page, Single, meta_of
from gateway.api.v1.job_body import JobOperation, most_bytes, reader_of
from gateway.api.v1.job_results import WRITERS, JobResult
from gateway.api.v1.parameters import CursorInUrl, known_id, own_name, page_size
from gateway.api.v1.streamed_body import CSV, NDJSON, pieces_of
from gateway.application.caller.caller import Caller
from gateway.application.jobs.follow_jobs import FollowJobs, Kemajuan, no_such_job
from gateway.application.jobs.read_job_results import ReadJobResults
from gateway.application.jobs.submit_job import JobLimits, SubmitJob
from gateway.domain.grant import Scope
from gateway.domain.tugas import StatusTugas

_PATH: Final = "/penduduk/jobs"
_MOST: Final = 100
_DEFAULT_LIMIT: Final = 20
_LAST: Final = 2**31 - 1

JobId = Annotated[str, PathParameter(description="`id` of the job.")]


class JobFilter(msgspec.Struct, frozen=True):
    """What a cursor of the list of jobs is bound to: the list has no filters."""


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a job is. Counts of rows; whom they are about only its results tell."""

    id: str
    status: StatusTugas
    jumlah: int
    """Rows that can be asked for."""
    terjawab: int
    gagal: int
    salah: int
    """Rows that cannot be asked for: the results say which, and why."""
    sisa: int
    dibuat_pada: datetime
    mulai_pada: datetime | UnsetType = UNSET
    selesai_pada: datetime | UnsetType = UNSET
    perkiraan_selesai: datetime | UnsetType = UNSET
    alasan: str | UnsetType = UNSET
    """Why it waits: an error code."""
    lanjut_pada: datetime | UnsetType = UNSET
    hapus_pada: datetime | UnsetType = UNSET
    """When the job is destroyed, with all results."""


@post(
    _PATH,
    scope=Scope.PENDUDUK_READ.value,
    status_code=202,
    request_max_body_size=None,
    operation_class=JobOperation,
    operation_id="submitPendudukJob",
    summary="Look many residents up in the background",
    description=(
        'Rows with a NIK each, as NDJSON (`{"nik": "..."}` a line) or CSV (a header with a '
        "column `nik`). A row that cannot be asked for is told in the results, with its line, and "
        "stops no other. The same key with the same body answers the same job."
    ),
    tags=["penduduk"],
    responses=documented(*PROTECTED, 409, 413, 415),
)
async def submit_job(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    submit: NamedDependency[SubmitJob],
    follow: NamedDependency[FollowJobs],
    job_limits: NamedDependency[JobLimits],
    idempotency_key: Annotated[
        str,
        own_name("The client's own name for this job; it holds until the job is destroyed."),
    ],
) -> Response[Single[Job]]:
    """The job, and where to follow it."""
    check_key(idempotency_key)
    reader = reader_of(request)
    tugas = await submit(
        caller, idempotency_key, reader, pieces_of(request, most_bytes(job_limits.rows))
    )
    progress = await follow.progress(caller, tugas)
    answer = _answer(request, progress, 202)
    answer.headers["Location"] = f"/v1{_PATH}/{tugas.id}"
    return answer


@get(
    _PATH,
    scope=Scope.PENDUDUK_READ.value,
    query=("cursor", "limit"),
    operation_id="listPendudukJobs",
    summary="List the grant's lookup jobs",
    description="The newest first. Jobs of other clients and of other grants are not there.",
    tags=["penduduk"],
    responses=documented(*PROTECTED),
)
async def list_jobs(
    caller: NamedDependency[Caller],
    follow: NamedDependency[FollowJobs],
    cursors: NamedDependency[Cursors],
    cursor: CursorInUrl = None,
    limit: Annotated[int, page_size("Jobs", _MOST)] = _DEFAULT_LIMIT,
) -> Page[Job]:
    """One page of jobs."""
    grant_id = caller.grant.grant_id
    before = cursors.position(cursor, grant_id, JobFilter())
    found = await follow.page(caller, before, limit)
    last = (found[-1].tugas.dibuat_pada, found[-1].tugas.id) if len(found) == limit else None
    return Page(
        items=tuple(map(_job, found)),
        next_cursor=cursors.following(last, grant_id, JobFilter()),
    )


@get(
    _PATH + "/{job_id:str}",
    scope=Scope.PENDUDUK_READ.value,
    operation_id="getPendudukJob",
    summary="See how far a lookup job is",
    description="`Retry-After` says when it makes sense to look again; without it, it has ended.",
    tags=["penduduk"],
    responses=documented(*PROTECTED, 404),
)
async def get_job(
    request: Request[Any, Any, Any],
    job_id: JobId,
    caller: NamedDependency[Caller],
    follow: NamedDependency[FollowJobs],
) -> Response[Single[Job]]:
    """One job."""
    return _answer(request, await follow.one(caller, _known(job_id)), 200)


@delete(
    _PATH + "/{job_id:str}",
    scope=Scope.PENDUDUK_READ.value,
    status_code=200,
    operation_id="cancelPendudukJob",
    summary="Cancel a lookup job",
    description=(
        "Rows that were not asked for are destroyed at once; results so far can be read until "
        "`hapus_pada`. A job that has ended stays as it is."
    ),
    tags=["penduduk"],
    responses=documented(*PROTECTED, 404),
)
async def cancel_job(
    request: Request[Any, Any, Any],
    job_id: JobId,
    caller: NamedDependency[Caller],
    follow: NamedDependency[FollowJobs],
) -> Response[Single[Job]]:
    """The job as it is now."""
    return _answer(request, await follow.cancel(caller, _known(job_id)), 200)


@get(
    _PATH + "/{job_id:str}/results",
    scope=Scope.PENDUDUK_READ.value,
    query=("after", "limit"),
    media_type=NDJSON,
    described={"200": {"content": {CSV: {"schema": {"type": "string"}}}}},
    operation_id="readPendudukJobResults",
    summary="Read a lookup job's results, as far as they are there",
    description=(
        "NDJSON, or CSV where `Accept` asks for it, in the order in which answers came; `baris` is "
        "the line of the input. What the grant shows at the moment of reading is shown. `after` "
        "goes on after the `urut` of the last result that was read. `X-Job-Complete` and the last "
        "line of NDJSON say whether all results are there."
    ),
    tags=["penduduk"],
    responses={
        200: ResponseSpec(
            JobResult,
            description='A result a line, then `{"lengkap": ..., "sampai": ...}`',
            media_type=NDJSON,
            generate_examples=False,
        ),
        **documented(*PROTECTED, 404),
    },
)
async def read_results(
    request: Request[Any, Any, Any],
    job_id: JobId,
    caller: NamedDependency[Caller],
    job_results: NamedDependency[ReadJobResults],
    after: Annotated[
        int,
        QueryParameter(ge=0, le=_LAST, description="`urut` of the last result that is known."),
    ] = 0,
    limit: Annotated[
        int | None, QueryParameter(ge=1, le=_LAST, description="Results at most.")
    ] = None,
) -> Stream:
    """The results, group by group."""
    bacaan = await job_results.open(caller, _known(job_id), after, limit)
    groups = await begun(job_results.groups(caller, bacaan, after))
    kind = request.accept.best_match([NDJSON, CSV], NDJSON)
    return Stream(
        WRITERS[kind](groups, bacaan, request.scope["state"]["request_id"]),
        headers={
            # The route's own type would go before one that is given in the framework's way.
            "Content-Type": kind,
            "X-Job-Complete": str(bacaan.lengkap).lower(),
            "X-Job-Last": str(bacaan.sampai),
        },
    )


JOB_ROUTES: Final = (
    methods_of(_PATH, "GET", "POST"),
    methods_of(_PATH + "/{job_id:str}", "DELETE", "GET"),
    submit_job,
    list_jobs,
    get_job,
    cancel_job,
    read_results,
)


def _known(job_id: str) -> str:
    known = known_id(job_id)
    if known is None:
        raise no_such_job()
    return known


def _answer(
    request: Request[Any, Any, Any], progress: Kemajuan, status: int
) -> Response[Single[Job]]:
    headers = {"Retry-After": str(progress.tanya_lagi)} if progress.tanya_lagi else {}
    answer = Single(data=_job(progress), meta=meta_of(request))
    return Response(answer, status_code=status, headers=headers)


def _job(progress: Kemajuan) -> Job:
    tugas, waits = progress.tugas, progress.menunggu
    return Job(
        id=tugas.id,
        status=StatusTugas.MENUNGGU if waits else tugas.status,
        jumlah=tugas.jumlah,
        terjawab=tugas.terjawab,
        gagal=tugas.gagal,
        salah=tugas.salah,
        sisa=tugas.sisa,
        dibuat_pada=tugas.dibuat_pada,
        mulai_pada=tugas.mulai_pada or UNSET,
        selesai_pada=tugas.selesai_pada or UNSET,
        perkiraan_selesai=progress.perkiraan_selesai or UNSET,
        alasan=(tugas.alasan if waits else None) or UNSET,
        lanjut_pada=(tugas.lanjut_pada if waits else None) or UNSET,
        hapus_pada=tugas.hapus_pada or UNSET,
    )
