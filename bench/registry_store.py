"""Stores that hold so many records, filled once by the gateway's own writer and then copied."""

import asyncio
import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from alembic.script import ScriptDirectory

from bench.exporting import KEYRING
from bench.registry_people import record
from bench.stores import Stores
from gateway.application.records.import_file import BATCH
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.records.importing import SqlImports
from gateway.infra.db.upgrading.migrate import alembic_config
from gateway.kit.clock import system_clock
from gateway.kit.many_rows import many_rows
from tests.fixtures.project import ROOT

KEPT: Final = ROOT / "var" / "bench" / "registry"


def kept_folder() -> Path:
    """Where filled stores lie; `make clean` removes it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


@contextlib.contextmanager
def filled(stores: Stores, count: int) -> Iterator[str]:
    """The URL of a store with so many records, a copy; other migrations make other stores."""
    revision = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with stores.copied(f"registri_{revision}_{count}", partial(fill, count=count)) as url:
        yield url


def fill(url: str, count: int) -> None:
    """Write the records as an import does, some in each transaction."""
    asyncio.run(_fill(url, count))


async def _fill(url: str, count: int) -> None:
    database = Database(open_engine(url))
    imports = SqlImports(database, KEYRING, system_clock)
    try:
        with many_rows():
            for start in range(0, count, BATCH):
                some = map(record, range(start, min(start + BATCH, count)))
                await imports.save(list(some), dry_run=False)
    finally:
        await database.close()
