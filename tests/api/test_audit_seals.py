"""An auditor checks the log without trusting the gateway: leaves, proofs and checkpoints agree."""

import base64
import itertools
import json
from datetime import timedelta
from hashlib import sha256

import pytest

from gateway.domain.checkpoint import read_checkpoint
from gateway.domain.tree.merkle import leaf_hash
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.infra.sealing.looking import keys
from gateway.infra.sealing.notes import read_note, read_vkey, signers
from tests.api.auditors import ENTRIES, auditor, export, page, record
from tests.fixtures.auditors import entry

LATEST = "/v1/audit/checkpoints/latest"
PATHS = {
    "checkpoints": "/v1/audit/checkpoints",
    "latest": LATEST,
    "inclusion": "/v1/audit/proofs/inclusion?index=0&size=1",
    "consistency": "/v1/audit/proofs/consistency?from=1&to=2",
    "entries": f"{ENTRIES}?bukti=true",
}


def root_of(note):
    return read_checkpoint(read_note(note)[0]).akar


def inclusion(told):
    hashes = tuple(map(base64.b64decode, told["hashes"]))
    return InclusionProof(index=told["index"], size=told["size"], hashes=hashes)


async def test_an_entry_with_its_proof_leads_to_a_signed_checkpoint(gateway):
    await record(gateway, *(entry() for _ in range(20)))
    reader = await auditor(gateway, bukti=True)
    told = await page(reader, client_id="dinkes", bukti="true")
    [key] = await gateway.parts.sealing.ask(lambda sealer: sealer.reading(keys))
    assert signers(told["checkpoint"], [read_vkey(key.vkey)]) == {key.vkey}
    assert len(told["items"]) == 20
    for item in told["items"]:
        proof = item["bukti"]
        assert inclusion(proof).leads_to(leaf_hash(proof["leaf"].encode())) == root_of(
            told["checkpoint"]
        )
        leaf = json.loads(proof["leaf"])
        assert (leaf["entri_id"], leaf["client_id"]) == (item["entri_id"], "dinkes")


async def test_an_export_ends_with_the_checkpoint_of_its_proofs(gateway):
    await record(gateway, *(entry() for _ in range(7)))
    reader = await auditor(gateway, bukti=True)
    lines, end = await export(reader, client_id="dinkes", bukti="true")
    for line in lines:
        leaf = leaf_hash(line["bukti"]["leaf"].encode())
        assert inclusion(line["bukti"]).leads_to(leaf) == root_of(end["checkpoint"])


async def test_a_leaf_does_not_tell_by_which_name_the_store_knows_a_person(gateway):
    await record(gateway, entry(subjek="a" * 32), entry(subjek="a" * 32))
    reader = await auditor(gateway, bukti=True)
    told = (await page(reader, client_id="dinkes", bukti="true"))["items"]
    assert told[0]["subjek"] == told[1]["subjek"]
    leaves = [json.loads(item["bukti"]["leaf"]) for item in told]
    assert leaves[0]["subjek_sidik"] != leaves[1]["subjek_sidik"]
    assert "a" * 32 not in str(told)
    assert sha256(b"a" * 32).hexdigest() not in str(told)


async def test_a_proof_can_be_had_for_a_later_tree(gateway):
    await record(gateway, entry())
    reader = await auditor(gateway, bukti=True)
    [item] = (await page(reader, client_id="dinkes", bukti="true"))["items"]
    await record(gateway, *(entry() for _ in range(30)))
    newest = (await reader.get(LATEST)).json()["data"]
    path = f"/v1/audit/proofs/inclusion?index={item['bukti']['index']}&size={newest['ukuran']}"
    proof = inclusion((await reader.get(path)).json()["data"])
    leaf = leaf_hash(item["bukti"]["leaf"].encode())
    assert proof.leads_to(leaf) == root_of(newest["catatan"])


async def test_checkpoints_are_told_page_by_page_and_each_begins_the_next(gateway):
    for _ in range(3):
        await record(gateway, entry())
        gateway.clock.advance(timedelta(seconds=1))
    reader = await auditor(gateway, bukti=True)
    found, cursor = [], ""
    while cursor is not None:
        answer = (await reader.get(f"{PATHS['checkpoints']}?limit=2{cursor}")).json()
        found += answer["items"]
        cursor = answer["next_cursor"] and f"&cursor={answer['next_cursor']}"
    assert [each["pada"] for each in found] == sorted(each["pada"] for each in found)
    for old, new in itertools.pairwise(found):
        path = f"/v1/audit/proofs/consistency?from={old['ukuran']}&to={new['ukuran']}"
        told = (await reader.get(path)).json()["data"]
        hashes = tuple(map(base64.b64decode, told["hashes"]))
        proof = ConsistencyProof(old=told["from"], new=told["to"], hashes=hashes)
        assert proof.holds(root_of(old["catatan"]), root_of(new["catatan"]))


@pytest.mark.parametrize("path", PATHS)
async def test_an_engagement_without_proofs_is_told_none(gateway, path):
    await record(gateway, entry(), entry())
    reader = await auditor(gateway)
    answer = await reader.get(PATHS[path])
    assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")


async def test_nobody_is_proved_an_entry_that_is_not_shown_or_a_tree_that_is_not_signed(gateway):
    await record(gateway, entry(client_id="bappeda"), entry())
    reader = await auditor(gateway, bukti=True, client_id=frozenset(("dinkes",)))
    whole = await auditor(gateway, "auditor-lain", bukti=True)
    [hidden] = (await page(whole, client_id="bappeda", bukti="true"))["items"]
    place = hidden["bukti"]["index"]
    for query, status in (
        (f"inclusion?index={place}&size={place + 1}", 404),
        ("inclusion?index=999998&size=1", 404),
        ("inclusion?index=0&size=999999", 404),
        ("inclusion?index=5&size=5", 404),
        ("consistency?from=1&to=999999", 404),
        ("consistency?from=2&to=1", 404),
        ("consistency?from=-1&to=1", 400),
        ("inclusion?index=0", 400),
    ):
        answer = await reader.get(f"/v1/audit/proofs/{query}")
        assert answer.status_code == status, query
    path = f"/v1/audit/proofs/inclusion?index={place}&size={place + 1}"
    assert (await whole.get(path)).status_code == 200


async def test_each_of_these_answers_is_recorded(gateway):
    await record(gateway, entry(), entry())
    reader = await auditor(gateway, bukti=True)
    for path in PATHS.values():
        await reader.get(path)
    rows = [row for row in await gateway.audited() if row["client_id"] == "auditor"]
    told = [row["peristiwa"] for row in rows]
    assert told == [
        "audit.checkpoint", "audit.checkpoint", "audit.bukti", "audit.bukti", "audit.entri",
    ]  # fmt: skip
