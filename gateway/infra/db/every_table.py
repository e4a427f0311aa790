"""All tables of the store: what the migrations must make."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db import subject_tables, tables
from gateway.infra.db.agreements import tables as agreement_tables
from gateway.infra.db.audit import sealed_tables
from gateway.infra.db.exports import tables as export_tables
from gateway.infra.db.records import person_tables
from gateway.infra.db.subscribers import tables as subscriber_tables
from gateway.infra.db.sync import tables as sync_tables

METADATA: Final[sa.MetaData] = tables.METADATA
MODULES: Final = (
    tables,
    agreement_tables,
    export_tables,
    person_tables,
    sealed_tables,
    subject_tables,
    subscriber_tables,
    sync_tables,
)
"""Loading a module enters its tables."""
