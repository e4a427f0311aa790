"""Lookup jobs as an agency meets them: handed in, followed, read, cancelled."""

import asyncio
import csv
import gzip
import io
from codecs import BOM_UTF8
from datetime import timedelta

import pytest

from tests.fixtures.gateway_people import SATU, nik_of
from tests.fixtures.lookup_jobs import (
    PATH,
    SOME,
    delete,
    hand_in,
    handed_in,
    invented,
    job,
    ndjson,
    results,
)


async def test_a_job_is_handed_in_worked_off_and_read(gateway, worker):
    asker = await gateway.asking()
    answer = await hand_in(asker, ndjson(SOME))
    assert answer.status_code == 202
    told = answer.json()["data"]
    assert answer.headers["location"] == f"{PATH}/{told['id']}"
    assert (told["status"], told["jumlah"], told["sisa"]) == ("antre", 4, 4)
    assert int(answer.headers["retry-after"]) >= 1
    await worker.until_idle()
    seen = await asker.get(f"{PATH}/{told['id']}")
    assert "retry-after" not in seen.headers
    told = seen.json()["data"]
    assert (told["status"], told["terjawab"], told["sisa"]) == ("selesai", 4, 0)
    assert told["hapus_pada"] > told["selesai_pada"]
    lines = await results(asker, told["id"])
    assert [(line["baris"], line["hasil"]) for line in lines] == [
        (1, "ditemukan"), (2, "tidak_ditemukan"), (3, "tidak_ditemukan"), (4, "ditemukan"),
    ]  # fmt: skip
    assert lines[0]["data"]["nama_lengkap"] == "CONTOH PALSU SATU"
    assert lines[0]["meta"]["sistem"] == "dukcapil"
    assert lines[3]["data"]["status_penduduk"] == "MENINGGAL"
    assert lines[3]["meta"]["hasil"] == "deceased"


async def test_a_result_is_what_a_single_lookup_tells(gateway, worker):
    asker = await gateway.asking(boleh_cache=True, maks_umur=3600)
    job_id = await handed_in(asker, SOME)
    await worker.until_idle()
    for nik, line in zip(SOME, await results(asker, job_id), strict=True):
        alone = await asker.lookup(nik)
        found = alone.status_code == 200
        assert line["hasil"] == ("ditemukan" if found else "tidak_ditemukan")
        if found:
            assert line["data"] == alone.json()["data"]
            same = ("sistem", "hasil", "pada", "asli", "peringatan")
            assert [line["meta"].get(name) for name in same] == [
                alone.json()["meta"].get(name) for name in same
            ]


async def test_bad_rows_are_told_by_line_and_stop_no_other(gateway, worker):
    asker = await gateway.asking()
    body = b'{"nik": "12"}\n\nnot json\n' + ndjson([nik_of(SATU)]) + b'{"nama": "x"}\n\xff\n'
    job_id = (await hand_in(asker, body)).json()["data"]["id"]
    await worker.until_idle()
    lines = {line["baris"]: line for line in await results(asker, job_id)}
    assert {number: line.get("kode") for number, line in lines.items()} == {
        1: "not_sixteen_digits", 3: "not_json", 4: None, 5: "nik_missing", 6: "not_json",
    }  # fmt: skip
    assert lines[4]["hasil"] == "ditemukan"
    told = await job(asker, job_id)
    assert (told["jumlah"], told["salah"], told["terjawab"]) == (1, 4, 1)


async def test_a_body_without_a_row_makes_a_job_that_has_ended(gateway):
    asker = await gateway.asking()
    told = (await hand_in(asker, b"")).json()["data"]
    assert (told["status"], told["jumlah"]) == ("selesai", 0)
    assert await results(asker, told["id"]) == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
async def test_a_csv_is_taken_and_given(gateway, worker, separator):
    asker = await gateway.asking()
    rows = [["nomor", "NIK"], *(["x", nik] for nik in SOME)]
    body = "\r\n".join(separator.join(row) for row in rows).encode("utf-8-sig")
    job_id = (await hand_in(asker, body, kind="text/csv; charset=utf-8")).json()["data"]["id"]
    await worker.until_idle()
    answer = await asker.get(f"{PATH}/{job_id}/results", accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["x-job-complete"] == "true"
    assert answer.content.startswith(BOM_UTF8)
    first, *others = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    # One apostrophe before what a spreadsheet would round.
    assert (first["baris"], first["hasil"], first["nik"]) == ("2", "ditemukan", f"'{SOME[0]}")
    assert first["alamat.jalan"] == "JL. CONTOH NO. 1"
    assert [row["hasil"] for row in others] == ["tidak_ditemukan"] * 2 + ["ditemukan"]


async def test_a_csv_without_the_column_is_refused(gateway):
    asker = await gateway.asking()
    answer = await hand_in(asker, b"nomor,nama\n1,x\n", kind="text/csv")
    assert (answer.status_code, answer.json()["code"]) == (400, "column_missing")
    assert (await asker.get(PATH)).json()["items"] == []


async def test_a_packed_body_is_the_same_body(gateway):
    asker = await gateway.asking()
    plain = await hand_in(asker, ndjson(SOME), key="kunci-sama")
    packed = await hand_in(
        asker, gzip.compress(ndjson(SOME)), key="kunci-sama", **{"content-encoding": "gzip"}
    )
    assert plain.json()["data"]["id"] == packed.json()["data"]["id"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"content-type": "application/json"}, b"{}", 415, "unsupported_media_type"),
        ({"content-encoding": "br"}, b"x", 415, "unsupported_media_type"),
        ({"content-encoding": "gzip"}, b"\x1f\x8bnot gzip", 400, "bad_input"),
        ({"content-encoding": "gzip"}, gzip.compress(b"x" * 1000, mtime=0)[:-5], 400, "bad_input"),
        ({"content-encoding": "gzip"}, gzip.compress(b"\n" * 40_000_000, mtime=0), 413, "body_too_large"),
        ({"idempotency-key": "pendek"}, b"", 400, "bad_input"),
        ({"idempotency-key": "a-9901010101900001"}, b"", 400, "bad_input"),
    ],
)  # fmt: skip
async def test_what_is_no_job_is_refused(gateway, headers, body, status, code):
    asker = await gateway.asking()
    told = {"content-type": "application/x-ndjson", "idempotency-key": "kunci-satu"} | headers
    answer = await asker.post(PATH, body, **told)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await asker.get(PATH)).json()["items"] == []
    async with gateway.parts.database.reading() as connection:
        left = await connection.exec_driver_sql("SELECT count(*) FROM tugas")
        assert left.scalar_one() == 0


async def test_a_digest_may_be_a_key_whatever_its_digits(gateway):
    asker = await gateway.asking()
    answer = await hand_in(asker, ndjson(SOME), key="a0990101010190000112bc")
    assert answer.status_code == 202


async def test_a_key_is_needed(gateway):
    asker = await gateway.asking()
    answer = await asker.post(PATH, b"", **{"content-type": "application/x-ndjson"})
    assert answer.status_code == 400


async def test_the_same_key_and_body_are_one_job_and_another_body_is_a_conflict(gateway):
    asker = await gateway.asking()
    first = await hand_in(asker, ndjson(SOME), key="kunci-satu")
    again = await hand_in(asker, ndjson(SOME), key="kunci-satu")
    other = await hand_in(asker, ndjson(SOME[:1]), key="kunci-satu")
    assert again.status_code == 202
    assert first.json()["data"] == again.json()["data"]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len((await asker.get(PATH)).json()["items"]) == 1


async def test_many_who_hand_in_the_same_at_once_have_one_job(gateway):
    asker = await gateway.asking()
    answers = await asyncio.gather(
        *(hand_in(asker, ndjson(SOME), key="kunci-satu") for _ in range(6))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    async with gateway.parts.database.reading() as connection:
        blocks = await connection.exec_driver_sql("SELECT count(*) FROM tugas_potong")
        assert blocks.scalar_one() == 1


async def test_a_key_belongs_to_one_grant(gateway):
    one, two = await gateway.asking(), await gateway.asking()
    first = await hand_in(one, ndjson(SOME), key="kunci-satu")
    second = await hand_in(two, ndjson(SOME[:1]), key="kunci-satu")
    assert second.status_code == 202
    assert first.json()["data"]["id"] != second.json()["data"]["id"]


async def test_jobs_are_listed_page_by_page(gateway):
    asker = await gateway.asking()
    made = []
    for _ in range(3):
        made.append(await handed_in(asker, SOME))
        gateway.clock.advance(timedelta(seconds=1))
    page = (await asker.get(f"{PATH}?limit=2")).json()
    rest = (await asker.get(f"{PATH}?limit=2&cursor={page['next_cursor']}")).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


async def test_results_are_read_on_from_where_one_was(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [invented(number) for number in range(450)])
    await worker.until_idle()
    found, after = [], 0
    while len(found) < 450:
        lines = await results(asker, job_id, f"?after={after}&limit=173")
        found += lines
        after = lines[-1]["urut"]
    assert [line["urut"] for line in found] == list(range(1, 451))
    assert sorted(line["baris"] for line in found) == list(range(1, 451))
    assert await results(asker, job_id, f"?after={after}") == []


async def test_a_reading_before_the_end_says_so(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [invented(number) for number in range(250)])
    assert await worker.step()
    answer = await asker.get(f"{PATH}/{job_id}/results")
    assert answer.headers["x-job-complete"] == "false"
    assert answer.text.splitlines()[-1] == '{"lengkap":false,"sampai":200}'
    assert (await job(asker, job_id))["status"] == "berjalan"
    part = await asker.get(f"{PATH}/{job_id}/results?limit=10")
    assert part.headers["x-job-complete"] == "false"


async def test_a_cancelled_job_asks_nothing_more_and_keeps_what_it_brought(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [invented(number) for number in range(250)])
    assert await worker.step()
    for _ in range(2):
        answer = await delete(gateway, asker, job_id)
        assert (answer.status_code, answer.json()["data"]["status"]) == (200, "dibatalkan")
    assert not await worker.step()
    assert len(await results(asker, job_id)) == 200
    async with gateway.parts.database.reading() as connection:
        blocks = await connection.exec_driver_sql("SELECT count(*) FROM tugas_potong")
        assert blocks.scalar_one() == 0


async def test_too_many_rows_and_too_many_jobs_are_refused(sqlite_url):
    from tests.fixtures.gateway_app import environment, opened

    environ = environment(sqlite_url, GATEWAY_JOBS_ROWS="5", GATEWAY_JOBS_OPEN="1")
    async with opened(environ) as gateway:
        asker = await gateway.asking()
        answer = await hand_in(asker, ndjson([SOME[0]] * 6))
        assert (answer.status_code, answer.json()["code"]) == (400, "too_many_rows")
        await handed_in(asker, SOME)
        answer = await hand_in(asker, ndjson(SOME))
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_jobs")
        assert answer.headers["retry-after"] == "60"


async def test_of_jobs_that_come_at_once_no_more_are_open_than_may_be(sqlite_url):
    from tests.fixtures.gateway_app import environment, opened

    async with opened(environment(sqlite_url, GATEWAY_JOBS_OPEN="2")) as gateway:
        asker = await gateway.asking()
        keys = [f"kunci-{number:04}" for number in range(6)]
        answers = await asyncio.gather(*(hand_in(asker, ndjson(SOME), key=key) for key in keys))
        assert sorted(answer.status_code for answer in answers) == [202] * 2 + [429] * 4
        async with gateway.parts.database.reading() as connection:
            kept = await connection.exec_driver_sql("SELECT count(*) FROM tugas")
            assert kept.scalar_one() == 2


async def test_a_job_is_destroyed_when_its_time_is_over(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, SOME)
    await worker.until_idle()
    gateway.clock.advance(timedelta(hours=24, seconds=1))
    await worker.sweep()
    asker = await gateway.asker(asker.grant)
    assert (await asker.get(f"{PATH}/{job_id}")).status_code == 404
    async with gateway.parts.database.reading() as connection:
        for table in ("tugas", "tugas_potong", "tugas_hasil"):
            left = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert left.scalar_one() == 0


async def test_a_job_that_takes_too_long_ends(gateway, worker):
    asker = await gateway.asking(berlaku_sampai=gateway.clock() + timedelta(days=90))
    job_id = await handed_in(asker, SOME)
    gateway.clock.advance(timedelta(days=30, seconds=1))
    await worker.sweep()
    assert not await worker.step()
    told = await job(await gateway.asker(asker.grant), job_id)
    assert (told["status"], told["sisa"]) == ("kedaluwarsa", 4)


async def test_metrics_tell_how_jobs_stand_and_not_whose_they_are(gateway, worker):
    asker = await gateway.asking()
    await handed_in(asker, SOME)
    text = (await gateway.http.get("/metrics")).text
    for line in (
        'gateway_jobs{status="antre"} 1.0',
        'gateway_jobs_rows{hasil="sisa"} 4.0',
        'gateway_jobs_turn_seconds{status="antre"}',
    ):
        assert line in text
    lines = [line for line in text.splitlines() if line.startswith("gateway_jobs")]
    assert not [line for line in lines if asker.grant.client_id in line or nik_of(SATU) in line]


async def test_what_was_asked_before_a_person_was_forgotten_stays_in_results_and_is_asked_anew(
    gateway, worker
):
    asker = await gateway.asking(boleh_cache=True, maks_umur=3600)
    before = await handed_in(asker, [nik_of(SATU)])
    await worker.until_idle()
    await gateway.parts.forget_person(nik_of(SATU))
    assert [line["hasil"] for line in await results(asker, before)] == ["ditemukan"]
    await handed_in(asker, [nik_of(SATU)])
    await worker.until_idle()
    asked = gateway.parts.metrics.registry.get_sample_value(
        "gateway_nik_cache_total", {"event": "asked"}
    )
    assert asked == 2.0
