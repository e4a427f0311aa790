"""An auditor draws a sample: nobody can be known in it, it is metered, and it is on record."""

import pytest

from tests.api.auditors import auditor
from tests.fixtures.gateway_people import DISABILITAS, rekaman

SAMPLE = "/v1/audit/sample"


@pytest.fixture
async def town(gateway):
    """Twelve people alike, and one who is alone of his kind."""
    records = [rekaman(f"warga-{number}", "64.02.06.1001", DISABILITAS) for number in range(12)]
    records.append(rekaman("sendiri", "64.02.06.1001", "ppks:gelandangan"))
    await gateway.parts.imports.save(records, dry_run=False)
    return gateway


async def sample(asker, query=""):
    answer = await asker.get(f"{SAMPLE}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_records_are_told_coarsely_and_the_rare_ones_are_not(town):
    reader = await auditor(town, wilayah=frozenset(("64.02",)))
    told = await sample(reader, "?ukuran=1000")
    assert len(told["items"]) >= 12
    for item in told["items"]:
        assert item.keys() == {"id", "kelompok_lahir", "kode_wilayah", "kategori"}
        assert item["kode_wilayah"] == "64.02"
    assert "ppks:gelandangan" not in str(told)
    assert (await sample(reader, "?kategori=ppks:gelandangan")) == {"items": [], "ditahan": None}


async def test_a_sample_is_the_same_within_an_engagement_and_another_one_elsewhere(town):
    one, other = await auditor(town), await auditor(town, "auditor-lain")
    told = await sample(one, "?ukuran=5")
    assert told == await sample(one, "?ukuran=5")
    ids = {item["id"] for item in told["items"]}
    for different in (await sample(one, "?ukuran=5&benih=2"), await sample(other, "?ukuran=5")):
        assert not ids & {item["id"] for item in different["items"]}


async def test_a_sample_counts_and_is_recorded(town):
    reader = await auditor(town, baris_per_hari=10)
    await sample(reader, "?ukuran=10")
    refused = await reader.get(f"{SAMPLE}?ukuran=1")
    assert (refused.status_code, refused.json()["code"]) == (429, "grant_quota_spent")
    rows = [row for row in await town.audited() if row["peristiwa"] == "audit.contoh"]
    assert [(row["hasil"], row["sumber"]) for row in rows] == [
        ("diberikan", "ppks"),
        ("ditolak", None),
    ]


async def test_an_auditor_without_areas_or_categories_is_told_no_record(town):
    for changes in ({"wilayah": frozenset()}, {"kategori": frozenset()}):
        reader = await auditor(town, **changes)
        assert await sample(reader) == {"items": [], "ditahan": 0}


@pytest.mark.parametrize(
    "query", ["?ukuran=0", "?ukuran=1001", "?kode_wilayah=64.02.06", "?benih=", "?benih=a%20b"]
)
async def test_a_question_that_would_tell_more_is_refused(gateway, query):
    reader = await auditor(gateway)
    assert (await reader.get(SAMPLE + query)).status_code == 400
