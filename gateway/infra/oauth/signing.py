"""The issuers' signing keys as a running instance knows them: never more than a second old."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc.jwk import ECKey

from gateway.domain.ports import Sealer
from gateway.domain.signing import NOTICED, StatusKunci
from gateway.infra.db.clients.signing_keys import SqlSigningKeys, StoredKey, open_private
from gateway.infra.db.engine import Database
from gateway.kit.clock import Clock

# A stranger's token may bear any kid: it makes this instance look again so often and no oftener.
_LOOK_AGAIN: Final = timedelta(seconds=0.1)
# What signs comes first, for readers that take the first key of a set.
_SHOWN: Final = (StatusKunci.SIGNING, StatusKunci.PUBLISHED, StatusKunci.RETIRING)


class SigningKey:
    """One key that signs: `kid` (RFC 7638 thumbprint), the key itself, and its public JWK."""

    __slots__ = ("key", "kid", "publik")

    def __init__(self, kid: str, key: ECKey, publik: dict[str, Any]) -> None:
        self.kid = kid
        self.key = key
        self.publik = publik


class _Known:
    """The keys of all issuers as they were at one moment."""

    def __init__(self, read: datetime, stored: Sequence[StoredKey]) -> None:
        self.read = read
        self._stored = stored
        self._named = {(each.kunci.penerbit, each.kunci.kid): each for each in stored}
        self._public: dict[str, ECKey] = {}

    def signing(self, penerbit: str) -> StoredKey | None:
        return next(self._of(penerbit, StatusKunci.SIGNING), None)

    def shown(self, penerbit: str, now: datetime) -> list[dict[str, Any]]:
        stored = (each for status in _SHOWN for each in self._of(penerbit, status))
        return [each.publik for each in stored if each.kunci.dipercaya(now)]

    def believed(self, penerbit: str, kid: str, now: datetime) -> ECKey | None:
        stored = self._named.get((penerbit, kid))
        if stored is None or not stored.kunci.dipercaya(now):
            return None
        if kid not in self._public:
            self._public[kid] = ECKey.import_key(stored.publik)
        return self._public[kid]

    def overdue(self, now: datetime) -> bool:
        return not all(each.kunci.dipercaya(now) for each in self._stored)

    def _of(self, penerbit: str, status: StatusKunci) -> Iterator[StoredKey]:
        return (
            each
            for each in self._stored
            if each.kunci.penerbit == penerbit and each.kunci.status is status
        )


class SigningKeys:
    """Gives each issuer its keys, the same in every instance.

    One query reads the few keys of all issuers; it is made when they are used and were last read a
    second ago. So an instance signs with a key only while every other one shows it: a key is shown
    for longer than that before it signs, and long after.
    """

    def __init__(self, database: Database, keyring: Sealer, clock: Clock) -> None:
        self._store = SqlSigningKeys(database, keyring, clock)
        self._keyring = keyring
        self._clock = clock
        self._known: _Known | None = None
        self._reading: asyncio.Task[_Known] | None = None
        self._making = asyncio.Lock()
        self._opened: dict[str, SigningKey] = {}

    async def current(self, penerbit: str) -> SigningKey:
        """The key that the issuer of this name signs with; made where there is none.

        Raises Unavailable where the keyring does not open it.
        """
        known = await self._complete(penerbit)
        if known.overdue(self._clock()):
            await self._store.erase_overdue()
            self._known = None
        stored = known.signing(penerbit)
        assert stored is not None
        assert stored.privat is not None
        opened = self._opened.get(penerbit)
        if opened is None or opened.kid != stored.kunci.kid:
            key = open_private(self._keyring, stored.kunci.kid, stored.privat)
            opened = self._opened[penerbit] = SigningKey(stored.kunci.kid, key, stored.publik)
        return opened

    async def shown(self, penerbit: str) -> Sequence[dict[str, Any]]:
        """The issuer's public keys as JWKs: what signs, what will, and what did until lately."""
        return (await self._complete(penerbit)).shown(penerbit, self._clock())

    async def believed(self, penerbit: str, kid: str) -> ECKey | None:
        """The issuer's public key of this name, or None where its tokens are not believed."""
        known = await self._fresh(NOTICED)
        found = known.believed(penerbit, kid, self._clock())
        if found is None:
            known = await self._fresh(_LOOK_AGAIN)
            found = known.believed(penerbit, kid, self._clock())
        return found

    async def _complete(self, penerbit: str) -> _Known:
        """What is known, with a key that signs for this issuer."""
        while (known := await self._fresh(NOTICED)).signing(penerbit) is None:
            async with self._making:
                if known is self._known:  # else somebody here was faster
                    await self._store.first(penerbit)
                    self._known = None
        return known

    async def _fresh(self, most: timedelta) -> _Known:
        """What is known, if it is younger than `most`; else it is read, once for all who ask."""
        known = self._known
        # A clock that was put back says nothing of the age.
        if known is not None and timedelta(0) <= self._clock() - known.read < most:
            return known
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._keep)
        return await asyncio.shield(self._reading)

    async def _read(self) -> _Known:
        began = self._clock()
        return _Known(began, await self._store.alive())

    def _keep(self, reading: "asyncio.Task[_Known]") -> None:
        self._reading = None
        if not reading.cancelled() and reading.exception() is None:
            self._known = reading.result()
