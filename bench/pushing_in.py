"""Pushes records, or inserts the rows that they become: `python -m bench.pushing_in WAY URL N`.

A process of its own for every run. Prints records, seconds, and the greatest memory use as JSON.
"""

import asyncio
import hmac
import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
import sqlalchemy as sa

from bench.peak import peak_mib
from bench.taking_in import Run
from gateway.api.v1.batch_body import NdjsonRecords
from gateway.application.caller.caller import Caller
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.push_records import PushRecords
from gateway.domain.audit import EntriAudit
from gateway.domain.grant import Grant, JenisGrant, Scope, StatusGrant
from gateway.domain.grant_types import ATURAN
from gateway.domain.taxonomy import PPKS_26
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.records.record_stores import RecordStores
from gateway.infra.db.tables import PPKS
from gateway.kit.clock import system_clock
from gateway.kit.many_rows import many_rows

_BATCH: Final = 10_000
_PIECE: Final = 65_536
_ROOT: Final = Path(__file__).parents[1]
_COLUMNS: Final = tuple(column.name for column in PPKS.columns)


class NoAudit:
    """An audit log for one row a batch, which no measure would see."""

    async def record(self, entry: EntriAudit) -> None:
        """Nothing is kept."""


def run(way: str, url: str, count: int) -> Run:
    """Run one way once, in a process of its own."""
    command = [sys.executable, "-m", "bench.pushing_in", way, url, str(count)]
    done = subprocess.run(command, check=True, cwd=_ROOT, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Run)


def bodies(count: int) -> list[bytes]:
    """The batches as NDJSON; every person is another one."""
    made = [msgspec.json.encode(_record(number)) for number in range(count)]
    return [b"\n".join(made[start : start + _BATCH]) for start in range(0, count, _BATCH)]


def _record(number: int) -> dict[str, Any]:
    born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=number % 25_000)
    return {
        "id_sumber": f"R-{number:07}",
        "urutan": 1,
        "nik": f"99{number // 9000:04}{born:%d%m%y}{number % 9000 + 1:04}",
        "no_kk": f"99{number // 4:014}",
        "nama_lengkap": f"CONTOH WARGA KE {number}",
        "tempat_lahir": "CONTOH KOTA",
        "tanggal_lahir": f"{born:%Y-%m-%d}",
        "jenis_kelamin": "LP"[number % 2],
        "pekerjaan": "NELAYAN",
        "alamat": {"jalan": f"JL. CONTOH {number % 300}", "rt": f"{number % 20:03}", "rw": "001"},
        "kode_wilayah": f"64.02.{number % 18 + 1:02}.1001",
        "kategori": [{"kode": PPKS_26[number % 26].kode}],
        "bantuan": [{"program": "pkh", "status": "MENERIMA"}],
        "diubah_pada": "2026-01-01T00:00:00Z",
    }


def caller() -> Caller:
    """Who may write everything."""
    now = system_clock()
    grant = Grant(
        grant_id="bench",
        versi=1,
        client_id="bench",
        jenis=JenisGrant.TULIS,
        scopes=frozenset((Scope.PPKS_WRITE,)),
        atribut=ATURAN[JenisGrant.TULIS].atribut,
        wilayah=frozenset("*"),
        kategori=frozenset("*"),
        tujuan="P-BENCH",
        dasar_hukum="-",
        nomor_pks="-",
        berlaku_dari=now - timedelta(days=1),
        berlaku_sampai=now + timedelta(days=1),
        status=StatusGrant.AKTIF,
        dibuat_oleh="bench",
    )
    return Caller(client_id="bench", grant=grant, scopes=grant.scopes, request_id="bench")


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]


async def _push(url: str, batches: Sequence[bytes]) -> None:
    database = Database(open_engine(url))
    keyring = Keyring({"bench": bytes(32)}, bytes(range(32)))
    stores = RecordStores(database, keyring, system_clock)
    digest = partial(hmac.new, bytes(32), digestmod="sha256")
    push = PushRecords(
        stores.pushes, NoAudit(), digest, ForgetPerson(None), system_clock, most=_BATCH
    )
    try:
        with many_rows():
            for number, body in enumerate(batches):
                reader = NdjsonRecords(system_clock)
                done = await push(caller(), f"bench-{number:04}", reader, _pieces(body))
                assert done.baru == done.jumlah, done
    finally:
        await database.close()


def dump(url: str, target: Path) -> None:
    """Keep the rows that were made, for the other way."""
    with sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:")).connect() as store:
        found = store.exec_driver_sql(f"SELECT {', '.join(_COLUMNS)} FROM ppks").all()
    target.write_bytes(pickle.dumps([tuple(row) for row in found]))


def _insert(url: str, rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(_COLUMNS)
    parts = [rows[start : start + 1000] for start in range(0, len(rows), 1000)]
    if sa.make_url(url).get_backend_name() == "sqlite":
        _insert_sqlite(url, f"INSERT INTO ppks ({names}) VALUES ({_marks('?')})", parts)
        return
    statement = f"INSERT INTO ppks ({names}) VALUES ({_marks('%s')})"
    with psycopg.connect(url) as connection:
        for part in parts:
            with connection.cursor() as cursor:
                cursor.executemany(statement, part)
            connection.commit()


def _insert_sqlite(url: str, statement: str, parts: Sequence[Sequence[tuple[Any, ...]]]) -> None:
    connection = sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)
    # As the gateway's own connections are set.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for part in parts:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, part)
        connection.execute("COMMIT")
    connection.close()


def _marks(mark: str) -> str:
    return ", ".join([mark] * len(_COLUMNS))


def main(arguments: list[str]) -> None:
    """Run one way once and say what it took. The way `raw:FILE` inserts the rows of a dump."""
    way, url, count = arguments
    kept = way.removeprefix("raw:")
    content: Any = pickle.loads(Path(kept).read_bytes()) if kept != way else bodies(int(count))
    started, worked = time.perf_counter(), time.process_time()
    if kept != way:
        _insert(url, content)
    else:
        asyncio.run(_push(url, content))
    seconds = time.perf_counter() - started
    done = int(count)
    told = Run(done, done, 0, seconds, time.process_time() - worked, peak_mib())
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main(sys.argv[1:])
