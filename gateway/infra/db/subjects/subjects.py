"""All that the store has about data subjects, opened together."""

from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.subjects.log import SqlSubjectLog
from gateway.infra.db.subjects.requests import SqlSubjectRequests
from gateway.infra.db.subjects.restrictions import SqlRestrictions
from gateway.kit.clock import Clock


class Subjects:
    """One process's way to what persons ask, who is held back, and who looked at whom."""

    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, *, remember: float
    ) -> None:
        """`remember`: seconds for which a lookup may go by who was held back then."""
        self.restrictions = SqlRestrictions(database, keyring, remember=remember)
        self.requests = SqlSubjectRequests(database, clock, self.restrictions.forget)
        self.log = SqlSubjectLog(database)

    async def close(self) -> None:
        """Break off what is being read beside."""
        await self.restrictions.close()
