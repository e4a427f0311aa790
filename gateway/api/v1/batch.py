"""`/v1/ppks/batch`: clients push their records, and are told what became of each."""

from functools import partial
from typing import Annotated, Any, Final, cast

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency

from gateway.api.admission import Admission
from gateway.api.idempotency import check_key
from gateway.api.problems import PROTECTED, documented, localized_errors, speaks_english
from gateway.api.v1.batch_body import BatchOperation, records_reader
from gateway.api.v1.envelope import Single, meta_of
from gateway.api.v1.parameters import own_name
from gateway.api.v1.streamed_body import pieces_of
from gateway.application.caller.caller import Caller
from gateway.application.caller.same_grant import under_one_grant
from gateway.application.records.push_records import PushRecords
from gateway.domain.grant import Scope
from gateway.domain.kiriman import HasilBatch
from gateway.kit.clock import Clock

_PATH: Final = "/ppks/batch"


class PushLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch may hold."""

    bytes_unpacked: int
    clock: Clock


@post(
    _PATH,
    scope=Scope.PPKS_WRITE.value,
    status_code=200,
    request_max_body_size=None,
    operation_class=BatchOperation,
    operation_id="pushPpks",
    summary="Push PPKS records",
    description=(
        "Each record is told whole, under the client's own `id_sumber` and with its version "
        "`urutan`; `dihapus` withdraws it. What became of each is told: sound records are stored "
        "though others are refused. Versions may arrive in any order and as often as they like. "
        "The same key with the same body is answered as the first time, for a day."
    ),
    tags=["ppks"],
    responses=documented(*PROTECTED, 409, 413, 415),
)
async def push_batch(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    push: NamedDependency[PushRecords],
    push_limits: NamedDependency[PushLimits],
    admission: NamedDependency[Admission],
    idempotency_key: Annotated[str, own_name("The client's own name for this batch.")],
) -> Single[HasilBatch]:
    """The outcome of the batch."""
    check_key(idempotency_key)
    reader = records_reader(request, push_limits.clock)
    renew = partial(admission.again, cast("dict[str, Any]", request.scope), Scope.PPKS_WRITE)
    body = pieces_of(request, push_limits.bytes_unpacked)
    pieces = under_one_grant(body, caller, renew)
    result = await push(caller, idempotency_key, reader, pieces)
    result = _in_the_language_of(request, result)
    return Single(data=result, meta=meta_of(request))


def _in_the_language_of(request: Request[Any, Any, Any], result: HasilBatch) -> HasilBatch:
    english = speaks_english(request.headers)
    told = (
        msgspec.structs.replace(one, errors=localized_errors(one.errors, english=english))
        for one in result.hasil
    )
    return msgspec.structs.replace(result, hasil=tuple(told))
