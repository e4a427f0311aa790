"""A store of an earlier version with many rows, and those who use it while it is upgraded."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from gateway.infra.db.engine import sync_url
from gateway.infra.db.tables import PPKS
from tests.contract.test_migration_0002 import downgrade

BEFORE: Final = "0005"
MANY: Final = 20_000
_MOMENT: Final = "2026-01-01 00:00:00.000000+00:00"
_NO_LONGER: Final = "250ms"
"""What a reader waits for a lock at most, or fails."""

_RECORD: Final = (
    "INSERT INTO ppks (id, sistem, id_sumber, sidik, versi, dibuat_pada, diubah_pada, dihapus,"
    " rujukan, kode_wilayah, status, asal) VALUES (:id, 'sijosku', :id, :sidik, 1, :pada, :pada,"
    " false, :id, '64.02.06.1001', 'AKTIF', '{}')"
)
_CATEGORY: Final = (
    "INSERT INTO ppks_kategori (ppks_id, kode) VALUES (:id, 'ppks:lanjut-usia-terlantar')"
)
_ENTRY: Final = (
    "INSERT INTO audit (entri_id, pada, peristiwa, hasil, subjek, atribut, jumlah)"
    " VALUES (:id, :pada, 'ppks.list', 'DIBERIKAN', :id, '[]', 1)"
)
_READ: Final = (
    (
        "SELECT count(*) FROM (SELECT p.id, p.kode_wilayah, k.kode FROM ppks p JOIN ppks_kategori k"
        " ON k.ppks_id = p.id WHERE p.kode_wilayah LIKE '64.02%' ORDER BY p.diubah_pada, p.id LIMIT 50) x"
    ),
    "SELECT count(*) FROM audit WHERE subjek = 'R-00007'",
    "SELECT count(*) FROM grant_versi",
)
_WRITE: Final = (
    "INSERT INTO audit (entri_id, pada, peristiwa, hasil, atribut, jumlah)"
    f" VALUES ('{{}}', '{_MOMENT}', 'ppks.list', 'DIBERIKAN', '[]', 0)"
)


def go_back(url: str, records: int = MANY) -> None:
    """Make a fresh store one of the earlier version, with as many records and entries of the log."""
    downgrade(url, BEFORE)
    rows = [
        {"id": f"R-{number:05}", "sidik": b"x", "pada": f"2026-01-01 00:00:{number % 60:02}.000000"}
        for number in range(records)
    ]
    if sync_url(url).get_backend_name() == "postgresql":
        rows = [row | {"pada": f"{row['pada']}+00:00"} for row in rows]
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (_RECORD, _CATEGORY, _ENTRY):
            connection.execute(sa.text(statement), rows)


def numbering_is_right(url: str, records: int = MANY) -> bool:
    """Whether each record has its number, in the order of the last changes."""
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        columns = (PPKS.c.nomor, PPKS.c.diubah_pada, PPKS.c.id)
        rows = connection.execute(sa.select(*columns).order_by(PPKS.c.nomor)).all()
        last = connection.scalar(sa.text("SELECT terakhir FROM umpan"))
    in_order = [row[1:] for row in rows] == sorted(row[1:] for row in rows)
    return [row[0] for row in rows] == list(range(1, records + 1)) and in_order and last == records


class Users:
    """A reader that no lock may hold up, and a writer of the log as instances have it."""

    def __init__(self, url: str) -> None:
        self._url = sync_url(url)
        self.reads = self.writes = 0
        self.slowest = 0.0
        self.faults: list[BaseException] = []
        self._over = threading.Event()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """They are at work during the block."""
        threads = [
            threading.Thread(target=self._go_on, args=(work,)) for work in (self._read, self._write)
        ]
        for thread in threads:
            thread.start()
        try:
            self._wait_until(lambda: self.reads > 0 and self.writes > 0)
            yield
            reads, writes = self.reads, self.writes
            self._wait_until(lambda: self.reads > reads and self.writes > writes)
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        assert self.faults == []

    def _wait_until(self, done: Callable[[], bool]) -> None:
        while not (done() or self.faults):
            time.sleep(0.01)

    def _go_on(self, work: Callable[[Any], None]) -> None:
        try:
            connection = self._connect(waits=work == self._write)
            while not self._over.is_set():
                began = time.monotonic()
                work(connection)
                self.slowest = max(self.slowest, time.monotonic() - began)
                time.sleep(0.002)
            connection.close()
        except BaseException as error:  # noqa: BLE001 - told where the test looks
            self.faults.append(error)

    def _connect(self, *, waits: bool) -> Any:
        if self._url.get_backend_name() == "sqlite":
            # A reader waits for nobody at all; a writer waits its turn, as instances do.
            return sqlite3.connect(self._url.database, timeout=5 * waits, isolation_level=None)
        text = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(text, autocommit=True, options=f"-c lock_timeout={_NO_LONGER}")

    def _read(self, connection: Any) -> None:
        for statement in _READ:
            connection.execute(statement).fetchone()
        self.reads += 1

    def _write(self, connection: Any) -> None:
        connection.execute(_WRITE.format(f"baru-{self.writes}"))
        self.writes += 1
