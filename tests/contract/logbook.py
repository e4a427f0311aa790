"""A sealed log over a store of each engine, its entries, and what an outsider makes of it."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.infra.crypto import Keyring
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT, AUDIT_KEPALA
from gateway.infra.db.engine import open_thread_engine
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.kept_checkpoint import KeptCheckpoint
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.sealer import Sealer
from gateway.kit.clock import ManualClock
from gateway.kit.ids import new_id
from tests.contract.shelf import KEYRING, START
from tests.domain.tree.reference import mth

ORIGIN = "contoh.example/audit"


class Logbook:
    """The log of one store, with a clock that a test moves."""

    def __init__(self, url: str, kept: Path | None = None, keyring: Keyring = KEYRING) -> None:
        self.url = url
        self.clock = ManualClock(START)
        self.engine = open_thread_engine(url)
        self.keyring = keyring
        self.kept = None if kept is None else KeptCheckpoint(kept)
        self.sealer = self.another()

    def another(self, keyring: Keyring | None = None) -> Sealer:
        """Another instance's sealer, or this one's after a restart."""
        return Sealer(self.engine, keyring or self.keyring, self.clock, ORIGIN, self.kept)

    def write(self, count: int = 1, pada: datetime | None = None, **more: object) -> None:
        """Rows as requests leave them behind."""
        usual = {"peristiwa": "penduduk.lookup", "hasil": HasilAudit.DIBERIKAN, "jumlah": 1}
        with self.engine.begin() as connection:
            for number in range(count):
                step = timedelta(microseconds=number)
                entry = EntriAudit(
                    **{"entri_id": new_id(), "pada": (pada or self.clock()) + step} | usual | more
                )
                connection.execute(sa.insert(AUDIT).values(msgspec.structs.asdict(entry)))

    def sealed(self, count: int = 1, **more: object) -> None:
        """Rows that are sealed, a second later."""
        self.write(count, **more)
        self.clock.advance(timedelta(seconds=1))
        self.sealer.seal_all()

    def notes(self) -> list[str]:
        """The checkpoints by time."""
        query = sa.select(AUDIT_CHECKPOINT.c.catatan).order_by(AUDIT_CHECKPOINT.c.pada)
        with self.engine.connect() as connection:
            return list(connection.scalars(query))

    def size(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(AUDIT_KEPALA.c.ukuran)) or 0

    def leaves(self) -> list[bytes]:
        """The leaf bytes of the rows by number."""
        made = Leaves(self.engine.dialect.name, self.keyring.salt)
        with self.engine.connect() as connection:
            return [made.leaf(row) for row in connection.execute(made.query)]

    def root_of_rows(self) -> bytes:
        """The root by the reference, of all rows in their order."""
        return mth([sha256(b"\0" + leaf).digest() for leaf in self.leaves()])

    def do(self, statement: str) -> None:
        """What somebody with the store in hand may do."""
        with self.engine.begin() as connection:
            assert connection.exec_driver_sql(statement).rowcount

    def close(self) -> None:
        self.engine.dispose()
