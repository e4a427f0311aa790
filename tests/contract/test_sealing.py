"""The sealed log on both engines: what is durable becomes leaves, in an order that never changes."""

import base64
import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.audit_leaf import commitment
from gateway.domain.checkpoint import read_checkpoint
from gateway.infra.crypto import Keyring
from gateway.infra.db.audit.sealed_tables import AUDIT_RENTANG
from gateway.infra.db.engine import writing_thread
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.notes import read_note, read_vkey, signers
from gateway.infra.sealing.rows import LogBroken
from gateway.infra.sealing.signing import all_keys
from tests.contract.logbook import ORIGIN, Logbook
from tests.contract.shelf import START
from tests.infra.audit_table import entry


@pytest.fixture
def logbook(database_url, tmp_path):
    made = Logbook(database_url, tmp_path / "checkpoint")
    yield made
    made.close()


def newest(logbook):
    return read_checkpoint(read_note(logbook.notes()[-1])[0])


def vkeys(logbook):
    with logbook.engine.connect() as connection:
        return all_keys(connection)


def test_rows_become_leaves_and_a_signature_covers_them(logbook):
    logbook.write(3)
    assert logbook.sealer.seal() == 3
    made = newest(logbook)
    assert (made.asal, made.ukuran, made.pada) == (ORIGIN, 3, START)
    assert made.akar == logbook.root_of_rows()
    [key] = vkeys(logbook)
    assert signers(logbook.notes()[-1], [key]) == {key.vkey()}


def test_without_anything_new_nothing_is_signed(logbook):
    assert logbook.sealer.seal() == 0
    assert logbook.notes() == []
    logbook.sealed(2)
    assert [logbook.sealer.seal() for _ in range(3)] == [0, 0, 0]
    assert len(logbook.notes()) == 1


def test_a_leaf_is_the_canonical_form_that_the_specification_shows(logbook):
    subjek = logbook.keyring.subject("9901014101900001")
    told = {"subjek": subjek, "atribut": ("nama_lengkap", "alamat"), "tujuan": 'P-"Ä"\n\x1f'}
    logbook.write(1, rincian={"b": [1, None], "a": {"z": True, "y": "x"}}, umur=5, **told)
    [leaf] = logbook.leaves()
    shown = json.loads(leaf)
    assert (
        leaf
        == json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert subjek not in leaf.decode()
    salt = logbook.keyring.salt(shown["entri_id"])
    assert shown.pop("subjek_sidik") == commitment(salt, subjek)
    assert shown.pop("entri_id")
    assert shown == {
        "v": 1,
        "pada": "2026-11-21T03:00:00.000000Z",
        "peristiwa": "penduduk.lookup",
        "hasil": "diberikan",
        "atribut": ["nama_lengkap", "alamat"],
        "jumlah": 1,
        "tujuan": 'P-"Ä"\n\x1f',
        "umur": 5,
        "rincian": {"a": {"y": "x", "z": True}, "b": [1, None]},
    }


def test_strange_words_are_sealed_as_they_are_kept(logbook):
    words = ["", "\0", "a\0b", "\u2028\u2029", "\x7f\x1f", "'\"\\", "\U0001f600", "null", "{}"]
    for word in words:
        logbook.write(1, tujuan=word, atribut=(word, word), rincian={word: [word, None, 1]})
    assert logbook.sealer.seal() == len(words)
    assert newest(logbook).akar == logbook.root_of_rows()
    assert logbook.another().verify()[0] == []


def test_two_entries_about_one_person_do_not_show_it(logbook):
    logbook.write(2, subjek=logbook.keyring.subject("9901014101900001"))
    one, two = (json.loads(leaf)["subjek_sidik"] for leaf in logbook.leaves())
    assert one != two


@pytest.mark.parametrize("counts", [(1, 1, 1), (255, 1, 1), (256, 300, 5), (700,)])
def test_the_tree_is_the_same_however_it_grew(logbook, counts):
    for count in counts:
        logbook.sealed(count)
    assert newest(logbook).akar == logbook.root_of_rows()
    assert [read_checkpoint(read_note(note)[0]).ukuran for note in logbook.notes()] == [
        sum(counts[: step + 1]) for step in range(len(counts))
    ]
    logbook.another().check()


def test_instances_take_turns_and_none_seals_a_row_twice(logbook):
    others = [logbook.sealer, logbook.another(), logbook.another()]
    for number in range(9):
        logbook.write(4)
        assert others[number % 3].seal() == 4
    assert logbook.size() == 36
    assert newest(logbook).akar == logbook.root_of_rows()


def test_instances_that_seal_at_the_same_moment_leave_one_log(database_url):
    books = [Logbook(database_url) for _ in range(3)]

    def work(book: Logbook) -> None:
        for _ in range(10):
            book.write(3)
            book.sealer.seal()

    threads = [threading.Thread(target=work, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    books[0].another().seal_all()
    assert books[0].size() == 90
    with books[0].engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.sum(AUDIT_RENTANG.c.jumlah))) == 90
    for book in books:
        book.another().check()
        book.close()


def test_a_row_that_becomes_visible_late_is_sealed_behind_those_before_it(postgres_url):
    logbook = Logbook(postgres_url)
    with writing_thread(logbook.engine) as slow:
        slow.execute(sa.insert(AUDIT), [{**_row(), "entri_id": "late"}])
        other = Logbook(postgres_url)
        other.sealed(2)
        assert other.size() == 2
    assert other.sealer.seal() == 1
    leaves = {json.loads(leaf)["entri_id"] for leaf in other.leaves()}
    assert len(leaves) == other.size() == 3
    assert other.another().seal() == 0
    for book in (logbook, other):
        book.close()


def test_a_number_that_is_never_used_holds_nothing_up(postgres_url):
    logbook = Logbook(postgres_url)
    for _ in range(3):
        with logbook.engine.connect() as connection:
            connection.execute(sa.insert(AUDIT), [_row()])
            connection.rollback()
        logbook.sealed(2)
    assert logbook.size() == 6
    logbook.another().check()
    logbook.close()


def test_what_was_left_unsealed_is_sealed_after_a_restart(logbook):
    logbook.sealed(3)
    logbook.write(5)
    again = logbook.another()
    assert again.seal() == 5
    assert newest(logbook).akar == logbook.root_of_rows()


def test_a_clock_that_goes_back_does_not_take_the_checkpoints_with_it(logbook):
    logbook.sealed()
    logbook.clock.advance(timedelta(hours=-1))
    logbook.sealed()
    times = [read_checkpoint(read_note(note)[0]).pada for note in logbook.notes()]
    assert times == sorted(set(times))


def test_the_key_changes_with_both_signatures(logbook):
    logbook.sealed(2)
    [old] = vkeys(logbook)
    logbook.write(1)
    new = read_vkey(logbook.sealer.rotate(oleh="CONTOH A", lost=False))
    note = logbook.notes()[-1]
    assert signers(note, [old]) == {old.vkey()}
    assert signers(note, [new]) == {new.vkey()}
    made = newest(logbook)
    assert (made.rotasi.lama, made.rotasi.baru) == (old.vkey(), new.vkey())
    act = json.loads(logbook.leaves()[made.ukuran - 1])
    assert (act["peristiwa"], act["oleh"]) == ("admin.audit.kunci", "CONTOH A")
    assert act["rincian"] == {"lama": old.vkey(), "baru": new.vkey()}
    for sealer in (logbook.sealer, logbook.another()):
        logbook.write(1)
        assert sealer.seal() == 1
        assert signers(logbook.notes()[-1], [old, new]) == {new.vkey()}
    assert newest(logbook).akar == logbook.root_of_rows()


def test_a_lost_key_is_replaced_without_its_signature(logbook):
    logbook.sealed(1)
    [old] = vkeys(logbook)
    stranger = logbook.another(Keyring({"k2": b"x" * 32}, b"i" * 32))
    logbook.write(2)
    with pytest.raises(LogBroken, match="GATEWAY_DATA_KEYS"):
        stranger.seal()
    new = read_vkey(stranger.rotate(oleh="CONTOH A", lost=True))
    assert signers(logbook.notes()[-1], [old, new]) == {new.vkey()}
    assert newest(logbook).rotasi.lama == old.vkey()
    assert (newest(logbook).ukuran, newest(logbook).akar) == (4, logbook.root_of_rows())


def test_every_act_of_an_operator_is_in_the_log_it_seals(logbook):
    logbook.sealer.seal()
    logbook.sealer.rotate(oleh="CONTOH A", lost=False)
    assert logbook.size() == 1


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("UPDATE audit_kepala SET ukuran = ukuran - 1", "tree"),
        ("UPDATE audit_ubin SET isi = substr(isi, 1, 32)", "hole"),
        ("DELETE FROM audit_ubin", "hole"),
        ("DELETE FROM audit WHERE nomor = (SELECT max(nomor) FROM audit)", "gone|changed"),
        ("UPDATE audit SET jumlah = 9 WHERE nomor = (SELECT max(nomor) FROM audit)", "changed"),
        ("UPDATE audit_rentang SET jumlah = jumlah - 1", "rows"),
        (
            "UPDATE audit_checkpoint SET catatan = replace(catatan, 'time 2026', 'time 2025')",
            "signed",
        ),
        ("DELETE FROM audit_kunci", "signed"),
    ],
)
def test_a_log_that_disagrees_with_itself_is_not_added_to(logbook, deed, said):
    logbook.sealed(5)
    logbook.do(deed)
    logbook.write(1)
    with pytest.raises(LogBroken, match=said):
        logbook.another().seal()


def test_a_store_that_was_rolled_back_is_noticed_by_the_checkpoint_beside_it(logbook):
    logbook.sealed(2)
    earlier = logbook.kept.read()
    logbook.sealed(2)
    assert logbook.kept.read() == logbook.notes()[-1] != earlier
    for statement in (
        "DELETE FROM audit WHERE nomor > 2",
        "UPDATE audit_rentang SET jumlah = 2",
        "DELETE FROM audit_checkpoint WHERE ukuran > 2",
    ):
        logbook.do(statement)
    root = base64.b64encode(read_checkpoint(read_note(earlier)[0]).akar)
    with logbook.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE audit_kepala SET ukuran = 2, akar = :root"),
            {"root": base64.b64decode(root)},
        )
    with pytest.raises(LogBroken, match="4 entries, the store 2"):
        logbook.another().check()
    logbook.kept.path.unlink()
    logbook.another().check()


def _row() -> dict[str, object]:
    told = entry("never")
    return {"entri_id": told.entri_id, "pada": told.pada, "peristiwa": told.peristiwa,
            "hasil": told.hasil, "atribut": (), "jumlah": 0}  # fmt: skip
