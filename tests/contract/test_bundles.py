"""A bundle holds what the specification says: read here with nothing but zipfile, json and hashes."""

import base64
import json
from datetime import timedelta
from hashlib import sha256
from zipfile import ZipFile

import pytest

from gateway.domain.tree.proofs import ConsistencyProof
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.proofs import find_leaf, inclusion_proof
from gateway.infra.sealing.rows import LogBroken
from tests.contract.logbook import ORIGIN, Logbook
from tests.contract.shelf import START
from tests.domain.tree.reference import mth

HOUR = timedelta(hours=1)


@pytest.fixture
def logbook(database_url):
    """Three hours with entries, a rotation in the second one."""
    made = Logbook(database_url)
    subjek = made.keyring.subject("9901014101900001")
    for hour, count in enumerate((3, 260, 40)):
        made.clock.now = START + hour * HOUR
        made.sealed(count, subjek=subjek)
        made.clock.advance(timedelta(minutes=10))
        made.sealed(2)
        if hour == 1:
            made.clock.advance(timedelta(minutes=10))
            made.sealer.rotate(oleh="CONTOH A", lost=False)
    yield made
    made.close()


class Read:
    """A bundle's members, taken apart."""

    def __init__(self, path) -> None:
        with ZipFile(path) as archive:
            self.names = archive.namelist()
            members = {name: archive.read(name) for name in self.names}
        self.manifest = json.loads(members["manifest.json"])
        self.first, self.end = self.manifest["first"], self.manifest["end"]
        self.entries = members["entries.ndjson"].splitlines()
        self.leaves = [
            members["leaves.bin"][at : at + 32] for at in range(0, len(members["leaves.bin"]), 32)
        ]
        self.notes = [
            json.loads(line)["note"] for line in members["checkpoints.ndjson"].splitlines()
        ]
        self.prefix = json.loads(members["prefix.json"])
        self.consistency = [json.loads(line) for line in members["consistency.ndjson"].splitlines()]
        self.openings = [
            json.loads(line) for line in members.get("openings.ndjson", b"").splitlines()
        ]
        self.destructions = [
            json.loads(line) for line in members["destructions.ndjson"].splitlines()
        ]
        self.keys = members["keys.txt"].decode().split()

    def roots(self):
        """Size -> root, as signed."""
        heads = [note.split("\n")[1:3] for note in self.notes]
        return {int(size): base64.b64decode(root) for size, root in heads}


def exported(logbook, tmp_path, **wanted):
    path = tmp_path / "bundle.zip"
    done = logbook.another().export(path, Wanted(**wanted))
    read = Read(path)
    assert (read.first, read.end) == (done.first, done.end)
    assert read.notes[-1] == done.checkpoint == logbook.notes()[-1]
    return read


def test_the_whole_log_is_one_bundle(logbook, tmp_path):
    read = exported(logbook, tmp_path)
    assert (read.first, read.end, read.manifest["origin"]) == (0, logbook.size(), ORIGIN)
    assert read.entries == logbook.leaves()
    assert read.leaves == [sha256(b"\0" + leaf).digest() for leaf in read.entries]
    assert read.prefix == {"size": 0, "peaks": []}
    assert read.notes == logbook.notes()
    for size, root in read.roots().items():
        assert mth(read.leaves[:size]) == root
    assert (read.consistency, read.openings, len(read.keys)) == ([], [], 2)


def test_a_period_has_all_its_entries_and_the_way_from_the_first_key_to_the_newest(
    logbook, tmp_path
):
    sejak, sampai = START + 2 * HOUR, START + 2 * HOUR + timedelta(minutes=3)
    read = exported(logbook, tmp_path, sejak=sejak, sampai=sampai)
    assert 0 < read.first < read.end == logbook.size()
    told = [json.loads(line)["pada"] for line in read.entries]
    assert sum(moment >= sejak.isoformat()[:19] for moment in told) == 42
    all_leaves = [sha256(b"\0" + leaf).digest() for leaf in logbook.leaves()]
    assert read.leaves == all_leaves[read.first : read.end]
    peaks = [base64.b64decode(peak) for peak in read.prefix["peaks"]]
    assert len(peaks) == read.first.bit_count()
    roots = read.roots()
    assert roots[read.first] == mth(all_leaves[: read.first])
    assert any("\nrotate " in note for note in read.notes)


def test_what_lies_outside_the_period_is_joined_by_proofs(logbook, tmp_path):
    kept = logbook.notes()[0]
    read = exported(
        logbook, tmp_path, sejak=START + 2 * HOUR, sampai=START + 2 * HOUR, kept=(kept,)
    )
    all_leaves = [sha256(b"\0" + leaf).digest() for leaf in logbook.leaves()]
    assert read.consistency
    for told in read.consistency:
        proof = ConsistencyProof(
            old=told["from"], new=told["to"], hashes=tuple(map(base64.b64decode, told["hashes"]))
        )
        assert proof.holds(mth(all_leaves[: proof.old]), mth(all_leaves[: proof.new]))
    assert read.consistency[-1]["from"] == int(kept.split("\n")[1])


def test_persons_are_told_only_where_they_are_asked_for(logbook, tmp_path):
    read = exported(logbook, tmp_path, openings=True)
    subjek = logbook.keyring.subject("9901014101900001")
    assert {each["subjek"] for each in read.openings} == {subjek}
    for each in read.openings:
        told = json.loads(read.entries[each["index"]])
        salt = base64.b64decode(each["salt"])
        assert told["subjek_sidik"] == sha256(salt + subjek.encode()).hexdigest()
    assert subjek.encode() not in b"".join(read.entries)


def test_a_destroyed_entry_is_its_hash(logbook, tmp_path):
    sealed = logbook.leaves()
    logbook.do("DELETE FROM audit WHERE nomor = 5")
    read = exported(logbook, tmp_path)
    assert json.loads(read.entries[4]) == base64.b64encode(read.leaves[4]).decode()
    assert read.leaves[4] == sha256(b"\0" + sealed[4]).digest()


def test_a_file_that_is_there_is_not_half_overwritten(logbook, tmp_path):
    (tmp_path / "bundle.zip").write_bytes(b"old")
    logbook.do("DELETE FROM audit_ubin WHERE tingkat = 0 AND indeks = 0")
    with pytest.raises(ValueError, match="0/0"):
        exported(logbook, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if "bundle" in path.name] == ["bundle.zip"]


def test_an_empty_log_has_nothing_to_export(database_url, tmp_path):
    made = Logbook(database_url)
    with pytest.raises(LogBroken, match="nothing is signed"):
        made.another().export(tmp_path / "bundle.zip", Wanted())
    made.close()


def test_one_entry_can_be_proved_alone(logbook):
    [leaf] = logbook.leaves()[100:101]
    entri_id = json.loads(leaf)["entri_id"]
    leaves = Leaves(logbook.engine.dialect.name, logbook.keyring.salt)
    with logbook.engine.connect() as connection:
        found = find_leaf(connection, leaves, entri_id)
        assert found == (100, leaf)
        proof = inclusion_proof(connection, found.place, logbook.size())
        assert find_leaf(connection, leaves, "none") is None
    assert proof.leads_to(sha256(b"\0" + leaf).digest()) == logbook.root_of_rows()


def test_months_that_are_over_are_archived_once(logbook, tmp_path):
    for month in (12, 1, 2):
        year = START.year + (month < 11)
        logbook.clock.now = START.replace(year=year, month=month, day=1, hour=0, minute=30)
        logbook.sealed(2)
    done = logbook.another().archive(tmp_path)
    names = ["audit-2026-11.zip", "audit-2026-12.zip", "audit-2027-01.zip"]
    assert [path.name for path, _ in done] == names
    assert logbook.another().archive(tmp_path) == []
    covered = [range(written.first, written.end) for _, written in done]
    assert set().union(*covered) >= {*range(logbook.size() - 2)}
    for name in names:
        read = Read(tmp_path / name)
        assert [sha256(b"\0" + leaf).digest() for leaf in read.entries] == read.leaves
