"""The measures of the sealed log run, here on very little; what they measured is no matter."""

import json
import os
import subprocess
import sys

from bench.proving import WAYS as VERIFIERS
from bench.result import Scale
from bench.sealed_offline import offline_table
from bench.sealed_places import WAYS
from bench.sealed_proofs import proofs_table
from bench.sealed_store import store_table
from bench.stores import SqliteStores
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import open_thread_engine
from gateway.infra.sealing.sealer import Sealer
from gateway.kit.clock import system_clock
from tests.fixtures.project import ROOT


def test_proofs_hold_at_every_size_and_grow_slowly():
    table = proofs_table()
    sizes = [row[0] for row in table.rows]
    hashes = [row[4] for row in table.rows]
    assert sizes == [10_000, 100_000, 1_000_000, 10_000_000]
    assert hashes == [14, 17, 20, 24]
    assert max(row[1] for row in table.rows) <= 6


def test_a_store_is_sealed_proved_and_exported():
    [row] = store_table([SqliteStores()], Scale(rows=600, rounds=1)).rows
    assert row[0] == "SQLite"
    assert min(row[1:]) > 0


def test_a_bundle_is_proved_offline_by_both_verifiers():
    rows = offline_table(Scale(rows=60, rounds=1)).rows
    assert [row[:2] for row in rows] == [(n, way) for n in (60, 600) for way in VERIFIERS]
    assert all(min(row[2:]) > 0 for row in rows)


def test_every_way_to_give_places_writes_entries(postgres_url):
    keyring = Keyring({"bench": b"b" * 32}, b"b" * 32)
    engine = open_thread_engine(postgres_url)
    Sealer(engine, keyring, system_clock, "bench/audit").check()
    engine.dispose()
    for way in WAYS:
        command = [sys.executable, "-m", "bench.sealed_places", way, postgres_url, "0.2"]
        environ = {"PATH": os.environ["PATH"]}
        told = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environ)
        assert json.loads(told.stdout)["entries"] > 0
