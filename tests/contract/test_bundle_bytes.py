"""Any byte of a bundle that is changed is found, or proves nothing of the log: by both verifiers."""

import json
import random
from zipfile import ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.audit_bundle.findings import Proved
from tests.contract.proved_log import Evidence, Members, by_package, lines, members_of, packed

PROVES_NOTHING = {"keys.txt", "verify.py"}
PROVES_NO_LOG = PROVES_NOTHING | {"openings.ndjson"}


def who_takes_it(judges, path, keys) -> tuple[bool, bool]:
    """Whether command and script find nothing. What the script finds both call by one name."""
    if judges.script(path, keys)[0]:
        return judges.of_file(path, keys) == "", False
    return isinstance(by_package(path, keys), Proved), True


def essence(members: Members, log: str) -> object:
    """What a bundle proves of the log to somebody who has its first key."""
    manifest = json.loads(members["manifest.json"])
    notes = [json.loads(line)["note"] for line in lines(members, "checkpoints.ndjson")]
    proofs = [json.loads(line) for line in lines(members, "consistency.ndjson")]
    return (
        {name: manifest[name] for name in ("format", "v", "origin", "first", "end")},
        [
            (text, [line for line in below.split("\n") if line.startswith(f"— {log} ")])
            for text, _, below in (note.partition("\n\n") for note in notes)
        ],
        [each for each in proofs if (each["from"], each["to"]) in {(19, 20), (20, 32)}],
        json.loads(members["prefix.json"]),
        [members[name] for name in ("entries.ndjson", "leaves.bin")],
        [json.loads(line) for line in lines(members, "destructions.ndjson")],
    )


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_byte_that_is_changed_is_found_or_proves_nothing(
    evidence: Evidence, judges, tmp_path, data
):
    bundle: Members = getattr(evidence, data.draw(st.sampled_from(["whole", "part", "late"])))
    name = data.draw(st.sampled_from(sorted(set(bundle) - PROVES_NOTHING)))
    if not bundle[name]:
        return
    told = bytearray(bundle[name])
    place = data.draw(st.integers(0, len(told) - 1))
    told[place] ^= data.draw(st.integers(1, 255))
    bent = bundle | {name: bytes(told)}
    path = packed(tmp_path / "bent.zip", bent)
    command, script = who_takes_it(judges, path, evidence.trusted)
    if script:
        log = json.loads(bundle["manifest.json"])["origin"]
        assert essence(bent, log) == essence(bundle, log)
    if command and name == "openings.ndjson":
        openings = [[*map(json.loads, lines(each, name))] for each in (bent, bundle)]
        assert openings[0] == openings[1]


def test_a_byte_of_the_file_itself_is_found_or_read_by_nobody(evidence: Evidence, judges, tmp_path):
    proving = {name: evidence.part[name] for name in set(evidence.part) - PROVES_NOTHING}
    of_the_log = sorted(set(proving) - PROVES_NO_LOG)
    path = packed(tmp_path / "bytes.zip", dict(sorted(proving.items())))
    whole, dice = path.read_bytes(), random.Random(37)
    for _ in range(200):
        told = bytearray(whole)
        told[dice.randrange(len(told))] ^= dice.randrange(1, 256)
        path.write_bytes(told)
        command, script = who_takes_it(judges, path, evidence.trusted)
        if command:
            assert members_of(path) == proving
        if script:
            with ZipFile(path) as archive:
                read = [archive.read(name) for name in of_the_log]
            assert read == [proving[name] for name in of_the_log]
