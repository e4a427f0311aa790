"""The cache of one process alone, for an installation without Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.domain.nik_cache import CacheEvent, Claim, Count, KeptAnswer
from gateway.infra.nik_cache.claims import LocalClaim
from gateway.infra.nik_cache.near import NearLevel
from gateway.infra.nik_cache.sealing import Sealing
from gateway.kit.ids import new_id


class OneProcessCache:
    """The `NikCache` port on the process's own level."""

    def __init__(self, near: NearLevel, sealing: Sealing, count: Count) -> None:
        self._near = near
        self._sealing = sealing
        self._count = count

    def near(self, nik: str) -> KeptAnswer | None:
        """The kept answer."""
        name = self._sealing.name(nik)
        return self._sealing.open(name, self._near.get(name))

    async def get(self, nik: str) -> KeptAnswer | None:
        """The kept answer."""
        return self.near(nik)

    async def certain(self, nik: str) -> KeptAnswer | None:
        """The kept answer."""
        return self.near(nik)

    @asynccontextmanager
    async def claim(self, nik: str) -> AsyncIterator[Claim]:
        """Always held: who asks at the same time in this process shares one call already."""
        ticket = self._near.ticket(self._sealing.name(nik))
        try:
            yield LocalClaim(self._near, self._sealing, ticket, new_id())
        finally:
            self._near.end(ticket)

    async def purge(self, nik: str) -> None:
        """Forget one person."""
        self._near.forget(self._sealing.name(nik))
        self._count(CacheEvent.FORGOTTEN)

    async def close(self) -> None:
        """Nothing runs in the background."""
