"""Bulk exports over HTTP: asked for, followed, read, ended."""

import json

import pytest

from gateway.application.subjects.report_subject import Orang
from tests.fixtures.exports import PATH, Exporter, by_id, unpacked
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import DI_LUAR, SATU, nik_of
from tests.fixtures.oauth import PUBLIC_URL
from tests.fixtures.subjects import ended, held_back


@pytest.fixture
async def gateway(database_url, tmp_path):
    places = {"GATEWAY_EXPORTS_DIR": str(tmp_path / "ekspor"), "GATEWAY_EXPORTS_FILE_ROWS": "3"}
    async with opened(environment(database_url, **places)) as made:
        yield made


@pytest.fixture
async def exporter(gateway):
    return await Exporter.of(gateway)


async def test_an_export_tells_what_the_list_tells(exporter):
    manifest = await exporter.made()
    told = by_id(await exporter.records(manifest))
    assert told == by_id(await exporter.listed())
    assert len(told) > 3
    assert all(one["count"] <= 3 for one in manifest["output"])
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"] == PUBLIC_URL + PATH
    assert manifest["deleted"] == manifest["error"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"wilayah": frozenset({"64.02"})},
        {"kategori": frozenset({"ppks:penyandang-disabilitas"})},
        {"atribut": frozenset({"nama_lengkap", "sumber", "tahun_lahir"})},
        {
            "atribut": frozenset({"nik", "kategori"}),
            "kategori": frozenset({"ppks:korban-bencana-alam"}),
        },
        {"wilayah": frozenset({"11"})},
    ],
    ids=["area", "category", "attributes", "sealed", "nobody"],
)
async def test_an_export_shows_what_the_grant_shows(gateway, changes):
    exporter = await Exporter.of(gateway, **changes)
    manifest = await exporter.made()
    assert by_id(await exporter.records(manifest)) == by_id(await exporter.listed())


async def test_an_export_is_followed_by_its_location(exporter):
    answer = await exporter.ask()
    where = answer.headers["content-location"].removeprefix(PUBLIC_URL)
    under_way = await exporter.asker.get(where)
    assert (under_way.status_code, under_way.headers["x-progress"]) == (202, "antre")
    assert int(under_way.headers["retry-after"]) > 0
    await exporter.until_idle()
    there = await exporter.asker.get(where)
    assert there.status_code == 200
    assert there.headers["expires"] == "Sun, 22 Nov 2026 03:00:00 GMT"


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("?atribut=nama_lengkap,status", "?_elements=nama_lengkap,ppks.status"),
        ("?jenis=ppks", "?_type=ppks"),
        ("?format=ndjson", "?_outputFormat=application/fhir%2Bndjson"),
        ("?sejak=2026-11-20T00:00:00Z", "?_since=2026-11-20T07:00:00%2B07:00"),
    ],
)
async def test_two_words_mean_the_same(exporter, query, same):
    ours, theirs = await exporter.made(query), await exporter.made(same)
    assert by_id(await exporter.records(ours)) == by_id(await exporter.records(theirs))


async def test_chosen_attributes_alone_are_told(exporter):
    (first, *_) = await exporter.records(await exporter.made("?atribut=nama_lengkap"))
    assert set(first) <= {"id", "versi", "diubah_pada", "rujukan", "nama_lengkap"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?sejak=kemarin", "sejak"),
        ("?_type=Patient", "_type"),
        ("?atribut=nama", "atribut.nama"),
        ("?format=xml", "format"),
        ("?sejak=2026-11-20T00:00:00Z&_since=2026-11-20T00:00:00Z", "_since"),
        ("?_typeFilter=x", "_typeFilter"),
    ],
)
async def test_what_is_not_understood_is_refused(exporter, query, field):
    answer = await exporter.ask(query)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_what_is_not_granted_is_refused(gateway):
    exporter = await Exporter.of(gateway, atribut=frozenset({"status"}))
    answer = await exporter.ask("?atribut=nama_lengkap")
    assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")


async def test_a_body_is_refused_since_it_would_not_be_read(exporter):
    answer = await exporter.asker.post(PATH, {"sejak": "2026-11-20T00:00:00Z"})
    assert answer.status_code == 400
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == "body"
    assert "sejak, jenis, atribut, format" in wrong["message"]


async def test_programs_for_fhir_ask_by_get(exporter):
    assert (await exporter.asker.get("/v1/$export")).status_code == 400
    refused = await exporter.asker.get("/v1/$export", prefer="return=minimal")
    assert (refused.status_code, refused.json()["code"]) == (400, "respond_async_needed")
    answer = await exporter.asker.get(
        "/v1/$export?_type=ppks", prefer="handling=lenient, respond-async"
    )
    assert answer.status_code == 202
    await exporter.until_idle()
    manifest = await exporter.manifest(answer.headers["content-location"].removeprefix(PUBLIC_URL))
    assert manifest["request"] == f"{PUBLIC_URL}/v1/$export?_type=ppks"


async def test_lines_come_compressed_or_not(exporter):
    (one, *_) = (await exporter.made())["output"]
    url = one["url"].removeprefix(PUBLIC_URL)
    plain = await exporter.asker.get(url, accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == "application/x-ndjson"
    async with exporter.gateway.http.stream(
        "GET",
        url,
        auth=exporter.asker.possession,
        headers={"accept-encoding": "gzip", "accept": "application/fhir+ndjson"},
    ) as packed:
        raw = b"".join([piece async for piece in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "application/fhir+ndjson"
    assert unpacked(raw) == plain.content
    assert len(plain.content.splitlines()) == one["count"]
    refused = await exporter.asker.get(url, accept_encoding="*, gzip;q=0")
    assert "content-encoding" not in refused.headers


async def test_the_same_that_is_being_made_is_the_same_export(exporter):
    first, again = await exporter.asked(), await exporter.asked()
    assert first == again
    assert first != await exporter.asked("?atribut=status")
    await exporter.until_idle()
    assert first != await exporter.asked()


async def test_the_list_holds_the_grants_own(gateway, exporter):
    other = await Exporter.of(gateway)
    paths = [await exporter.asked(f"?atribut={name}") for name in ("status", "kategori", "nik")]
    page = (await exporter.asker.get(f"{PATH}?limit=2")).json()
    rest = (await exporter.asker.get(f"{PATH}?limit=2&cursor={page['next_cursor']}")).json()
    listed = [one["url"].removeprefix(PUBLIC_URL) for one in page["items"] + rest["items"]]
    assert listed == paths[::-1]
    assert rest["next_cursor"] is None
    assert (await other.asker.get(PATH)).json()["items"] == []
    assert (await other.asker.get(paths[0])).status_code == 404


async def test_what_is_deleted_is_gone(exporter, tmp_path):
    path = await exporter.asked()
    await exporter.until_idle()
    (one, *_) = (await exporter.manifest(path))["output"]
    assert (await exporter.delete(path)).status_code == 202
    for where in (path, one["url"].removeprefix(PUBLIC_URL)):
        assert (await exporter.asker.get(where)).status_code == 404
    assert (await exporter.delete(path)).status_code == 404
    await exporter.work.sweep()
    assert [*(tmp_path / "ekspor").rglob("*")] == []


async def test_a_cancelled_export_is_not_made(exporter):
    path = await exporter.asked()
    await exporter.delete(path)
    assert not await exporter.work.step()
    assert (await exporter.asker.get(path)).status_code == 404


async def test_each_step_is_audited(exporter, gateway):
    manifest = await exporter.made("?atribut=status")
    (one, *_) = manifest["output"]
    everything = sum(file["count"] for file in manifest["output"])
    await exporter.file(one["url"])
    events = [
        (row["peristiwa"], row["hasil"], row["jumlah"], json.loads(json.dumps(row["atribut"])))
        for row in await gateway.audited()
        if row["peristiwa"].startswith("ppks.ekspor")
    ]
    assert events == [
        ("ppks.ekspor.buat", "diberikan", 0, ["status"]),
        ("ppks.ekspor.isi", "diberikan", everything, ["status"]),
        ("ppks.ekspor.berkas", "diberikan", 0, ["status"]),
    ]


async def opens(exporter, manifest):
    """Whether its first file can be read, and what is said where not."""
    answer = await exporter.file(manifest["output"][0]["url"])
    return True if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


async def test_who_stops_disclosure_is_in_no_file_that_can_be_read(gateway, exporter):
    elsewhere = await Exporter.of(gateway, wilayah=frozenset({"64.03"}))
    before, others = await exporter.made(), await elsewhere.made()
    place = before["output"][0]["url"].removeprefix(PUBLIC_URL).split("/files/")[0]
    request = await held_back(gateway, Orang(nik=nik_of(SATU)))
    assert await opens(exporter, before) == (410, "export_outdated")
    assert (await exporter.asker.get(place)).json()["code"] == "export_outdated"
    assert await opens(elsewhere, others) is True
    after = await exporter.made()
    assert await opens(exporter, after) is True
    assert nik_of(SATU) not in {one.get("nik") for one in await exporter.records(after)}
    await ended(gateway, request)
    assert await opens(exporter, before) is True


async def test_an_export_of_later_changes_stays_open_whoever_was_in_the_one_before(
    gateway, exporter
):
    first = await exporter.made()
    request = await held_back(gateway, Orang(nik=nik_of(DI_LUAR)))
    await ended(gateway, request)
    later = await exporter.made(f"?sejak={first['transactionTime']}")
    assert [one["count"] for one in later["output"]] == [1]
    await held_back(gateway, Orang(nik=nik_of(SATU)))
    assert await opens(exporter, later) is True
    assert await opens(exporter, first) == (410, "export_outdated")
