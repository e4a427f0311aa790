"""What entries said is destroyed by class and age; the log still proves itself, and says so."""

import json
from datetime import timedelta

import pytest

from gateway.domain.audit import HasilAudit
from gateway.domain.audit_retention import KelasEntri
from gateway.infra.sealing.bundle import Wanted
from gateway.infra.sealing.destruction import announced
from tests.contract.logbook import Logbook
from tests.contract.shelf import START
from tests.contract.test_bundles import Read

YEAR = timedelta(days=365)
OLD = {
    KelasEntri.PENYINGKAPAN: {"hasil": HasilAudit.TIDAK_DITEMUKAN},
    KelasEntri.PENOLAKAN: {"hasil": HasilAudit.DITOLAK, "alasan": "contoh"},
    KelasEntri.TOKEN: {"hasil": HasilAudit.DITOLAK, "peristiwa": "token.tolak"},
    KelasEntri.PERBUATAN: {
        "hasil": HasilAudit.DILAKUKAN,
        "peristiwa": "admin.x",
        "oleh": "CONTOH A",
    },
}


@pytest.fixture
def logbook(database_url):
    """Two of each class, one after the other; a rotation; and the same again a year later."""
    made = Logbook(database_url)
    for _ in range(2):
        for kelas in (*OLD, *OLD):
            made.sealed(1, **OLD[kelas])
        made.sealer.rotate(oleh="CONTOH A", lost=False)
        made.clock.advance(YEAR)
    yield made
    made.close()


def classes(logbook):
    """The class of each row that is there, by what `OLD` wrote."""
    told = [json.loads(leaf) for leaf in logbook.leaves()]
    by_event = {
        (usual.get("peristiwa", "penduduk.lookup"), usual["hasil"]): kelas
        for kelas, usual in OLD.items()
    }
    return [by_event.get((entry["peristiwa"], entry["hasil"])) for entry in told]


@pytest.mark.parametrize("kelas", OLD)
def test_a_class_is_destroyed_up_to_a_moment_and_the_log_stays_sound(logbook, kelas):
    before, size = classes(logbook), logbook.size()
    done = logbook.sealer.destroy(kelas, START + timedelta(days=30), oleh="CONTOH B")
    after = classes(logbook)
    assert (done, after.count(kelas)) == (2, before.count(kelas) - 2)
    assert all(after.count(other) == before.count(other) for other in OLD if other != kelas)
    found, checked = logbook.another().verify(logbook.notes())
    assert found == []
    assert (checked.entri, checked.dimusnahkan) == (size + 1, 2)
    act = json.loads(logbook.leaves()[-1])
    assert (act["peristiwa"], act["oleh"], act["objek"]) == (
        "admin.audit.musnah",
        "CONTOH B",
        kelas,
    )
    place = [*OLD].index(kelas)
    assert act["rincian"] == {
        "kelas": kelas,
        "sebelum": "2026-12-21T03:00:00.000000Z",
        "rentang": [[place, place], [place + 4, place + 4]],
    }


def test_nothing_is_destroyed_and_nothing_said_where_all_is_young(logbook):
    size = logbook.size()
    assert logbook.sealer.destroy(KelasEntri.TOKEN, START - YEAR, oleh="CONTOH B") == 0
    assert logbook.size() == size


def test_destructions_and_changes_of_the_key_are_kept_for_ever(logbook):
    late = logbook.clock() + 10 * YEAR
    logbook.clock.now = late
    for kelas in (*KelasEntri, *KelasEntri):
        logbook.sealer.destroy(kelas, late, oleh="CONTOH B")
    left = {json.loads(leaf)["peristiwa"] for leaf in logbook.leaves()}
    assert left == {"admin.audit.kunci", "admin.audit.musnah"}
    assert logbook.another().verify()[0] == []


def test_what_waits_to_be_sealed_is_left_alone(logbook):
    logbook.write(1, pada=START, **OLD[KelasEntri.TOKEN])
    logbook.write(1)
    logbook.sealer.seal_all()
    assert (
        logbook.sealer.destroy(KelasEntri.TOKEN, START + timedelta(seconds=1), oleh="CONTOH B") == 1
    )


def test_a_bundle_from_before_tells_of_the_destruction_after_it(logbook, tmp_path):
    sampai = START + timedelta(days=1)
    logbook.sealer.destroy(KelasEntri.PENOLAKAN, START + timedelta(days=30), oleh="CONTOH B")
    path = tmp_path / "bundle.zip"
    logbook.another().export(path, Wanted(sampai=sampai))
    read = Read(path)
    assert sum(line.startswith(b'"') for line in read.entries) == 2
    [told] = read.destructions
    assert json.loads(told["leaf"])["rincian"]["rentang"] == [[1, 1], [5, 5]]
    assert told["proof"]["index"] >= read.end


def test_an_act_speaks_only_of_what_was_before_it():
    assert announced([(9, [(1, 3), (5, 5)]), (12, [(4, 4), (11, 13)])]) == [(1, 5)]
