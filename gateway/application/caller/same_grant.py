"""Lets nothing in under a grant that changed, or ended, while a body was under way."""

from collections.abc import AsyncIterator, Awaitable, Callable

from gateway.application.caller.caller import Caller
from gateway.domain.errors import Conflict


async def under_one_grant(
    pieces: AsyncIterator[bytes], caller: Caller, renew: Callable[[], Awaitable[Caller]]
) -> AsyncIterator[bytes]:
    """The pieces of a body; at its end it is seen whether the caller has the same grant still.

    Raises Conflict where it is another version of it, and what `renew` raises, which tells who the
    caller is by then.
    """
    async for piece in pieces:
        yield piece
    if (await renew()).grant.versi != caller.grant.versi:
        raise Conflict(
            "grant berubah sementara data dikirim; kirim lagi / "
            "the grant changed while the data came in; send it again"
        )
