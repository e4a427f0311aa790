"""Everything that the store holds for agreements and their reports, opened together."""

from gateway.infra.crypto import Keyring
from gateway.infra.db.agreements.agreements import SqlAgreements
from gateway.infra.db.agreements.balikan import SqlBalikan
from gateway.infra.db.agreements.usage import SqlUsage
from gateway.infra.db.engine import Database
from gateway.infra.db.records.stored_niks import SqlStoredNiks
from gateway.kit.clock import Clock


class AgreementStores:
    """The ports of agreements on one database."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self.agreements = SqlAgreements(database, clock)
        self.usage = SqlUsage(database)
        self.balikan = SqlBalikan(database)
        self.niks = SqlStoredNiks(database, keyring)
