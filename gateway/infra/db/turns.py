"""Lets one writer of records through at a time, in this process and in all others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.engine import Database, take_turn


class Turns:
    """Who writes records has the turn until the end of the transaction.

    Two that are told the same at once would both find it new.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that no other writer of records runs beside."""
        async with self._writing, self._database.writing() as connection:
            await take_turn(connection)
            yield connection
