"""All tables of the store: what the migrations must make."""

from typing import Final

import sqlalchemy as sa

from gateway.infra.db import (
    agreement_tables,
    export_tables,
    person_tables,
    sealed_tables,
    subject_tables,
    subscriber_tables,
    sync_tables,
    tables,
)

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
