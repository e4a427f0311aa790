"""How fast rows are sealed, proved in the store, and exported."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from bench.audit_groups import audit_entry
from bench.result import Cell, Scale, Table
from bench.stores import Stores
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import open_thread_engine
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.looking import keys
from gateway.infra.sealing.sealer import Sealer
from gateway.kit.clock import system_clock

_BATCH = 1000


def store_table(opened: Sequence[Stores], scale: Scale) -> Table:
    """Each store with as many rows."""
    return Table(
        title=f"The log of {scale.rows:,} entries",
        columns=("store", "sealed/s", "proved in the store/s", "exported/s", "bundle MB"),
        rows=tuple(_row(stores, scale.rows) for stores in opened),
        note="Once each, one after the other, with nothing else at work in the store.",
    )


def _row(stores: Stores, rows: int) -> tuple[Cell, ...]:
    with stores.fresh() as url, tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        engine = open_thread_engine(url)
        _fill(engine, rows)
        sealer = _sealer(engine)
        path = Path(folder) / "bundle.zip"
        sealed = _rate(rows, sealer.seal_all)
        proved = _rate(rows, lambda: _sound(sealer))
        exported = _rate(rows, lambda: sealer.export(path, Wanted()))
        engine.dispose()
        return stores.name, sealed, proved, exported, path.stat().st_size / 1_000_000


def exported_log(url: str, rows: int, path: Path) -> str:
    """Fill a store, seal it, export all of it; answers the log's key as text."""
    engine = open_thread_engine(url)
    _fill(engine, rows)
    sealer = _sealer(engine)
    sealer.seal_all()
    sealer.export(path, Wanted())
    [key] = sealer.reading(keys)
    engine.dispose()
    return key.vkey


def _sealer(engine: sa.Engine) -> Sealer:
    keyring = Keyring({"bench": b"b" * 32}, b"b" * 32)
    return Sealer(engine, keyring, system_clock, "bench/audit")


def _sound(sealer: Sealer) -> None:
    found, _ = sealer.verify()
    assert not found, found[:3]


def _rate(rows: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return rows / (time.perf_counter() - began)


def _fill(engine: sa.Engine, rows: int) -> None:
    with engine.begin() as connection:
        for at in range(0, rows, _BATCH):
            entries = [audit_entry() for _ in range(min(_BATCH, rows - at))]
            connection.execute(sa.insert(AUDIT), [msgspec.structs.asdict(each) for each in entries])
