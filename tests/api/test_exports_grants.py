"""Who reads an export, and for how long: token, grant, quota, time, room."""

import json
from datetime import timedelta

import pytest

from gateway.domain.grant import StatusGrant
from tests.fixtures.exports import Exporter
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.oauth import PUBLIC_URL


@pytest.fixture
def settings():
    return {}


@pytest.fixture
async def gateway(sqlite_url, tmp_path, settings):
    places = {"GATEWAY_EXPORTS_DIR": str(tmp_path / "ekspor")} | settings
    async with opened(environment(sqlite_url, **places)) as made:
        yield made


@pytest.fixture
async def exporter(gateway):
    return await Exporter.of(gateway)


async def first_file(exporter):
    manifest = await exporter.made()
    return manifest["output"][0]["url"].removeprefix(PUBLIC_URL)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"wilayah": frozenset({"64.02"})}, 410, "grant_changed"),
        ({"kategori": frozenset({"ppks:korban-bencana-alam"})}, 410, "grant_changed"),
        ({"atribut": frozenset({"status"})}, 410, "grant_changed"),
        ({"status": StatusGrant.DITANGGUHKAN}, 403, "grant_not_in_force"),
        ({"status": StatusGrant.BERAKHIR}, 403, "grant_not_in_force"),
    ],
    ids=["area", "category", "attribute", "suspended", "ended"],
)
async def test_a_grant_that_shows_less_opens_no_file(gateway, exporter, changes, status, code):
    url = await first_file(exporter)
    assert (await exporter.asker.get(url)).status_code == 200
    await gateway.amend(exporter.asker.grant, **changes)
    for where in (url, url.split("/files/")[0]):
        answer = await exporter.asker.get(where)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_grant_that_shows_more_opens_what_was_written(gateway):
    exporter = await Exporter.of(gateway, atribut=frozenset({"status"}))
    url = await first_file(exporter)
    before = (await exporter.asker.get(url)).content
    await gateway.amend(exporter.asker.grant, atribut=frozenset({"status", "nik"}))
    assert (await exporter.asker.get(url)).content == before


async def test_another_grant_of_the_same_client_opens_no_file(gateway, exporter):
    url = await first_file(exporter)
    other = await Exporter.of(gateway)
    assert (await other.asker.get(url)).status_code == 404


async def test_a_token_without_the_scope_opens_no_file(gateway, exporter):
    url = await first_file(exporter)
    asker = await gateway.asker(exporter.asker.grant, scope="ppks:read")
    answer = await asker.get(url)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_an_export_is_gone_at_its_time(gateway, exporter, tmp_path):
    url = await first_file(exporter)
    gateway.clock.advance(timedelta(hours=24))
    asker = await gateway.asker(exporter.asker.grant)
    assert (await asker.get(url)).status_code == 404
    assert [one for one in (tmp_path / "ekspor").rglob("*") if one.is_file()]
    await exporter.work.sweep()
    assert [*(tmp_path / "ekspor").rglob("*")] == []


async def test_files_of_no_export_are_swept(exporter, tmp_path):
    url = await first_file(exporter)
    for orphan in ("01a1fd72-814a-725e-8e32-1f385b6958b9/1", f"{url.split('/')[3]}/7"):
        (tmp_path / "ekspor" / orphan).mkdir(parents=True)
        (tmp_path / "ekspor" / orphan / "000001").write_bytes(b"x")
    await exporter.work.sweep()
    left = [one for one in (tmp_path / "ekspor").rglob("*") if one.is_file()]
    assert len(left) == 1
    assert (await exporter.asker.get(url)).status_code == 200


async def rows_left(exporter):
    return (await exporter.asker.get("/v1/me")).json()["data"]["baris_tersisa"]


async def test_records_are_taken_from_the_day(gateway):
    exporter = await Exporter.of(gateway, baris_per_hari=1000)
    before = await rows_left(exporter)
    manifest = await exporter.made()
    told = sum(one["count"] for one in manifest["output"])
    await exporter.records(manifest)
    await exporter.records(manifest)
    assert told > 0
    assert before - await rows_left(exporter) == told


async def test_an_export_waits_for_the_day_that_has_room(gateway):
    exporter = await Exporter.of(gateway, baris_per_hari=10)
    await exporter.asker.get("/v1/ppks?limit=5")
    path = await exporter.asked()
    await exporter.until_idle()
    waiting = await exporter.asker.get(path)
    assert waiting.status_code == 202
    assert waiting.headers["x-progress"] == "menunggu: grant_quota_spent"
    assert int(waiting.headers["retry-after"]) == 300
    gateway.clock.advance(timedelta(hours=20))
    await exporter.until_idle()
    exporter.asker = await gateway.asker(exporter.asker.grant)
    assert (await exporter.manifest(path))["output"][0]["count"] > 5


async def test_an_export_beyond_a_whole_day_is_refused(gateway):
    exporter = await Exporter.of(gateway, baris_per_hari=2)
    path = await exporter.asked()
    await exporter.until_idle()
    answer = await exporter.asker.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "export_exceeds_quota")


async def test_without_any_record_left_nothing_is_begun(gateway):
    exporter = await Exporter.of(gateway, baris_per_hari=2)
    await exporter.asker.get("/v1/ppks?limit=2")
    answer = await exporter.ask()
    assert (answer.status_code, answer.json()["code"]) == (429, "grant_quota_spent")


@pytest.mark.parametrize("settings", [{"GATEWAY_EXPORTS_PER_CLIENT": "2"}])
async def test_a_client_has_so_many_exports(gateway, exporter):
    paths = [await exporter.asked(f"?atribut={name}") for name in ("status", "nik")]
    other = await Exporter.of(gateway)
    for one in (exporter, other):
        answer = await one.ask()
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_exports")
        assert int(answer.headers["retry-after"]) > 0
    await exporter.delete(paths[0])
    assert (await other.ask()).status_code == 202


@pytest.mark.parametrize("settings", [{"GATEWAY_EXPORTS_DISK_BYTES": "1024"}])
async def test_an_export_beyond_the_room_fails(exporter, tmp_path):
    path = await exporter.asked()
    await exporter.until_idle()
    answer = await exporter.asker.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "export_too_large")
    assert [*(tmp_path / "ekspor").rglob("*")] == []


@pytest.mark.parametrize("settings", [{"GATEWAY_EXPORTS_DISK_BYTES": "6000"}])
async def test_an_export_waits_for_room(gateway, exporter, tmp_path):
    first = await exporter.asked()
    await exporter.until_idle()
    await exporter.manifest(first)
    (tmp_path / "ekspor/x/1").mkdir(parents=True)
    (tmp_path / "ekspor/x/1/000001").write_bytes(b"x" * 6000)
    answer = await exporter.ask("?atribut=status")
    assert (answer.status_code, answer.json()["code"]) == (503, "export_storage_full")


async def test_a_grant_that_shrank_meanwhile_makes_no_export(gateway, exporter):
    path = await exporter.asked()
    await gateway.amend(exporter.asker.grant, wilayah=frozenset({"64.02"}))
    await exporter.until_idle()
    answer = await exporter.asker.get(path)
    assert (answer.status_code, answer.json()["code"]) == (410, "grant_changed")


async def test_a_narrower_token_makes_a_narrower_export(gateway, exporter):
    details = [
        {"type": "https://ppks-gateway/rar/ppks", "wilayah": ["64.02"], "atribut": ["status"]}
    ]
    wide = await first_file(exporter)
    text = json.dumps(details)
    asker = await gateway.asker(exporter.asker.grant, authorization_details=text)
    narrow = Exporter(gateway, asker)
    url = await first_file(narrow)
    told = await narrow.records(await narrow.manifest(url.split("/files/")[0]))
    assert all(set(one) <= {"id", "versi", "diubah_pada", "rujukan", "status"} for one in told)
    refused = await narrow.asker.get(wide)
    assert (refused.status_code, refused.json()["code"]) == (403, "token_too_narrow")
    assert (await exporter.asker.get(url)).status_code == 200
