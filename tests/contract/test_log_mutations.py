"""Whoever has the store in hand changes the log: `verify-store` tells it, and where."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.tree.merkle import leaf_hash
from gateway.domain.tree.tiles import Edge
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT, AUDIT_UBIN
from gateway.infra.sealing.rows import begin, write_tiles
from tests.contract.logbook import ORIGIN, Logbook

ENTRIES = 600


@pytest.fixture
def logbook(database_url, tmp_path):
    made = Logbook(database_url, tmp_path / "checkpoint")
    for count in (1, 255, 44, 300):
        made.sealed(count)
    yield made
    made.close()


def said(logbook, *kept):
    found, _ = logbook.another().verify(kept)
    return [str(each) for each in found]


def test_a_sound_log_is_found_sound(logbook):
    found, checked = logbook.another().verify(logbook.notes())
    assert found == []
    assert (checked.entri, checked.dimusnahkan, checked.checkpoint) == (ENTRIES, 0, 4)


def swap(one: int, two: int) -> str:
    return (
        f"UPDATE audit SET jumlah = CASE nomor WHEN {one} THEN 7 ELSE jumlah END,"
        f" request_id = CASE nomor WHEN {one} THEN 'b' WHEN {two} THEN 'a' END"
        f" WHERE nomor IN ({one}, {two})"
    )


DEEDS: dict[str, tuple[str, str]] = {
    "changed": ("UPDATE audit SET jumlah = 0 WHERE nomor = 101", "entry 100: what it says"),
    "changed time": ("UPDATE audit SET pada = '2020-01-01 00:00:00.000000' WHERE nomor = 1", "entry 0: what"),
    "another person": ("UPDATE audit SET subjek = 'x' WHERE nomor = 2", "entry 1: what"),
    "dropped": ("DELETE FROM audit WHERE nomor = 101", "entry 100: it is gone"),
    "dropped and forgotten": (
        "UPDATE audit_rentang SET jumlah = jumlah - 1",
        "the log knows no rows for its leaves from 599",
    ),
    "reordered": (swap(11, 12), "entry 10: what it says"),
    "tree": ("UPDATE audit_ubin SET isi = substr(isi, 33) WHERE tingkat = 0 AND indeks = 2", "hole"),
    "checkpoint": ("UPDATE audit_checkpoint SET catatan = replace(catatan, '300', '301')", "checkpoint 300"),
    "checkpoint's time": (
        "UPDATE audit_checkpoint SET catatan = replace(catatan, 'time 2026', 'time 2027') WHERE ukuran = 1",
        "checkpoint 1 2026-11-21T03:00:01.000000Z: a signature is wrong",
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_found_and_named(logbook, deed):
    statement, expected = DEEDS[deed]
    logbook.do(statement)
    assert expected in said(logbook)[0]


def renumber(logbook: Logbook) -> None:
    """Two entries change places, and everything else stays."""
    for change in ("nomor = -nomor", "nomor = 23 + nomor"):
        which = "nomor IN (11, 12)" if "-nomor" in change else "nomor < 0"
        logbook.do(f"UPDATE audit SET {change} WHERE {which}")


def add(logbook: Logbook) -> None:
    """An entry is put in between: everything behind it moves up."""
    for change in ("nomor = -nomor - 1", "nomor = -nomor"):
        logbook.do(f"UPDATE audit SET {change} WHERE nomor > 50 OR nomor < 0")
    logbook.do(
        "INSERT INTO audit (nomor, entri_id, pada, peristiwa, hasil, atribut, jumlah)"
        " SELECT 51, 'new', pada, peristiwa, hasil, atribut, jumlah FROM audit WHERE nomor = 50"
    )


@pytest.mark.parametrize(("deed", "first"), [(renumber, 10), (add, 50)])
def test_entries_that_move_are_found_at_the_first_one(
    logbook, deed: Callable[[Logbook], None], first
):
    deed(logbook)
    assert said(logbook)[0].startswith(f"entry {first}: what")


def test_an_entry_that_is_dated_back_is_sealed_and_found(logbook):
    logbook.sealed(2, pada=logbook.clock() - timedelta(hours=1))
    assert said(logbook) == [
        f"entry {ENTRIES + step}: back-dated: it was sealed later than it says" for step in (0, 1)
    ]


def test_an_entry_of_tomorrow_is_found(logbook):
    logbook.sealed(1, pada=logbook.clock() + timedelta(days=1))
    assert said(logbook)[0].startswith(f"entry {ENTRIES}: post-dated")


def test_instances_whose_clocks_differ_by_minutes_are_believed(logbook):
    logbook.sealed(1, pada=logbook.clock() - timedelta(minutes=4))
    logbook.sealed(1, pada=logbook.clock() + timedelta(minutes=4))
    assert said(logbook) == []


def written_anew(logbook: Logbook, entries: int) -> None:
    """The operator's own forgery: rows, tree and signatures made anew with the log's own key."""
    with logbook.engine.begin() as connection:
        for table in ("audit_rentang", "audit_ubin", "audit_checkpoint", "audit_kepala"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql(f"DELETE FROM audit WHERE nomor > {entries}")
        begin(connection, ORIGIN)
    fork = Logbook(logbook.url)
    fork.clock.now = logbook.clock()
    fork.sealer.seal_all()
    fork.close()


@pytest.mark.parametrize(
    ("entries", "found"), [(ENTRIES, "not of this tree"), (400, "rolled back")]
)
def test_a_fork_and_a_truncation_are_found_by_a_checkpoint_that_somebody_kept(
    logbook, entries, found
):
    kept = logbook.notes()
    if entries == ENTRIES:
        logbook.do("UPDATE audit SET jumlah = 0 WHERE nomor = 101")
    written_anew(logbook, entries)
    assert found in said(logbook)[0]
    logbook.kept.path.unlink()
    assert said(logbook) == []
    assert found in said(logbook, kept[-1])[0]
    assert said(logbook, kept[0]) == []


def test_a_tree_that_was_written_anew_does_not_have_the_signed_roots(logbook):
    logbook.do("UPDATE audit SET jumlah = 0 WHERE nomor = 101")
    edge = Edge(0, {})
    tiles = edge.grow([leaf_hash(leaf) for leaf in logbook.leaves()])
    with logbook.engine.begin() as connection:
        connection.execute(sa.delete(AUDIT_UBIN))
        write_tiles(connection, tiles)
        connection.execute(sa.text("UPDATE audit_kepala SET akar = :akar"), {"akar": edge.root()})
        connection.execute(sa.delete(AUDIT_CHECKPOINT).where(AUDIT_CHECKPOINT.c.ukuran == ENTRIES))
    logbook.kept.path.unlink()
    assert any("checkpoint 300" in each and "another root" in each for each in said(logbook))


def test_a_checkpoint_of_another_key_is_found(logbook, database_url, tmp_path):
    logbook.do("DELETE FROM audit_kunci")
    shutil.copy(logbook.kept.path, tmp_path / "kept")
    assert "not signed by a key of the log" in said(logbook)[0]


def test_what_is_unsealed_is_no_finding(logbook):
    logbook.write(3)
    assert said(logbook) == []
    assert json.loads(logbook.leaves()[-1])["v"] == 1
