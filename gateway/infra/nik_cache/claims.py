"""The right to ask about one person: within one process, or by a lease on Redis among many."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

from gateway.domain.nik_cache import CachedAnswer, Claim, KeptAnswer, Masa
from gateway.infra.nik_cache.near import NearLevel, Ticket
from gateway.infra.nik_cache.notices import Bells
from gateway.infra.nik_cache.sealing import Sealing
from gateway.infra.nik_cache.shared import LEASE_MS, SharedAwayError, SharedLevel, State
from gateway.kit.clock import Clock

_BEAT: Final = LEASE_MS / 4000
_MOST_BEATS: Final = 600
"""Five minutes: longer than any call may take, so that a mistake of ours frees the name again."""
_FIRST_LOOK: Final = 0.1
_LAST_LOOK: Final = 0.5


class Levels(NamedTuple):
    """What a claim works with."""

    near: NearLevel
    shared: SharedLevel
    sealing: Sealing
    bells: Bells
    clock: Clock


class LocalClaim:
    """Within this process, where there is no Redis or it is away."""

    held = True
    found: KeptAnswer | None = None

    def __init__(self, near: NearLevel, sealing: Sealing, ticket: Ticket, owner: str) -> None:
        self._near = near
        self._sealing = sealing
        self._ticket = ticket
        self._owner = owner

    async def keep(self, answer: CachedAnswer, masa: Masa) -> bool:
        """Keep the answer in the process; False where the person was forgotten since."""
        kept = KeptAnswer(jawaban=answer, masa=masa, klaim=self._owner)
        sealed = self._sealing.seal(self._ticket.name, kept)
        self._near.put(self._ticket, sealed, masa.simpan_sampai)
        return not self._ticket.forgotten

    async def theirs(self) -> KeptAnswer | None:
        """Nobody else can hold it."""
        return None


class SharedClaim:
    """A lease on Redis, held by this process or by another one."""

    def __init__(self, levels: Levels, ticket: Ticket, owner: str, state: State) -> None:
        self._levels = levels
        self._ticket = ticket
        self._owner = owner
        self._holder = state.holder
        self._ended = False
        self.held = state.holder == owner
        self.found = self._unless_forgotten(state.sealed)
        if self.found is not None and state.sealed is not None:
            levels.near.put(ticket, state.sealed, self.found.masa.simpan_sampai)

    async def keep(self, answer: CachedAnswer, masa: Masa) -> bool:
        """Keep the answer for all processes; False where the person was forgotten since."""
        levels, name = self._levels, self._ticket.name
        kept = KeptAnswer(jawaban=answer, masa=masa, klaim=self._owner)
        sealed = levels.sealing.seal(name, kept)
        ttl = (masa.simpan_sampai - levels.clock()).total_seconds()
        # Where Redis went away meanwhile, nobody can have been forgotten since it did.
        with suppress(SharedAwayError):
            self._ended = True
            if not await levels.shared.keep(name, self._owner, sealed, ttl):
                return False
        levels.near.put(self._ticket, sealed, masa.simpan_sampai)
        return not self._ticket.forgotten

    async def theirs(self) -> KeptAnswer | None:
        """Wait for the end of the other's call: its answer, or None where it brought none."""
        pause, name = _FIRST_LOOK, self._ticket.name
        with self._levels.bells.bell(name) as bell, suppress(SharedAwayError):
            while (state := await self._levels.shared.look(name)).holder == self._holder:
                # A notice ends the wait at once; the look is for notices that do not come.
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause * (0.5 + random.random())):  # noqa: S311 - no secret
                        await bell.wait()
                bell.clear()
                pause = min(_LAST_LOOK, pause * 1.5)
            kept = self._unless_forgotten(state.sealed)
            return kept if kept is not None and kept.klaim == self._holder else None
        return None

    def _unless_forgotten(self, sealed: bytes | None) -> KeptAnswer | None:
        """What was kept; the news of an erasure may have come before what Redis said before it."""
        if self._ticket.forgotten:
            return None
        return self._levels.sealing.open(self._ticket.name, sealed)

    async def beat(self) -> None:
        """Hold on to the lease while the call is under way."""
        for _ in range(_MOST_BEATS):
            await asyncio.sleep(_BEAT)
            with suppress(SharedAwayError):
                if not await self._levels.shared.extend(self._ticket.name, self._owner):
                    return

    async def end(self) -> None:
        """Give the lease back; one that cannot be given back runs out."""
        if self.held and not self._ended:
            with suppress(SharedAwayError):
                await self._levels.shared.release(self._ticket.name, self._owner)


@asynccontextmanager
async def shared_claim(levels: Levels, ticket: Ticket, owner: str) -> AsyncIterator[Claim]:
    """A claim among all processes, or within this one where Redis is away."""
    try:
        state = await levels.shared.claim(ticket.name, owner)
    except SharedAwayError:
        yield LocalClaim(levels.near, levels.sealing, ticket, owner)
        return
    claim = SharedClaim(levels, ticket, owner, state)
    beating = asyncio.create_task(claim.beat()) if claim.held else None
    try:
        yield claim
    finally:
        if beating is not None:
            beating.cancel()
        await claim.end()
