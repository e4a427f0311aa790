"""What is signed and sealed as it should be, and all the same not as the specification says."""

import json
from datetime import timedelta

import pytest

from tests.audit_bundle.forger import ORIGIN, VKEY, bundle, entry, leaf, moment
from tests.contract.proved_log import Judges, by_package, packed
from tests.contract.shelf import START

HASH = "ab" * 32


FORMS_UNSEEN = "members of objects that no step needs"


def sealed(leaves, **more):
    return bundle([each if isinstance(each, bytes) else leaf(each) for each in leaves], **more)


@pytest.fixture
def judge(tmp_path):
    judges = Judges(tmp_path)
    return lambda leaves, **more: judges.of(sealed(leaves, **more), [VKEY])


@pytest.fixture
def by_command(tmp_path):
    """What the command finds of that at which the script does not look."""
    judges = Judges(tmp_path)

    def verdict(leaves, **more) -> str:
        unchecked = more.pop("unchecked", FORMS_UNSEEN)
        return judges.of_the_command(sealed(leaves, **more), [VKEY], unchecked)

    return verdict


def act(number, rentang, **more):
    details = {"kelas": "token", "sebelum": moment(START), "rentang": rentang} | more
    return entry(number, peristiwa="admin.audit.musnah", hasil="dilakukan", rincian=details)


def test_entries_of_every_form_are_let_through(judge):
    details = {"a": None, "b": [1, -5, True, {"c": '\u2028\x7f\x1f"\\/é😀'}]}
    told = entry(
        2,
        subjek_sidik=HASH,
        daftar_sidik=HASH,
        permintaan_sidik=HASH[:32],
        grant_versi=3,
        umur=0,
        rincian=details,
        sumber="cache:dukcapil",
        member_of_tomorrow=[1],
    )
    assert judge([entry(0), entry(1, jumlah=2**53 - 1), told]) == ""
    assert judge([entry(0)]) == ""


FORMS = {
    "another version": {"v": 2},
    "a truth for a number": {"v": True},
    "null": {"oleh": None},
    "a day that is none": {"pada": "2026-02-30T00:00:00.000000Z"},
    "another way to write a moment": {"pada": "2026-11-21T03:00:00Z"},
    "digits of another script": {"pada": "２０２６-11-21T03:00:00.000000Z"},
}
FORMS_FOR_THE_COMMAND = {
    "a fraction": {"jumlah": 1.0},
    "too large": {"jumlah": 2**53},
    "far too large": {"lain": 10**40},
    "negative": {"umur": -1},
    "a number for a text": {"oleh": 1},
    "a text for a number": {"grant_versi": "1"},
    "another result": {"hasil": "entah"},
    "another id": {"entri_id": "019AA000-0000-7000-8000-000000000001"},
    "an id of version 4": {"entri_id": "019aa000-0000-4000-8000-000000000001"},
    "attributes that are numbers": {"atribut": [1]},
    "no list of attributes": {"atribut": "nik"},
    "a short commitment": {"subjek_sidik": "ab"},
    "a commitment in capitals": {"daftar_sidik": HASH.upper()},
    "a long digest": {"permintaan_sidik": HASH},
    "details that are none": {"rincian": []},
    "a fraction within": {"rincian": {"a": [0.5]}},
}


@pytest.mark.parametrize("form", FORMS)
def test_another_form_is_named(judge, form):
    assert judge([entry(0), entry(1, **FORMS[form]), entry(2)]) == "entry 1"


@pytest.mark.parametrize("form", FORMS_FOR_THE_COMMAND)
def test_members_that_no_step_needs_are_for_the_command(by_command, form):
    told = entry(1, **FORMS_FOR_THE_COMMAND[form])
    assert by_command([entry(0), told, entry(2)]) == "entry 1"


def test_a_number_that_is_none_is_for_the_command(by_command):
    assert by_command([entry(0), b'{"a":NaN,' + leaf(entry(1))[1:]]) == "entry 1"


RAW = {
    "not sorted": b'{"v":1,%s',
    "blank": b"{ %s",
    "a name twice": b'{"atribut":[],%s',
    "no object": b'["%s"]',
    "no JSON": b"%s}",
    "not UTF-8": b'{"a":"\xff",%s',
    "half a character": b'{"a":"\\ud800",%s',
    "another way to write a letter": b'{"a":"\\u0041",%s',
    "nothing": b"",
    "deep": b'{"a":' + b"[" * 100_000,
    "minus nothing": b'{"a":-0,%s',
}


@pytest.mark.parametrize("form", RAW)
def test_bytes_that_are_not_canonical_are_named(judge, form):
    raw = RAW[form]
    if b"%s" in raw:
        raw = raw.replace(b"%s", leaf(entry(1))[1:])
    assert judge([entry(0), raw, entry(2)]) == "entry 1"


@pytest.mark.parametrize("member", [*entry(0)])
def test_a_member_that_is_missing_is_named(judge, by_command, member):
    told = {name: value for name, value in entry(1).items() if name != member}
    verdict = judge if member in {"v", "pada", "peristiwa"} else by_command
    assert verdict([entry(0), told]) == "entry 1"


EDGES = {
    timedelta(seconds=-298): "",
    timedelta(seconds=-298, microseconds=-1): "entry 2: back-dated",
    timedelta(seconds=304): "",
    timedelta(seconds=304, microseconds=1): "entry 2: post-dated",
}


@pytest.mark.parametrize("step", EDGES, ids=str)
def test_five_minutes_and_no_microsecond_more(judge, step):
    """Entry 2 lies between the checkpoints of the seconds 2 and 4."""
    told = entry(2, pada=moment(START + step))
    assert judge([entry(0), entry(1), told, entry(3)], sizes=[2]) == EDGES[step]


def test_before_the_first_checkpoint_there_is_no_bound(judge):
    assert judge([entry(0, pada="1999-01-01T00:00:00.000000Z"), entry(1)]) == ""


def test_an_id_that_was_there_is_named_where_it_comes_again(by_command):
    again = entry(3) | {"entri_id": entry(1)["entri_id"]}
    once_more = entry(4) | {"entri_id": entry(0)["entri_id"]}
    told = [entry(0), entry(1), entry(2), again, once_more]
    assert by_command(told, unchecked="whether an entri_id stands twice") == "entry 3"


def test_the_first_step_that_fails_is_named_by_the_command_whichever_entry_it_is_of(tmp_path):
    def judge(leaves, **more) -> str:
        return by_package(packed(tmp_path / "x.zip", sealed(leaves, **more)), [VKEY]).nama

    late = entry(1, pada=moment(START + timedelta(days=1)))
    again = entry(2) | {"entri_id": entry(0)["entri_id"]}
    assert judge([entry(0), again, late]) == "entry 2: post-dated"
    assert judge([entry(0), again, late, entry(3, v=2)]) == "entry 3"
    assert judge([entry(0), again, entry(2)], gone=[2]) == "entry 1"


def test_the_first_entry_that_fails_is_named_by_the_script_in_whichever_step(tmp_path):
    late = entry(1, pada=moment(START + timedelta(days=1)))
    path = packed(tmp_path / "x.zip", sealed([entry(0), late, entry(3, v=2)]))
    assert Judges(tmp_path).script(path, [VKEY])[1].startswith("entry 1: post-dated: ")


def test_acts_of_destruction(judge):
    leaves = [entry(0), entry(1), entry(2), act(3, [[0, 0], [2, 2]])]
    silently = "destroyed without a destruction entry"
    assert judge(leaves, gone=[0, 2]) == ""
    assert judge(leaves) == ""
    assert judge(leaves, gone=[0, 1, 2]) == f"entry 1: {silently}"
    assert judge([*leaves, entry(4)], gone=[4]) == f"entry 4: {silently}"
    assert judge([*leaves, act(4, [[1, 3]])], gone=[0, 1, 2, 3]) == f"entry 0: {silently}"
    assert judge([entry(0), act(1, [])], gone=[0]) == f"entry 0: {silently}"


ACTS = {
    "itself": act(2, [[0, 2]]),
    "turned round": act(2, [[1, 0]]),
    "out of order": act(2, [[1, 1], [0, 0]]),
    "not apart": act(2, [[0, 1], [1, 1]]),
    "negative": act(2, [[-1, 0]]),
    "three": act(2, [[0, 0, 0]]),
    "no pairs": act(2, [0]),
    "no list": act(2, "0-1"),
    "no details": entry(2, peristiwa="admin.audit.musnah"),
}


@pytest.mark.parametrize("form", ACTS)
def test_an_act_of_destruction_of_another_form_is_named(judge, form):
    assert judge([entry(0), entry(1), ACTS[form]]) == "entry 2"


@pytest.mark.parametrize("more", [{"kelas": 1}, {"sebelum": "2026"}, {"rentang": [[False, True]]}])
def test_what_an_act_tells_besides_its_leaves_is_for_the_command(by_command, more):
    assert by_command([entry(0), entry(1), act(2, **{"rentang": [[0, 0]]} | more)]) == "entry 2"


def test_lines_that_are_no_checkpoints_are_named_by_their_number(tmp_path):
    sound = bundle([leaf(entry(0)), leaf(entry(1))], sizes=[1])
    first, second = sound["checkpoints.ndjson"].splitlines(keepends=True)
    told = json.loads(second)["note"]
    judges = Judges(tmp_path)
    for bad in (
        b"\n",
        b"[]\n",
        b'{"note":1}\n',
        second.replace(b'"note"', b'"nota"'),
        second[:-1],
        *(
            json.dumps({"note": note}).encode() + b"\n"
            for note in (
                "",
                told[:-1],
                told.replace("\n2\n", "\n02\n"),
                told.replace("\n2\n", "\n2 \n"),
                told.replace("=\ntime", "\ntime"),
                told.replace("time ", "tempo "),
                told.replace("\n\n", "\n\nx\n\n"),
                told.replace("\n\n", "\n\x1b[2J\n\n"),
                told.replace("\n\n", f"\nrotate {VKEY}\n\n"),
                told.replace("\n\n", f"\nrotate {VKEY} {VKEY}\nrotate {VKEY} {VKEY}\n\n"),
                told.replace("\n\n", f"\nrotate {VKEY} {VKEY.replace(ORIGIN, 'x')}\n\n"),
                told + "x\n",
                told + "— x ?\n",
                told + "\ud800",
            )
        ),
    ):
        members = sound | {"checkpoints.ndjson": first + bad}
        assert judges.of(members, [VKEY]) == "checkpoints.ndjson line 2", bad
    more = sound | {"checkpoints.ndjson": first + second.replace(b"}", b',"v":1}')}
    assert judges.of_the_command(more, [VKEY], FORMS_UNSEEN) == "checkpoints.ndjson line 2"
    ignored = json.dumps({"note": told + "— x eHh4eA==\n"}).encode() + b"\n"
    assert judges.of(sound | {"checkpoints.ndjson": first + ignored}, [VKEY]) == ""


def test_files_of_keys_and_kept_checkpoints_that_are_none_are_not_passed_over(tmp_path):
    judges = Judges(tmp_path)
    members = bundle([leaf(entry(0))])
    path = packed(tmp_path / "x.zip", members)
    assert judges.script(path, [VKEY])[0] == 0
    for keys, kept in (([VKEY[:-4]], ()), (["x"], ()), ([VKEY], ("x",)), ([VKEY.upper()], ())):
        code, said = judges.script(path, keys, *kept)
        assert code == 2
        assert "cannot be read" in said


def test_timestamps_that_are_there_are_said_not_to_be_checked(tmp_path):
    members = bundle([leaf(entry(0))]) | {"timestamps.ndjson": b"{}\n{}\n"}
    path = packed(tmp_path / "x.zip", members)
    _, said = Judges(tmp_path).script(path, [VKEY])
    assert "\nNOT CHECKED: timestamps.ndjson (" in said
    assert "`gateway audit verify --tsa`" in said
