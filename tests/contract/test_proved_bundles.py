"""What the gateway exports is proved by both verifiers, wherever it begins and ends."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.audit_bundle import verify
from gateway.audit_bundle.archives import prove_all
from gateway.audit_bundle.findings import Finding, Unreadable
from gateway.audit_bundle.notes import read_checkpoint, read_key
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.rows import begin
from gateway.infra.sealing.signing import all_keys
from tests.contract.logbook import ORIGIN, Logbook
from tests.contract.proved_log import HOUR, Evidence, by_package, members_of, packed
from tests.contract.shelf import START


@pytest.fixture
def logbook(database_url):
    made = Logbook(database_url)
    yield made
    made.close()


def trusted(logbook):
    """The first key that the log ever had."""
    return [logbook.sealer.reading(all_keys)[0].vkey()]


def exported(logbook, tmp_path, **wanted):
    path = tmp_path / "bundle.zip"
    logbook.another().export(path, Wanted(**wanted))
    return path


def test_a_log_with_all_that_there_can_be_is_proved(evidence: Evidence, judges, tmp_path):
    assert judges.of(evidence.whole, evidence.trusted) == ""
    proved = by_package(packed(tmp_path / "x.zip", evidence.whole), evidence.trusted)
    assert (proved.first, proved.end, proved.dimusnahkan, proved.checkpoint) == (0, 32, 4, 12)
    assert (proved.disaksikan, proved.stempel.jumlah, proved.bukti_tak_dipakai) == (1, 0, 0)
    assert judges.of(evidence.part, evidence.trusted) == ""
    assert judges.of(evidence.late, evidence.trusted, evidence.early) == ""


def test_the_script_in_a_bundle_proves_it_with_nothing_of_the_gateway(evidence: Evidence, tmp_path):
    script = Path(verify.__file__).read_bytes()
    assert evidence.whole["verify.py"] == script
    (tmp_path / "verify.py").write_bytes(script)
    (tmp_path / "keys").write_text("# of the log\n\n" + evidence.trusted[0])
    packed(tmp_path / "bundle.zip", evidence.whole)
    packed(tmp_path / "bent.zip", evidence.whole | {"leaves.bin": b""})
    # In its isolated mode Python does not see this folder, nor where the gateway lies.
    command = [sys.executable, "-I", "verify.py", "bundle.zip", "--key", "keys"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.startswith(f"sound: {ORIGIN}, entries 0 to 32")
    kept = done.stdout.partition("to be kept:\n\n")[2]
    assert read_checkpoint(kept).size == 32
    command[3] = "bent.zip"
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "leaves 0 to 2: hashes are missing\n")


def test_every_period_of_a_log_is_proved_from_every_checkpoint(logbook, judges, tmp_path):
    for hour, count in enumerate((1, 7, 33, 2)):
        logbook.clock.now = START + hour * HOUR
        logbook.sealed(count)
        logbook.clock.advance(timedelta(minutes=10))
        logbook.sealed(1)
        if hour % 2:
            logbook.clock.advance(timedelta(minutes=10))
            logbook.sealer.rotate(oleh="CONTOH A", lost=False)
    keys, notes = trusted(logbook), logbook.notes()
    for first in range(4):
        for last in range(first, 4):
            sejak, sampai = START + first * HOUR, START + last * HOUR + timedelta(minutes=2)
            kept = notes[1:2]
            path = exported(logbook, tmp_path, sejak=sejak, sampai=sampai, kept=tuple(kept))
            assert judges.of_file(path, keys, *kept) == ""


def test_what_was_dated_back_before_it_was_sealed_is_found(logbook, judges, tmp_path):
    logbook.sealed(3)
    logbook.clock.advance(HOUR)
    logbook.sealed(2)
    logbook.sealed(2, pada=logbook.clock() - timedelta(minutes=30))
    path = exported(logbook, tmp_path)
    assert judges.of_file(path, trusted(logbook)) == "entry 5: back-dated"


def test_what_is_dated_ahead_is_found(logbook, judges, tmp_path):
    logbook.sealed(3)
    logbook.sealed(1, pada=logbook.clock() + timedelta(days=1))
    path = exported(logbook, tmp_path)
    assert judges.of_file(path, trusted(logbook)) == "entry 3: post-dated"


@pytest.mark.parametrize("more", [0, 5])
def test_a_second_history_is_found_by_who_kept_a_state_of_the_first(
    logbook, judges, tmp_path, more
):
    """The operator writes the log anew, with its own key; with `more` it is longer than before."""
    logbook.sealed(4)
    logbook.sealed(4)
    kept, keys = logbook.notes()[-1], trusted(logbook)
    with logbook.engine.begin() as connection:
        for table in ("audit_rentang", "audit_ubin", "audit_checkpoint", "audit_kepala"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("DELETE FROM audit WHERE nomor > 6")
        begin(connection, ORIGIN)
    logbook.another().seal_all()
    if more:
        logbook.sealer = logbook.another()
        logbook.clock.advance(HOUR)
        logbook.sealed(more)
    path = exported(logbook, tmp_path)
    assert judges.of_file(path, keys) == ""
    size, time = kept.split("\n")[1], kept.split("\n")[3].removeprefix("time ")
    assert judges.of_file(path, keys, kept) == f"fork or truncation: checkpoint {size} {time}"


@pytest.fixture
def archive(logbook, tmp_path):
    """Three months, each a file; a rotation in the second."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for month, count in ((12, 3), (1, 4), (2, 2), (3, 1)):
        year = START.year + (month < 11)
        logbook.clock.now = START.replace(year=year, month=month, day=1, hour=0, minute=30)
        logbook.sealed(count)
        logbook.clock.advance(timedelta(days=9))
        logbook.sealed(count)
        if month == 1:
            logbook.sealer.rotate(oleh="CONTOH A", lost=False)
    assert len(logbook.another().archive(folder)) == 3
    return folder


def verdicts(folder, keys, *kept):
    found = prove_all(folder, [*map(read_key, keys)], [*map(read_checkpoint, kept)])
    return [
        (part.berkas, part.hasil.nama if isinstance(part.hasil, Finding) else "") for part in found
    ]


MONTHS = ["audit-2026-12.zip", "audit-2027-01.zip", "audit-2027-02.zip"]


def test_an_archive_is_proved_from_part_to_part(logbook, archive, judges):
    keys, notes = trusted(logbook), logbook.notes()
    assert verdicts(archive, keys, *notes) == [(name, "") for name in MONTHS]
    for name in MONTHS:
        assert judges.of_file(archive / name, keys) == ""


def test_an_archive_with_a_part_missing_or_of_another_log_is_found(logbook, archive, tmp_path):
    keys = trusted(logbook)
    gone = archive / MONTHS[1]
    kept = gone.read_bytes()
    gone.unlink()
    *_, (name, found) = verdicts(archive, keys)
    assert (name, found.startswith("leaves ")) == (MONTHS[2], True)
    gone.write_bytes(kept[:-1000])
    with pytest.raises(Unreadable, match=r"audit-2027-01\.zip"):
        verdicts(archive, keys)
    packed(gone, members_of_bent(kept, tmp_path))
    *_, (name, found) = verdicts(archive, keys)
    assert (name, found.split(" ")[0]) == (MONTHS[1], "entry")


def members_of_bent(told, tmp_path):
    path = tmp_path / "part.zip"
    path.write_bytes(told)
    members = members_of(path)
    return members | {
        "entries.ndjson": members["entries.ndjson"].replace(b'"jumlah":1', b'"jumlah":9')
    }
