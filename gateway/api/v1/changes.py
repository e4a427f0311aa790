"""`/v1/ppks/changes`: what changed among the records that a grant shows, from the beginning on."""

from datetime import datetime
from typing import Annotated, Any, Final, cast

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import UNSET, UnsetType

from gateway.api.admission import Admission
from gateway.api.feed_cursor import FeedCursors
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.ppks_record import PpksRecord
from gateway.application.caller import Caller
from gateway.application.read_changes import ReadChanges
from gateway.domain.grant import Scope
from gateway.domain.umpan import JenisPerubahan, Perubahan
from gateway.kit.struct import Quiet

_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
_LONGEST_CURSOR: Final = 400
_LONGEST_WAIT: Final = 60


class Change(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One item: the record as the grant shows it now, or that it is no longer shown."""

    jenis: JenisPerubahan
    id: str
    versi: int
    pada: datetime
    data: PpksRecord | UnsetType = UNSET


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of changes. `next_cursor` is always there; `lengkap` = this was all there is now."""

    items: tuple[Change, ...]
    next_cursor: str
    lengkap: bool


@get(
    "/ppks/changes",
    scope=Scope.PPKS_SYNC.value,
    query=("cursor", "limit", "tunggu"),
    operation_id="listPpksChanges",
    summary="Follow changes of PPKS records",
    description=(
        "Ordered changes after `cursor`; without a cursor all records, then their changes. Keep "
        "`data` of an item `ada` under its `id`, remove the `id` of an item `hapus`, and go on "
        "with `next_cursor`: where `lengkap` is true, the copy is what the grant shows. A cursor "
        "that is too old is answered 410: begin anew without one."
    ),
    tags=["ppks"],
    responses=documented(*PROTECTED, 410),
)
async def list_changes(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    read_changes: NamedDependency[ReadChanges],
    feed_cursors: NamedDependency[FeedCursors],
    admission: NamedDependency[Admission],
    cursor: Annotated[
        str | None,
        QueryParameter(max_length=_LONGEST_CURSOR, description="`next_cursor` of the page before."),
    ] = None,
    limit: Annotated[
        int, QueryParameter(ge=1, le=_MOST, description="Changes on a page.")
    ] = _DEFAULT_LIMIT,
    tunggu: Annotated[
        int,
        QueryParameter(
            ge=0, le=_LONGEST_WAIT, description="Seconds to wait where nothing changed yet."
        ),
    ] = 0,
) -> ChangesPage:
    """One page of changes."""
    after = None if cursor is None else feed_cursors.open(cursor, caller)

    async def renew() -> Caller:
        return await admission.again(cast("dict[str, Any]", request.scope), Scope.PPKS_SYNC)

    read = await read_changes.page(caller, after, limit, tunggu, renew)
    return ChangesPage(
        items=tuple(map(_shown, read.halaman.items)),
        next_cursor=feed_cursors.seal(read.posisi, caller),
        lengkap=read.halaman.akhir,
    )


def _shown(item: Perubahan) -> Change:
    return Change(
        jenis=item.jenis,
        id=item.id,
        versi=item.versi,
        pada=item.pada,
        data=UNSET if item.data is None else PpksRecord(**item.data),
    )
