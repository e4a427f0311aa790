"""Remembers for half a second who had disclosure stopped, so that lookups ask no store."""

import sqlalchemy as sa

from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.subject_tables import PEMBATASAN, PERMINTAAN_RUJUKAN
from gateway.kit.recent import Recent

_Kept = tuple[int, frozenset[str]]


class SqlRestrictions:
    """The `Restrictions` port. The store being away is an error: then nobody may be shown."""

    def __init__(self, database: Database, keyring: Keyring, *, remember: float) -> None:
        self._database = database
        self._keyring = keyring
        self._recent = Recent(remember)
        self._last: _Kept = (-1, frozenset())

    async def includes(self, nik: str) -> bool:
        """What the store said at most `remember` seconds ago."""
        kept = await self._recent.get("held back", self._read)
        assert kept is not None
        # Mostly there is nobody, and then no key need be derived.
        return bool(kept[1]) and self._keyring.reference(nik) in kept[1]

    def forget(self) -> None:
        """Ask the store at the next question."""
        self._recent.forget()

    async def close(self) -> None:
        """Break off what is being read beside."""
        await self._recent.close()

    async def _read(self) -> _Kept:
        """The count of changes first: what changes between the two readings is read again."""
        async with self._database.reading() as connection:
            changes = (await connection.execute(sa.select(PEMBATASAN.c.versi))).scalar_one()
            if changes != self._last[0]:
                held = sa.select(PERMINTAAN_RUJUKAN.c.rujukan).where(
                    PERMINTAAN_RUJUKAN.c.menahan.is_(True)
                )
                self._last = changes, frozenset(await connection.scalars(held))
        return self._last
