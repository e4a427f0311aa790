"""`gateway match`, `gateway record` and `gateway retention` from the operator's side of the screen."""

import asyncio
import json

import pytest

from gateway.infra.crypto import read_keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.records.record_stores import RecordStores
from gateway.kit.clock import system_clock
from gateway.kit.secret import Secret
from tests.contract.shelf import nik
from tests.contract.test_persons import B, told

BY = ("--oleh", "CONTOH PENINJAU")


def stock(terminal, *records):
    keys = [Secret(terminal.environ[f"GATEWAY_{name}"]) for name in ("DATA_KEYS", "INDEX_KEY")]

    async def save() -> None:
        database = Database(open_engine(terminal.database_url))
        stores = RecordStores(database, read_keyring(*keys), system_clock)
        await stores.imports.save(records, dry_run=False)
        await database.close()

    asyncio.run(save())
    return terminal


@pytest.fixture
def stocked(terminal):
    """Two records of one person, of which one has no number."""
    return stock(terminal, told("sijosku"), told("siks_ng", 1, B, nik=None))


def living(terminal):
    return terminal.rows("SELECT count(*) FROM ppks WHERE NOT dihapus")[0][0]


def test_a_pair_is_found_shown_accepted_and_taken_back(stocked):
    assert "1 new" in stocked("match", "find").stdout
    pair_id, status, score, *reasons = stocked("match", "list").stdout.split()
    assert (status, int(score)) == ("USULAN", 100)
    assert "nama_lengkap=100" in reasons
    sides = json.loads(stocked("match", "show", pair_id).stdout)["pihak"]
    assert {side["sistem"] for side in sides} == {"sijosku", "siks_ng"}
    assert "DITERIMA" in stocked("match", "accept", pair_id, *BY, "--note", "sama").stdout
    assert living(stocked) == 1
    assert "already" in stocked("match", "accept", pair_id, *BY, code=2).stderr
    ((ppks_id,),) = stocked.rows("SELECT id FROM ppks")
    assert len(json.loads(stocked("record", "show", ppks_id).stdout)) == 2
    history = stocked("record", "history", ppks_id).stdout
    assert f"CONTOH PENINJAU tinjauan:{pair_id}" in history
    [entry] = json.loads(stocked("record", "history", ppks_id, "--values").stdout)
    assert entry["sebelum"]["sistem"] in {"sijosku", "siks_ng"}
    stocked("match", "undo", pair_id, *BY)
    assert living(stocked) == 2
    [listed] = json.loads(stocked("match", "list", "--json").stdout)
    assert listed["id"] == pair_id
    assert "padanan.diterima" in stocked("admin", "log").stdout


def test_a_pair_can_be_made_and_refused(stocked):
    ids = [row[0] for row in stocked.rows("SELECT id FROM ppks")]
    pair_id = stocked("match", "add", *ids).stdout.split()[0]
    assert "DITOLAK" in stocked("match", "refuse", pair_id, *BY).stdout
    assert stocked("match", "list", "--status", "DITOLAK").stdout.startswith(pair_id)
    stocked("match", "add", ids[0], "tidak-ada", code=2)
    stocked("match", "show", "tidak-ada", code=2)
    assert "0 records" in stocked("match", "build").stdout


def test_a_person_is_erased_by_a_number_that_is_not_on_the_command_line(stocked):
    words = ("record", "erase", *BY, "--reason", "permintaan", "--yes")
    assert "16" in stocked(*words, told="123\n", code=2).stderr
    assert "1 sources' records" in stocked(*words, told=nik(1) + "\n").stdout
    assert living(stocked) == 1
    assert nik(1) not in stocked("admin", "log").stdout
    stocked("record", "show", "tidak-ada", code=2)


def test_a_number_in_two_records_erases_only_the_one_that_is_named(terminal):
    stock(terminal, told("sijosku"), told("siks_ng", nama_lengkap="CONTOH TETANGGA LAIN SEKALI"))
    words = ("record", "erase", *BY, "--reason", "permintaan", "--yes")
    refused = terminal(*words, told=nik(1) + "\n", code=2).stderr
    ids = [row[0] for row in terminal.rows("SELECT id FROM ppks")]
    assert all(ppks_id in refused for ppks_id in ids)
    assert living(terminal) == 2
    terminal(*words, "--record", ids[0], told=nik(1) + "\n")
    assert terminal.rows("SELECT id FROM ppks") == [(ids[1],)]


def test_retention_counts_before_it_erases(stocked):
    for more in (("--dry-run",), ()):
        lines = stocked("retention", "run", *BY, *more).stdout.splitlines()
        assert [line.split() for line in lines] == [
            ["ditarik", "0"],
            ["riwayat", "0"],
            ["pengaduan", "0"],
        ]
    assert stocked("admin", "log").stdout.count("retensi.jalan") == 1


def test_a_wrong_table_of_rules_is_told_with_every_mistake(stocked, tmp_path):
    path = tmp_path / "aturan.toml"
    path.write_text('versi = ""\naturan = []\n[tingkat]\n')
    stocked.environ["GATEWAY_MERGE_RULES"] = str(path)
    told_wrong = stocked("match", "list", code=2).stderr
    assert "GATEWAY_MERGE_RULES" in told_wrong
    assert "versi" in told_wrong
    assert "no rule names" in told_wrong
