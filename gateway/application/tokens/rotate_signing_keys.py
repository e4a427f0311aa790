"""Publish an issuer's next signing key, and let it sign when everybody can know it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller.operator import named_operator
from gateway.domain.errors import Conflict
from gateway.domain.signing import (
    JWKS_KEPT,
    NOTICED,
    RETIREMENT,
    KunciPenerbit,
    SigningKeyStore,
    StatusKunci,
)
from gateway.kit.clock import Clock

# Every instance notices within NOTICED; the same again for answers that are under way.
_SHOWN_EVERYWHERE: Final = 2 * NOTICED


class RotateSigningKeys:
    """What an operator does with signing keys. `pause` waits for some seconds."""

    def __init__(
        self, store: SigningKeyStore, clock: Clock, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._pause = pause

    async def all(self) -> Sequence[KunciPenerbit]:
        """Every key there is or was, by issuer and age."""
        await self._store.erase_overdue()
        return await self._store.keys()

    async def __call__(
        self, penerbit: str, *, oleh: str, at_once: bool = False, stolen: bool = False
    ) -> KunciPenerbit:
        """Publish the issuer's next key or, where there is one, let it sign; answers that key.

        A key signs only after the time for which public keys may be kept: Conflict before that.
        `at_once` waits only until all instances show it. The key that signed so far retires.
        `stolen` waits no longer, either, and every key so far is gone at once with its tokens.
        Raises BadInput, Conflict, Unavailable.
        """
        name = named_operator(oleh)
        await self._store.erase_overdue()
        at_once = at_once or stolen
        coming = await self._published(penerbit)
        if coming is not None and stolen:
            await self._store.discard(coming.kid, oleh=name)
            coming = None
        if coming is None:
            coming = await self._store.publish(penerbit, oleh=name)
            if not at_once:
                return coming
        await self._ripen(coming, at_once=at_once)
        pensiun = timedelta(0) if stolen else RETIREMENT
        await self._store.promote(coming.kid, oleh=name, pensiun=pensiun)
        return next(key for key in await self._store.keys() if key.kid == coming.kid)

    async def _published(self, penerbit: str) -> KunciPenerbit | None:
        wanted = (penerbit, StatusKunci.PUBLISHED)
        keys = await self._store.keys()
        return next((key for key in keys if (key.penerbit, key.status) == wanted), None)

    async def _ripen(self, coming: KunciPenerbit, *, at_once: bool) -> None:
        ripe = ripe_at(coming)
        if not at_once and self._clock() < ripe:
            raise Conflict(
                "kunci berikutnya baru terbit / the next key was published only just: it may sign "
                f"from {ripe:%Y-%m-%dT%H:%M:%SZ}"
            )
        unseen = coming.dibuat_pada + _SHOWN_EVERYWHERE - self._clock()
        if unseen > timedelta(0):
            await self._pause(unseen.total_seconds())


def ripe_at(published: KunciPenerbit) -> datetime:
    """From when a published key may sign."""
    return published.dibuat_pada + JWKS_KEPT
