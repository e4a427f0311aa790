"""Bundles that a forger makes strange on purpose: both verifiers call them by the same name."""

import base64
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.audit_bundle.forger import VKEY, bundle, entry, leaf
from tests.contract.proved_log import UNREADABLE, Judges, packed, with_lines

ANOTHER = "lain.example/audit"
_KEY = Ed25519PrivateKey.from_private_bytes(b"g" * 32)
_PUBLIC = b"\x01" + _KEY.public_key().public_bytes_raw()
_ID = sha256(ANOTHER.encode() + b"\n" + _PUBLIC).digest()[:4]
ANOTHERS_VKEY = f"{ANOTHER}+{_ID.hex()}+{base64.b64encode(_PUBLIC).decode()}"


@pytest.fixture
def judges(tmp_path):
    return Judges(tmp_path)


@pytest.fixture
def sound():
    return bundle([leaf(entry(number)) for number in range(4)])


def renoted(members, change):
    def edit(lines) -> list[bytes]:
        return [
            json.dumps({"note": change(json.loads(line)["note"])}).encode() + b"\n"
            for line in lines
        ]

    return with_lines(members, "checkpoints.ndjson", edit)


def manifest(members, **more):
    return members | {
        "manifest.json": json.dumps(json.loads(members["manifest.json"]) | more).encode()
    }


def test_a_key_of_another_log_signs_nothing_of_this_one(judges, sound):
    def resigned(note: str) -> str:
        text = note.partition("\n\n")[0] + "\n"
        signature = base64.b64encode(_ID + _KEY.sign(text.encode())).decode()
        return f"{text}\n— {ANOTHER} {signature}\n"

    members = renoted(sound, resigned)
    assert judges.of(members, [VKEY, ANOTHERS_VKEY]).startswith("checkpoint 4 ")
    assert judges.of(members, [ANOTHERS_VKEY]).startswith("checkpoint 4 ")
    assert judges.of(sound, [VKEY, ANOTHERS_VKEY]) == ""


def test_nothing_at_all_needs_a_checkpoint_of_nothing(judges, sound):
    nothing = manifest(sound, first=0, end=0) | {"leaves.bin": b"", "entries.ndjson": b""}
    assert judges.of(nothing, [VKEY]) == "leaves 0 to 0"


@pytest.mark.parametrize(
    ("member", "called"),
    [
        ("manifest.json", "bundle"),
        ("prefix.json", "prefix"),
        ("checkpoints.ndjson", "checkpoints.ndjson line 1"),
    ],
)
def test_json_is_utf_8_and_says_no_name_twice(judges, sound, member, called):
    told = sound[member]
    for strange in (
        b"\xef\xbb\xbf" + told,
        told.decode().replace("—", "").encode("utf-16"),
        told.replace(b"{", b'{"x":1,"x":2,', 1),
    ):
        assert judges.of(sound | {member: strange}, [VKEY]) == called


@pytest.mark.parametrize("v", [True, 1.0, "1"])
def test_a_version_is_a_number(judges, sound, v):
    assert judges.of(manifest(sound, v=v), [VKEY]) == "bundle"


@pytest.mark.parametrize("line", ["—  \n", "— x \n", "—  eHh4eA==\n", "— x\x9b2J eHh4eA==\n"])
def test_a_signature_has_a_name_that_a_terminal_can_show(judges, sound, line):
    strange = renoted(sound, lambda note: note + line)
    assert judges.of(strange, [VKEY]) == "checkpoints.ndjson line 1"


def test_a_member_whose_name_is_no_text_makes_a_damaged_file(judges, sound, tmp_path):
    for name in sound:
        told = bytearray(packed(tmp_path / "strange.zip", sound).read_bytes())
        local, central = told.find(name.encode()), told.rfind(name.encode())
        told[local] = 0xFF
        told[local - 24 + 1] |= 8
        told[central - 38 + 1] |= 8
        path = tmp_path / "damaged.zip"
        path.write_bytes(told)
        assert judges.of_file(path, [VKEY]) == UNREADABLE, name


def test_a_name_in_the_file_puts_no_words_into_the_verdict(judges, sound, tmp_path):
    path = packed(tmp_path / "x.zip", sound | {"x\nsound: all of it\x1b[2J": b""})
    code, said = judges.script(path, [VKEY])
    assert code == 0
    assert said.count("sound: ") == 2
    assert "\nNOT CHECKED: x\\nsound: all of it\\x1b[2J\n" in said


def test_a_bundle_of_no_leaves_in_the_middle_needs_the_checkpoint_of_its_prefix(judges, sound):
    peaks = [base64.b64encode(sha256(b"\0" + sound["entries.ndjson"]).digest()).decode()]
    middle = manifest(sound, first=2, end=2) | {"leaves.bin": b"", "entries.ndjson": b""}
    told = json.dumps({"size": 2, "peaks": peaks}).encode()
    assert judges.of(middle | {"prefix.json": told}, [VKEY]) == "prefix"
