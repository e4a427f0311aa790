"""Whoever has the store in hand while the gateway runs, and while it destroys what is old."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.audit_retention import KelasEntri
from gateway.infra.db.tables import METADATA
from gateway.infra.sealing.rows import LogBroken
from tests.contract.logbook import Logbook
from tests.contract.shelf import START

TABLES = ("audit", "audit_kepala", "audit_rentang", "audit_ubin", "audit_checkpoint")


@pytest.fixture
def logbook(database_url, tmp_path):
    made = Logbook(database_url, tmp_path / "checkpoint")
    made.sealed(3)
    yield made
    made.close()


def copied(logbook):
    with logbook.engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(sa.select(METADATA.tables[name])).mappings()]
            for name in TABLES
        }  # fmt: skip


def restored(logbook, copy):
    with logbook.engine.begin() as connection:
        for name, rows in copy.items():
            connection.execute(sa.delete(METADATA.tables[name]))
            if rows:
                connection.execute(sa.insert(METADATA.tables[name]), rows)


def test_a_store_that_is_rolled_back_under_a_running_gateway_is_not_added_to(logbook):
    copy = copied(logbook)
    logbook.sealed(2)
    restored(logbook, copy)
    logbook.write(2)
    for _ in range(2):
        with pytest.raises(LogBroken, match="5 entries, the store 3"):
            logbook.sealer.seal()
    assert logbook.size() == 3


@pytest.mark.parametrize("more", [0, 1])
def test_a_log_that_was_written_anew_under_a_running_gateway_is_not_added_to(logbook, more):
    copy = copied(logbook)
    logbook.sealed(2)
    restored(logbook, copy)
    logbook.kept.path.unlink()
    logbook.write(2 + more)
    assert logbook.another().seal() == 2 + more
    logbook.write(1)
    with pytest.raises(LogBroken, match="forked or changed"):
        logbook.sealer.seal()


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("DELETE FROM audit_kepala", "head of the log is gone"),
        ("UPDATE audit_kepala SET ukuran = 9", "hole"),
        ("UPDATE audit SET rincian = '{' WHERE nomor = 4", "row 4 of the audit table is no entry"),
    ],
)
def test_the_operator_is_told_why_nothing_is_sealed_any_more(logbook, deed, said):
    logbook.write(1)
    logbook.do(deed)
    with pytest.raises(LogBroken, match=said):
        logbook.sealer.seal()


def test_a_log_that_is_gone_is_neither_sound_nor_begun_again(logbook):
    [note] = logbook.notes()
    restored(logbook, dict.fromkeys(TABLES, ()))
    gone = "the log is gone, of which a checkpoint"
    assert gone in str(logbook.another().verify()[0][0])
    with pytest.raises(LogBroken, match=gone):
        logbook.another().seal()
    logbook.kept.path.unlink()
    assert gone in str(logbook.another().verify([note])[0][0])
    assert logbook.another().verify()[0] == []


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit SET pada = '1990-01-01 00:00:00.000000' WHERE nomor = 3",
        "UPDATE audit SET pada = '1990-01-01 00:00:00.000000', rincian = '{' WHERE nomor = 3",
    ],
)
def test_an_entry_that_was_made_to_look_old_is_not_destroyed_with_the_old_ones(logbook, deed):
    logbook.sealed(1)
    logbook.do(deed)
    size = logbook.size()
    with pytest.raises(LogBroken, match="entry 2: what it says is not what was sealed"):
        logbook.sealer.destroy(KelasEntri.PENYINGKAPAN, START - timedelta(days=1), oleh="CONTOH B")
    with logbook.engine.connect() as connection:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(METADATA.tables["audit"]))
    assert (logbook.size(), rows) == (size, 4)


def test_an_act_of_destruction_that_was_made_a_refusal_is_not_destroyed(logbook):
    logbook.sealed(1)
    late = START + timedelta(days=1)
    assert logbook.sealer.destroy(KelasEntri.PENYINGKAPAN, late, oleh="CONTOH B") == 4
    logbook.sealed(1)
    logbook.do("UPDATE audit SET hasil = 'ditolak' WHERE peristiwa = 'admin.audit.musnah'")
    with pytest.raises(LogBroken, match="not what was sealed"):
        logbook.sealer.destroy(KelasEntri.PENOLAKAN, late, oleh="CONTOH B")
