"""`/v1/audit/checkpoints` and `/v1/audit/proofs`: what shows that the log is what it was."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from gateway.api.cursor import Cursors
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Page, Single, meta_of
from gateway.api.v1.fields import read_moment
from gateway.api.v1.parameters import CursorInUrl, moment_told, page_size
from gateway.application.audit.read_seals import ReadSeals
from gateway.application.caller.caller import Caller
from gateway.domain.grant import Scope
from gateway.domain.ports_catatan import Cap

_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
_LAST: Final = 2**53 - 1


class CheckpointFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a cursor of the list of checkpoints is bound to."""

    sejak: datetime | None
    sampai: datetime | None


class Inclusion(msgspec.Struct, frozen=True, kw_only=True):
    """That leaf `index` is in the tree of `size`."""

    index: int
    size: int
    hashes: tuple[str, ...]
    """In base64, lowest first (RFC 9162, section 2.1.3)."""


class Consistency(msgspec.Struct, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    """That the tree of `from` leaves begins the one of `to`."""

    old: int
    new: int
    hashes: tuple[str, ...]
    """In base64, lowest first (RFC 9162, section 2.1.4)."""


def _size(name: str, text: str, least: int = 0) -> Any:
    return QueryParameter(name=name, ge=least, le=_LAST, description=text)


@get(
    "/audit/checkpoints",
    scope=Scope.AUDIT_READ.value,
    query=("sejak", "sampai", "cursor", "limit"),
    operation_id="listAuditCheckpoints",
    summary="List the log's signed checkpoints",
    description="By the time at which they were signed. Only for engagements that are told proofs.",
    tags=["audit"],
    responses=documented(*PROTECTED),
)
async def list_checkpoints(
    caller: NamedDependency[Caller],
    read_seals: NamedDependency[ReadSeals],
    cursors: NamedDependency[Cursors],
    sejak: Annotated[str | None, moment_told("Signed after this moment")] = None,
    sampai: Annotated[str | None, moment_told("Signed before this moment")] = None,
    cursor: CursorInUrl = None,
    limit: Annotated[int, page_size("Checkpoints", _MOST)] = _DEFAULT_LIMIT,
) -> Page[Cap]:
    """One page of checkpoints."""
    asked = CheckpointFilter(
        sejak=None if sejak is None else read_moment(sejak, "sejak"),
        sampai=None if sampai is None else read_moment(sampai, "sampai"),
    )
    grant_id = caller.grant.grant_id
    after = asked.sejak if cursor is None else cursors.open(cursor, grant_id, asked)[0]
    found = await read_seals.checkpoints(caller, after, asked.sampai, limit + 1)
    items = tuple(found[:limit])
    following = None
    if len(found) > limit:
        # No two checkpoints were signed at the same moment.
        following = cursors.seal((items[-1].pada.astimezone(UTC), ""), grant_id, asked)
    return Page(items=items, next_cursor=following)


@get(
    "/audit/checkpoints/latest",
    scope=Scope.AUDIT_READ.value,
    operation_id="getLatestAuditCheckpoint",
    summary="See the log's newest signed checkpoint",
    description=(
        "Keep it: a later log that cannot be reached from it was forked or cut short. "
        "Only for engagements that are told proofs."
    ),
    tags=["audit"],
    responses=documented(*PROTECTED, 404),
)
async def get_latest_checkpoint(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_seals: NamedDependency[ReadSeals],
) -> Single[Cap]:
    """The newest checkpoint."""
    return Single(data=await read_seals.latest(caller), meta=meta_of(request))


@get(
    "/audit/proofs/inclusion",
    scope=Scope.AUDIT_READ.value,
    query=("index", "size"),
    operation_id="getAuditInclusionProof",
    summary="Have it proved that an entry is in the log",
    description="For an entry that the engagement shows, in the tree of any size that was signed.",
    tags=["audit"],
    responses=documented(*PROTECTED, 404),
)
async def get_inclusion_proof(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_seals: NamedDependency[ReadSeals],
    index: Annotated[int, _size("index", "`bukti.index` of the entry.")],
    size: Annotated[int, _size("size", "Leaves of the tree.", 1)],
) -> Single[Inclusion]:
    """An inclusion proof."""
    proof = await read_seals.inclusion(caller, index, size)
    return Single(data=Inclusion(**msgspec.to_builtins(proof)), meta=meta_of(request))


@get(
    "/audit/proofs/consistency",
    scope=Scope.AUDIT_READ.value,
    query=("from", "to"),
    operation_id="getAuditConsistencyProof",
    summary="Have it proved that the log only grew",
    description="That the tree of one size begins the one of another.",
    tags=["audit"],
    responses=documented(*PROTECTED, 404),
)
async def get_consistency_proof(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_seals: NamedDependency[ReadSeals],
    old: Annotated[int, _size("from", "Leaves of the earlier tree.")],
    new: Annotated[int, _size("to", "Leaves of the later tree.")],
) -> Single[Consistency]:
    """A consistency proof."""
    proof = await read_seals.consistency(caller, old, new)
    hashes = msgspec.to_builtins(proof.hashes)
    return Single(data=Consistency(old=old, new=new, hashes=hashes), meta=meta_of(request))


SEAL_ROUTES: Final = (
    list_checkpoints,
    get_latest_checkpoint,
    get_inclusion_proof,
    get_consistency_proof,
)
