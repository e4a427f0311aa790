"""Lets one upgrade at a time change a store, whoever started it and however it ends."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

_ASK_AGAIN_SECONDS: Final = 0.2
# Another turn than that of the writers, who would wait for it with a snapshot open; an index that
# is made beside them waits for everybody who has one.
_TRY: Final = sa.select(sa.func.pg_try_advisory_lock(int.from_bytes(b"ppks-mig")))


def upgrade_turn(
    connection: sa.Connection, tell: Callable[[str], None]
) -> AbstractContextManager[None]:
    """Waits until no other process upgrades this store, and holds others off during the block.

    On PostgreSQL the turn lasts as long as the connection, also where this process is killed and
    the server is still at its last statement.
    """
    if connection.dialect.name == "postgresql":
        return _turn_of_session(connection, tell)
    return _turn_in_folder(connection.engine.url.database, tell)


@contextmanager
def _turn_of_session(connection: sa.Connection, tell: Callable[[str], None]) -> Iterator[None]:
    def take() -> bool:
        # No transaction stays open between two tries: the other upgrade might wait for its end.
        with connection.begin():
            return bool(connection.scalar(_TRY))

    _wait_for(take, tell)
    yield


@contextmanager
def _turn_in_folder(file: str | None, tell: Callable[[str], None]) -> Iterator[None]:
    # Not the file itself: closing it would drop SQLite's own locks of this process.
    folder = os.open(Path(file or ".").parent, os.O_RDONLY)

    def take() -> bool:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait_for(take, tell)
        yield
    finally:
        os.close(folder)


def _wait_for(take: Callable[[], bool], tell: Callable[[str], None]) -> None:
    if take():
        return
    tell("another upgrade of this store is under way; waiting for its end")
    while not take():
        time.sleep(_ASK_AGAIN_SECONDS)
