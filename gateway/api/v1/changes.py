"""`/v1/ppks/changes`: what changed among the records that a grant shows, from the beginning on."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final, cast

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream

from gateway.api.admission import Admission
from gateway.api.begun import begun
from gateway.api.feed_cursor import FeedCursors
from gateway.api.negotiation import best_of
from gateway.api.problems import PROTECTED, documented, problem, speaks_english
from gateway.api.sent_headers import texts
from gateway.api.v1.change_events import EVENTS, HEADERS, as_events
from gateway.api.v1.changes_page import ChangesPage, changes_page
from gateway.api.v1.parameters import LONGEST_CURSOR, CursorInUrl, page_size
from gateway.application.caller.caller import Caller
from gateway.application.feed.follow_changes import FollowChanges
from gateway.application.feed.read_changes import BacaanUmpan
from gateway.domain.errors import GatewayError
from gateway.domain.grant import Scope

_JSON: Final = "application/json"
_DEFAULT_LIMIT: Final = 100
_MOST: Final = 1000
_LONGEST_WAIT: Final = 60


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
        "that is too old is answered 410: begin anew without one. Where `Accept` wants "
        "`text/event-stream`, pages come as events `changes` as long as the token and the grant "
        "hold, the cursor as each event's id; the last event of a stream that was ended is "
        "`problem`."
    ),
    tags=["ppks"],
    described={"200": {"content": {EVENTS: {"schema": {"type": "string"}}}}},
    responses={
        200: ResponseSpec(
            ChangesPage, description="What changed for this grant", generate_examples=False
        ),
        **documented(*PROTECTED, 406, 410),
    },
)
async def list_changes(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    follow_changes: NamedDependency[FollowChanges],
    feed_cursors: NamedDependency[FeedCursors],
    admission: NamedDependency[Admission],
    cursor: CursorInUrl = None,
    limit: Annotated[int, page_size("Changes", _MOST)] = _DEFAULT_LIMIT,
    tunggu: Annotated[
        int,
        QueryParameter(
            ge=0, le=_LONGEST_WAIT, description="Seconds to wait where nothing changed yet."
        ),
    ] = 0,
    last_event_id: Annotated[
        str | None,
        HeaderParameter(
            name="Last-Event-ID",
            max_length=LONGEST_CURSOR,
            description="Id of the last event; a stream goes on after it and not after `cursor`.",
        ),
    ] = None,
) -> Response[Any]:
    """One page of changes, or a stream of them."""
    scope = cast("dict[str, Any]", request.scope)
    renew = partial(admission.again, scope, Scope.PPKS_SYNC)
    accepted = ",".join(texts(scope["state"]["headers"], b"accept"))
    if best_of(accepted, (_JSON, EVENTS)) == _JSON:
        after = feed_cursors.after(cursor, caller)
        read = await follow_changes.page(caller, after, limit, tunggu, renew)
        return Response(changes_page(read, feed_cursors.seal(read.posisi, caller)))
    after = feed_cursors.after(last_event_id or cursor, caller)
    reads = await begun(follow_changes.stream(caller, after, limit, renew))
    pages = _pages(reads, partial(feed_cursors.seal, caller=caller))
    return Stream(as_events(pages, partial(_problem, request)), headers=HEADERS)


async def _pages(reads: AsyncIterator[BacaanUmpan], seal: Any) -> AsyncIterator[ChangesPage]:
    async for read in reads:
        yield changes_page(read, seal(read.posisi))


def _problem(request: Request[Any, Any, Any], error: GatewayError) -> bytes:
    """The problem document in one line."""
    english = speaks_english(request.headers)
    document = problem(error, request.scope["state"]["request_id"], english=english)
    return msgspec.json.encode(document)
