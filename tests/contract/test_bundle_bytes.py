"""Any byte of a bundle that is changed is found, or proves nothing: by both verifiers alike."""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.proved_log import Evidence, Members, lines, members_of, packed

PROVES_NOTHING = {"keys.txt", "verify.py"}


def essence(members: Members, log: str) -> object:
    """What a bundle proves to somebody who has the first key of the log."""
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
        [
            [json.loads(line) for line in lines(members, name)]
            for name in ("destructions.ndjson", "openings.ndjson")
        ],
    )


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_byte_that_is_changed_is_found_or_proves_nothing(evidence: Evidence, judges, data):
    bundle: Members = getattr(evidence, data.draw(st.sampled_from(["whole", "part", "late"])))
    name = data.draw(st.sampled_from(sorted(set(bundle) - PROVES_NOTHING)))
    if not bundle[name]:
        return
    told = bytearray(bundle[name])
    place = data.draw(st.integers(0, len(told) - 1))
    told[place] ^= data.draw(st.integers(1, 255))
    bent = bundle | {name: bytes(told)}
    if judges.of(bent, evidence.trusted) == "":
        log = json.loads(bundle["manifest.json"])["origin"]
        assert essence(bent, log) == essence(bundle, log)


def test_a_byte_of_the_file_itself_is_found_or_read_by_nobody(evidence: Evidence, judges, tmp_path):
    proving = {name: evidence.part[name] for name in set(evidence.part) - PROVES_NOTHING}
    path = packed(tmp_path / "bytes.zip", dict(sorted(proving.items())))
    whole, dice = path.read_bytes(), random.Random(37)
    for _ in range(200):
        told = bytearray(whole)
        told[dice.randrange(len(told))] ^= dice.randrange(1, 256)
        path.write_bytes(told)
        if judges.of_file(path, evidence.trusted) == "":
            assert members_of(path) == proving
