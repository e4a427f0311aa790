"""All that writes persons' records, made together: they take turns, and merge by the same rules."""

from datetime import timedelta

from gateway.domain.merging.rules import AturanGabung
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.records.importing import SqlImports
from gateway.infra.db.records.person_keeper import PersonKeeper
from gateway.infra.db.records.pushing import SqlPush
from gateway.infra.db.records.record_keeping import SqlRecordKeeping
from gateway.infra.db.records.reviews import SqlReviews
from gateway.infra.db.records.sides import Sides
from gateway.kit.clock import Clock


class RecordStores:
    """The stores of one process."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Clock,
        *,
        keep_past_days: int = 90,
        rules: AturanGabung | None = None,
    ) -> None:
        """`keep_past_days`: how long the change feed's cursors shall hold.

        `rules`: whose word counts where several sources tell of one person; None = the shipped.
        """
        self.imports = SqlImports(
            database, keyring, clock, keep_past_days=keep_past_days, rules=rules
        )
        turns, merged = self.imports.turns, self.imports.merged
        keeper = PersonKeeper(keyring, merged, timedelta(days=keep_past_days))
        sides = Sides(merged)
        self.pushes = SqlPush(database, turns, self.imports.writer, keyring, clock)
        self.reviews = SqlReviews(database, turns, keeper, sides, clock)
        self.keeping = SqlRecordKeeping(database, turns, keeper, sides, keyring, clock)
