"""An auditor reads the log: as far as the engagement goes, under names of its own, and on record."""

import asyncio
from datetime import timedelta

import pytest

from gateway.domain.audit import HasilAudit
from tests.api.auditors import AUDITOR, ENTRIES, auditor, entries, export, page, record, seal
from tests.fakes import FakeAudit
from tests.fixtures.auditors import entry
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import SATU, nik_of
from tests.fixtures.oauth import START

THEIRS = {"client_id": "dinkes", "peristiwa": "penduduk.lookup"}


async def test_a_disclosure_is_told_with_all_but_the_person(gateway):
    asker = await gateway.asking()
    answer = await asker.lookup(SATU.nik)
    await seal(gateway)
    reader = await auditor(gateway)
    [told] = await entries(reader, **THEIRS)
    [row] = [row for row in await gateway.audited() if row["peristiwa"] == "penduduk.lookup"]
    assert told["entri_id"] == row["entri_id"]
    assert told["nomor_pks"] == asker.grant.nomor_pks
    assert (told["hasil"], told["jumlah"]) == ("diberikan", 1)
    assert sorted(told["atribut"]) == sorted(row["atribut"])
    for hidden in (nik_of(SATU), row["subjek"], answer.headers["x-request-id"]):
        assert hidden not in str(told)


async def test_two_auditors_know_a_person_and_a_request_by_other_names(gateway):
    common = {"subjek": "a" * 32, "request_id": "permintaan-1"}
    await record(gateway, entry(**common), entry(**common), entry(subjek="b" * 32, daftar="D" * 32))
    seen = [
        await entries(await auditor(gateway, f"auditor-{kode}", kode=kode), client_id="dinkes")
        for kode in ("ST-1", "ST-2")
    ]
    for one in seen:
        assert one[0]["subjek"] == one[1]["subjek"] != one[2]["subjek"]
        assert one[0]["request_id"] == one[1]["request_id"]
    names = [{each[name] for each in one for name in ("subjek", "request_id")} for one in seen]
    assert not names[0] & names[1]


async def test_another_engagement_under_the_same_grant_has_other_names(gateway):
    await record(gateway, entry())
    reader = await auditor(gateway)
    before = await entries(reader, client_id="dinkes")
    again = await entries(reader, client_id="dinkes")
    assert before == again
    engagement = reader.grant.penugasan
    changed = {name: getattr(engagement, name) for name in engagement.__struct_fields__}
    await gateway.amend(reader.grant, penugasan=type(engagement)(**changed | {"kode": "ST-9"}))
    after = await entries(reader, client_id="dinkes")
    assert before[0]["subjek"] != after[0]["subjek"]


async def test_every_reading_is_in_the_log_before_it_leaves_and_in_later_readings(gateway):
    await record(gateway, entry(), entry())
    reader = await auditor(gateway)
    await page(reader, client_id="dinkes", hasil="diberikan")
    [row] = await readings(gateway)
    assert (row["client_id"], row["jumlah"], row["tujuan"]) == (AUDITOR, 2, "P-PEMERIKSAAN")
    assert row["atribut"] == ["client_id", "hasil"]
    await seal(gateway)
    told = await entries(reader, client_id=AUDITOR, peristiwa="audit.entri")
    assert [each["entri_id"] for each in told] == [row["entri_id"]]
    other = await auditor(gateway, "auditor-lain")
    await seal(gateway)
    assert row["entri_id"] in {each["entri_id"] for each in await entries(other)}


async def readings(gateway):
    return [row for row in await gateway.audited() if row["peristiwa"] == "audit.entri"]


async def test_a_reading_ends_although_it_is_itself_recorded(gateway):
    await record(gateway, *(entry() for _ in range(5)))
    reader = await auditor(gateway)
    told = await asyncio.wait_for(entries(reader, limit=1), 30)
    assert len({each["entri_id"] for each in told}) == len(told)
    assert not [each for each in told if each["peristiwa"] == "audit.entri"]


async def test_an_export_has_every_entry_once_and_says_that_it_is_whole(gateway):
    await record(gateway, *(entry() for _ in range(1203)))
    reader = await auditor(gateway)
    lines, end = await export(reader, **THEIRS)
    assert end == {"lengkap": True, "next_cursor": None}
    assert lines == await entries(reader, **THEIRS, limit=1000)
    assert len({line["entri_id"] for line in lines}) == 1203
    groups = [row["jumlah"] for row in await readings(gateway)]
    assert groups[:3] == [500, 500, 203]


async def test_an_export_that_was_cut_short_goes_on_with_its_cursor(gateway):
    await record(gateway, *(entry() for _ in range(25)))
    reader = await auditor(gateway)
    first, end = await export(reader, client_id="dinkes", limit=10)
    assert (len(first), end["lengkap"]) == (10, False)
    rest, end = await export(reader, client_id="dinkes", cursor=end["next_cursor"])
    assert (len(rest), end["lengkap"]) == (15, True)
    assert first + rest == await entries(reader, client_id="dinkes")


@pytest.mark.parametrize("path", [ENTRIES, "/v1/audit/statistics"])
async def test_what_is_outside_the_engagement_is_not_there(gateway, path):
    await record(
        gateway,
        entry(client_id="bappeda", subjek="c" * 32),
        entry(nomor_pks="PKS/9"),
        entry(pada=START - timedelta(days=31)),
    )
    reader = await auditor(
        gateway,
        client_id=frozenset(("dinkes",)),
        nomor_pks=frozenset(("PKS/001/2026",)),
        wilayah=frozenset("*"),
    )
    query = "" if path == ENTRIES else "?menurut=client_id"
    first = await reader.get(path + query)
    told = first.json()
    assert (told["items"] if path == ENTRIES else told["data"]["kelompok"]) == []


async def test_an_engagement_ends_by_itself(gateway):
    reader = await auditor(gateway, berlaku_sampai=START + timedelta(minutes=1))
    assert (await reader.get(ENTRIES)).status_code == 200
    gateway.clock.advance(timedelta(minutes=1))
    for path in (ENTRIES, "/v1/audit/statistics", "/v1/audit/sample"):
        answer = await reader.get(path)
        # No token outlives its grant.
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), path


async def test_a_grant_without_an_engagement_shows_nothing(gateway):
    await record(gateway, entry())
    reader = await auditor(gateway, penugasan=None)
    assert await entries(reader) == []


async def test_counts_tell_who_was_given_how_much(gateway):
    await record(
        gateway,
        entry(jumlah=3),
        entry(jumlah=4),
        entry(hasil=HasilAudit.DITOLAK, jumlah=0, alasan="bad_input"),
    )
    reader = await auditor(gateway)
    answer = await reader.get("/v1/audit/statistics?menurut=client_id,hasil&client_id=dinkes")
    assert answer.json()["data"] == {
        "menurut": ["client_id", "hasil"],
        "kelompok": [
            {"nilai": {"client_id": "dinkes", "hasil": "diberikan"}, "entri": 2, "jumlah": 7},
            {"nilai": {"client_id": "dinkes", "hasil": "ditolak"}, "entri": 1, "jumlah": 0},
        ],
    }
    [row] = [r for r in await gateway.audited() if r["peristiwa"] == "audit.statistik"]
    assert (row["atribut"], row["jumlah"]) == (["client_id", "hasil"], 2)


@pytest.mark.parametrize("query", [
    "sejak=kemarin", "sampai=1", "hasil=baik", "menurut=", "menurut=hari,", "menurut=subjek",
    "subjek=aaaa", "limit=0", "limit=1001", "cursor=abc", "client_id=", "alasan=%00",
])  # fmt: skip
async def test_a_question_that_is_none_is_refused(gateway, query):
    reader = await auditor(gateway)
    for path in (ENTRIES, "/v1/audit/statistics"):
        answer = await reader.get(f"{path}?{query}")
        assert answer.status_code == 400, (path, answer.text)


async def test_a_form_that_there_is_not_is_refused(gateway):
    reader = await auditor(gateway)
    assert (await reader.get(ENTRIES, accept="text/csv")).status_code == 406


async def test_a_cursor_of_other_filters_or_of_another_auditor_is_refused(gateway):
    await record(gateway, entry(), entry())
    one, other = await auditor(gateway), await auditor(gateway, "auditor-lain")
    cursor = (await page(one, limit=1, client_id="dinkes"))["next_cursor"]
    for asker, query in ((one, "client_id=bappeda"), (one, ""), (other, "client_id=dinkes")):
        answer = await asker.get(f"{ENTRIES}?{query}&cursor={cursor}&limit=1")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("path", [ENTRIES, "/v1/audit/statistics"])
async def test_without_the_log_no_reading_leaves(sqlite_url, path, accept):
    audit = FakeAudit()
    async with opened(environment(sqlite_url), audit=audit) as gateway:
        reader = await auditor(gateway)
        assert (await reader.get(path, accept=accept)).status_code == 200
        audit.away = True
        answer = await reader.get(path, accept=accept)
        assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
