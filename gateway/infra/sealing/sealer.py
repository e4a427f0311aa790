"""Takes what is durable into the tree and signs it; whichever instance has the turn does it.

Nothing here is in a request's way: a row is sealed after it was committed, and a row that nobody
has sealed yet is found again, by any instance, whatever ended in between.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa

from gateway.domain.audit_leaf import MOMENT
from gateway.domain.audit_retention import KelasEntri
from gateway.domain.checkpoint import Rotation
from gateway.domain.tree.tiles import Edge
from gateway.infra.crypto import Keyring
from gateway.infra.db.admin_log import act_rows
from gateway.infra.db.engine import writing_thread
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.archive import archive
from gateway.infra.sealing.bundle import Bundle, Wanted, Written
from gateway.infra.sealing.check import State, check_grown, check_log, edge_of, newest_leaf
from gateway.infra.sealing.destruction import announce, check_unchanged, destroy, find_doomed
from gateway.infra.sealing.growth import append, grow, sign
from gateway.infra.sealing.kept_checkpoint import KeptCheckpoint
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.notes import SigningKey
from gateway.infra.sealing.rows import (
    Head,
    LogBroken,
    Signed,
    begin,
    last_signed,
    read_head,
    take_turn,
)
from gateway.infra.sealing.signing import LogKeys
from gateway.infra.sealing.unsealed import BATCH, Fresh, Unsealed
from gateway.infra.sealing.verify_store import Checked, Finding, StoreVerifier
from gateway.kit.clock import Clock

T = TypeVar("T")

_FRESH: Final = timedelta(seconds=60)
_ROTATION: Final = "audit.kunci"


class Sealer:
    """One process's hand at the log. Its methods block; they belong to one thread.

    They raise LogBroken where the log is not as it must be, and what the store raises.
    """

    def __init__(
        self,
        engine: sa.Engine,
        keyring: Keyring,
        clock: Clock,
        asal: str,
        kept: KeptCheckpoint | None = None,
    ) -> None:
        """`asal`: the log's origin, where it is not begun yet."""
        self._engine = engine
        self._clock = clock
        self._asal = asal
        self._kept = kept
        self._leaves = Leaves(engine.dialect.name, keyring.salt)
        self._unsealed = Unsealed(self._leaves)
        self._keys = LogKeys(keyring)
        self._edge: Edge | None = None
        self._reached: State | None = None
        """The log as it was here last: it only grows from there."""
        self._is_checked = False

    def check(self) -> None:
        """Begin the log where there is none, and hold it against itself."""
        self._begin()
        self.reading(self._read)

    def reading(self, question: Callable[[sa.Connection], T]) -> T:
        """What a question finds in one state of the store."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            return question(connection)

    def verify(self, others: Sequence[str] = ()) -> tuple[list[Finding], Checked]:
        """Prove the log as it lies in the store, and against notes that were kept outside."""

        def work(connection: sa.Connection) -> tuple[list[Finding], Checked]:
            verifier = StoreVerifier(connection, self._leaves, self._kept)
            return list(verifier.findings(others)), verifier.checked()

        return self.reading(work)

    def export(self, path: Path, wanted: Wanted) -> Written:
        """Write a part of the log as a bundle that proves itself."""
        return self.reading(
            lambda connection: Bundle(connection, self._leaves, wanted).write(path, self._clock())
        )

    def archive(self, folder: Path) -> list[tuple[Path, Written]]:
        """Write a bundle for each month that is over and has none in the folder."""
        return self.reading(
            lambda connection: list(archive(connection, self._leaves, folder, self._clock()))
        )

    def seal(self, *, signing: bool = True) -> int:
        """Seal one batch of what is durable; answers how many rows that were."""
        if not self._is_checked:
            self.check()
        with self._engine.connect() as connection:
            edge = self._known(connection)
            rows = self._unsealed.read(connection)
            last = last_signed(connection)
        is_signed = edge.size == (0 if last is None else last.ukuran)
        if not rows and (is_signed or not signing):
            return 0
        # Before the lock is taken, for which the rows of answers that wait would have to wait.
        growth = grow(edge, rows)
        is_due = signing and self._is_due(rows)
        with writing_thread(self._engine) as connection:
            if not take_turn(connection, wait=False) or self._has_moved(connection, edge):
                return 0
            append(connection, growth)
            made = self._sign(connection, growth.edge) if is_due else None
        self._go_on(growth.edge, rows, made)
        return len(rows)

    def seal_all(self, *, signing: bool = True) -> int:
        """Seal until nothing is left; answers how many rows that were."""
        total = 0
        while sealed := self.seal(signing=signing):
            total += sealed
        return total

    def rotate(self, *, oleh: str, lost: bool) -> str:
        """Change the log's key; answers the new vkey. `lost`: the one until now cannot sign."""
        self.seal_all(signing=not lost)
        with writing_thread(self._engine) as connection:
            take_turn(connection, wait=True)
            edge = self._read(connection)
            earlier = self._unsealed.read(connection)
            if len(earlier) >= BATCH:
                raise LogBroken("too much is waiting to be sealed; try again in a moment")
            now = self._clock()
            change, keys = self._change_key(connection, now, lost=lost)
            act = self._note(connection, change, oleh, now)
            growth = grow(edge, [*earlier, *act])
            append(connection, growth)
            made = sign(connection, growth.edge, now, keys, change)
        self._go_on(growth.edge, [*earlier, *act], made)
        return change.baru

    def destroy(self, kelas: KelasEntri, sebelum: datetime, *, oleh: str) -> int:
        """Destroy what entries of a class said before a moment; answers how many those were."""
        total = 0
        while True:
            self.seal_all()
            with writing_thread(self._engine) as connection:
                doomed = find_doomed(connection, kelas, sebelum)
                if not doomed.nomor:
                    return total
                check_unchanged(connection, self._leaves, doomed, kelas, sebelum)
                now = self._clock()
                announce(connection, doomed, kelas, sebelum, oleh=oleh, now=now)
            # Whoever finds the hashes alone must find the reason, whatever ends in between.
            self.seal_all()
            with writing_thread(self._engine) as connection:
                destroy(connection, doomed)
            total += len(doomed.nomor)

    def _known(self, connection: sa.Connection) -> Edge:
        if self._edge is None or self._has_moved(connection, self._edge):
            return self._read(connection)
        return self._edge

    def _begin(self) -> None:
        with writing_thread(self._engine) as connection:
            take_turn(connection, wait=True)
            if read_head(connection) is None:
                self._check_new()
                begin(connection, self._asal)
                self._keys.first(connection, self._asal, self._clock())

    def _check_new(self) -> None:
        if self._kept is not None and self._kept.read() is not None:
            raise LogBroken(
                f"the log is gone, of which a checkpoint is in {self._kept.path}: restore the store"
                " from a backup that has it, or move that file away to begin another log"
            )

    def _read(self, connection: sa.Connection) -> Edge:
        """What the store says of the log; at the first time, whether it agrees with itself."""
        head = self._head(connection)
        if not self._is_checked:
            check_log(connection, head, self._kept)
        if self._reached is not None:
            check_grown(connection, head, self._reached)
        edge = edge_of(connection, head)
        self._unsealed.begin_at(connection, newest_leaf(connection, self._leaves))
        self._edge, self._is_checked = edge, True
        self._reached = edge.size, edge.root()
        return edge

    def _head(self, connection: sa.Connection) -> Head:
        head = read_head(connection)
        if head is None:
            raise LogBroken("the head of the log is gone: restore the store from a backup")
        return head

    def _has_moved(self, connection: sa.Connection, edge: Edge) -> bool:
        head = self._head(connection)
        return (head.ukuran, head.akar) != (edge.size, edge.root())

    def _is_due(self, rows: Sequence[Fresh]) -> bool:
        """Not where much older rows wait behind these: they would seem to be dated back."""
        if len(rows) < BATCH:
            return True
        return rows[-1].pada >= (self._clock() - _FRESH).strftime(MOMENT)

    def _sign(self, connection: sa.Connection, edge: Edge) -> Signed:
        return sign(connection, edge, self._clock(), [self._keys.in_force(connection)])

    def _change_key(
        self, connection: sa.Connection, now: datetime, *, lost: bool
    ) -> tuple[Rotation, list[SigningKey]]:
        head = self._head(connection)
        old = self._keys.vkey_in_force(connection)
        keys = [] if lost else [self._keys.in_force(connection)]
        self._keys.retire(connection, old, now)
        keys.append(self._keys.first(connection, head.asal, now))
        return Rotation(lama=old, baru=keys[-1].public.vkey()), keys

    def _note(
        self, connection: sa.Connection, change: Rotation, oleh: str, now: datetime
    ) -> list[Fresh]:
        details = {"lama": change.lama, "baru": change.baru}
        for row in act_rows(
            pada=now, oleh=oleh, peristiwa=_ROTATION, objek=change.baru, rincian=details
        ):
            connection.execute(row)
        its_own = AUDIT.c.objek == change.baru
        newest = sa.select(sa.func.max(AUDIT.c.nomor)).where(its_own).scalar_subquery()
        return self._unsealed.read_those(connection, AUDIT.c.nomor == newest, 1)

    def _go_on(self, grown: Edge, rows: Sequence[Fresh], made: Signed | None) -> None:
        self._edge = grown if self._unsealed.sealed(rows) else None
        self._reached = grown.size, grown.root()
        if made is not None and self._kept is not None:
            self._kept.write(made.catatan)
