"""Pushed records: each on its own merits, inside the grant, once, and in any order."""

import gzip
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gateway.api.v1.batch_body import NdjsonRecords
from gateway.domain.grant import Scope
from tests.fixtures.pushes import KIND, NDJSON, OTHER_KIND, lines, outcomes, push, sent, writer


async def shown(gateway, **changes):
    """The pushed records as a reader of everything sees them, by their name."""
    reader = await gateway.asking(wilayah=frozenset("*"), **changes)
    items = (await reader.get("/v1/ppks?limit=1000")).json()["items"]
    pushed = (one for one in items if one["sumber"]["sistem"] == "klien:dinkes")
    return {one["sumber"]["id_sumber"]: one for one in pushed}


async def test_new_changed_and_unchanged_records_are_told_apart(gateway):
    asker = await writer(gateway)
    assert await outcomes(asker, sent(1), sent(2)) == ["baru", "baru"]
    changed = sent(2, 2, nama_lengkap="CONTOH KIRIMAN DUA")
    assert await outcomes(asker, sent(1), changed, sent(3)) == ["tetap", "berubah", "baru"]
    found = await shown(gateway)
    assert found.keys() == {"R-1", "R-2", "R-3"}
    assert found["R-2"]["nama_lengkap"] == "CONTOH KIRIMAN DUA"


async def test_versions_may_come_in_any_order(gateway):
    asker = await writer(gateway)
    newest = sent(1, 9, nama_lengkap="CONTOH SEMBILAN")
    assert await outcomes(asker, newest) == ["baru"]
    assert await outcomes(asker, sent(1, 5), newest) == ["usang", "tetap"]
    assert await outcomes(asker, sent(1, 9)) == ["bertentangan"]
    assert await outcomes(asker, sent(2, 1), sent(2, 3), sent(2, 2)) == ["usang", "baru", "usang"]
    found = await shown(gateway)
    assert found["R-1"]["nama_lengkap"] == "CONTOH SEMBILAN"


async def test_two_tellings_in_one_batch_are_judged_by_what_is_stored(gateway):
    asker = await writer(gateway)
    one, other = sent(1, 5, nama_lengkap="CONTOH SATU"), sent(1, 5, nama_lengkap="CONTOH LAIN")
    assert await outcomes(asker, one) == ["baru"]
    assert await outcomes(asker, other, one) == ["bertentangan", "tetap"]
    assert await outcomes(asker, one, other) == ["tetap", "bertentangan"]
    assert await outcomes(asker, sent(1, 6)) == ["berubah"]
    assert await outcomes(asker, other, one, sent(1, 4)) == ["usang"] * 3


async def test_what_is_withdrawn_is_gone_and_stays_gone(gateway):
    asker = await writer(gateway)
    await push(asker, sent(1))
    gone = {"id_sumber": "R-1", "urutan": 3, "dihapus": True}
    assert await outcomes(asker, gone) == ["berubah"]
    assert await shown(gateway) == {}
    assert await outcomes(asker, sent(1, 2)) == ["usang"]
    assert await outcomes(asker, {**gone, "id_sumber": "R-7"}, sent(7, 2)) == ["baru", "usang"]
    assert await outcomes(asker, sent(1, 4)) == ["berubah"]
    assert (await shown(gateway)).keys() == {"R-1"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kode_wilayah": "64.03"}, "kode_wilayah"),
        ({"kode_wilayah": "64.020"}, "kode_wilayah"),
        ({"kode_wilayah": None}, "kode_wilayah"),
        ({"agama": "ISLAM"}, "agama"),
        ({"kategori": [{"kode": OTHER_KIND}]}, "kategori[0].kode"),
        ({"kategori": [{"kode": KIND}, {"kode": OTHER_KIND}]}, "kategori[1].kode"),
        ({"kategori": None}, "kategori"),
        ({"kategori": [{"kode": "ppks:tidak-ada"}]}, "kategori[0].kode"),
        ({"status": "DITETAPKAN"}, "status"),
        ({"nik": "123"}, "nik"),
        ({"hobi": "x"}, "body"),
        ({"urutan": -1}, "urutan"),
        ({"urutan": "1"}, "urutan"),
        ({"tanggal_lahir": "2999-01-01"}, "tanggal_lahir"),
        ({"diubah_pada": "0001-01-01T00:00:00+14:00"}, "diubah_pada"),
        ({"diubah_pada": "9999-12-31T23:59:59-12:00"}, "diubah_pada"),
        ({"id_sumber": "9901014101900001"}, "id_sumber"),
        ({"id_sumber": "nik:"}, "id_sumber"),
        ({"alamat": {"jalan": 1}}, "alamat.jalan"),
        ({"nama_lengkap": "x" * 40_000}, "body"),
        ({"nama_lengkap": "CONTOH\0"}, "body"),
        ({"nama_lengkap": "CONTOH \\\0"}, "body"),
        ({"nama_lengkap": ""}, "nama_lengkap"),
    ],
)
async def test_a_bad_record_is_refused_and_stops_no_other(gateway, changes, field):
    asker = await writer(gateway, kategori=frozenset((KIND,)))
    answer = await push(asker, sent(1), sent(2, **changes), sent(3))
    first, bad, last = answer.json()["data"]["hasil"]
    assert (first["hasil"], bad["hasil"], last["hasil"]) == ("baru", "ditolak", "baru")
    assert [one["field"] for one in bad["errors"]] == [field]
    assert "9901014101900001" not in answer.text
    assert (await shown(gateway)).keys() == {"R-1", "R-3"}


@pytest.mark.parametrize(("hour", "is_born"), [(14, False), (15, True)])
def test_a_day_begins_in_the_east(hour, is_born):
    reader = NdjsonRecords(lambda: datetime(2026, 11, 21, hour, 30, tzinfo=UTC))
    text = msgspec.json.encode(sent(tanggal_lahir="2026-11-22"))
    assert (reader.read("klien:dinkes", 1, text).rekaman is not None) is is_born


async def test_of_a_record_with_many_errors_ten_are_told(gateway):
    asker = await writer(gateway)
    answer = await push(asker, sent(1, kategori=[{"kode": "x"}] * 50))
    (bad,) = answer.json()["data"]["hasil"]
    assert [one["field"] for one in bad["errors"]] == [f"kategori[{n}].kode" for n in range(10)]


async def test_a_text_that_looks_like_an_escape_is_a_text(gateway):
    asker = await writer(gateway)
    assert await outcomes(asker, sent(1, nama_lengkap="CONTOH \\u0000")) == ["baru"]
    assert (await shown(gateway))["R-1"]["nama_lengkap"] == "CONTOH \\u0000"


async def test_what_is_wrong_is_told_in_the_callers_language(gateway):
    asker = await writer(gateway)
    words = {"id": "harus 16 angka", "en": "must have exactly 16 digits"}
    for language, right in words.items():
        answer = await push(asker, sent(1, nik="1"), accept_language=language)
        (bad,) = answer.json()["data"]["hasil"]
        assert [one["message"] for one in bad["errors"]] == [right]


async def test_what_stands_outside_the_grant_can_neither_be_changed_nor_withdrawn(gateway):
    asker = await writer(gateway)
    await push(asker, sent(1))
    other = await writer(gateway, wilayah=frozenset(("64.03",)))
    moved = sent(1, 2, kode_wilayah="64.03.01")
    gone = {"id_sumber": "R-1", "urutan": 2, "dihapus": True}
    assert await outcomes(other, moved) == ["ditolak"]
    assert await outcomes(other, gone) == ["ditolak"]
    assert await outcomes(asker, moved) == ["ditolak"]
    assert (await shown(gateway))["R-1"]["kode_wilayah"] == "64.02.06"
    both = await writer(gateway, wilayah=frozenset(("64",)))
    assert await outcomes(both, moved) == ["berubah"]


async def test_each_client_has_names_of_its_own(gateway):
    await gateway.agency("dinsos")
    first, second = await writer(gateway), await writer(gateway, "dinsos")
    assert await outcomes(first, sent(1)) == ["baru"]
    assert await outcomes(second, sent(1, nik=None)) == ["baru"]
    assert await outcomes(second, sent(1, 2, nik=None, nama_lengkap="CONTOH B")) == ["berubah"]
    assert (await shown(gateway))["R-1"]["nama_lengkap"] == "CONTOH KIRIMAN 1"


async def test_a_person_of_whom_another_source_tells_is_one_record(gateway):
    await gateway.agency("dinsos")
    first, second = await writer(gateway), await writer(gateway, "dinsos")
    await push(first, sent(1))
    assert await outcomes(second, sent(1, no_kk="9901010101150001")) == ["baru"]
    reader = await gateway.asking()
    items = (await reader.get("/v1/ppks?limit=1000")).json()["items"]
    [joined] = [one for one in items if "gabungan" in one]
    assert {one["sistem"] for one in joined["gabungan"]["anggota"]} == {
        "klien:dinkes",
        "klien:dinsos",
    }
    assert joined["no_kk"] == "9901010101150001"


async def test_the_same_batch_again_is_answered_as_the_first_time(gateway):
    asker = await writer(gateway)
    first = await push(asker, sent(1), sent(2, nik="1"), key="kunci-0001")
    again = await push(asker, sent(1), sent(2, nik="1"), key="kunci-0001")
    assert again.json()["data"] == first.json()["data"]
    other = await push(asker, sent(3), key="kunci-0001")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert (await shown(gateway)).keys() == {"R-1"}
    same_name = await writer(gateway)
    assert await outcomes(same_name, sent(1), key="kunci-0001") == ["tetap"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (lines(sent(1), sent(2)), NDJSON),
        (b"\n" + lines(sent(1)) + b"\r\n" + lines(sent(2)).rstrip(), NDJSON),
        (msgspec.json.encode({"items": [sent(1), sent(2)]}), "application/json"),
        (
            b' { "items" : [ ' + b" , ".join(lines(sent(1), sent(2)).split()) + b"]} ",
            "application/json",
        ),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
async def test_forms_of_a_batch(gateway, body, kind, packed):
    asker = await writer(gateway)
    headers = {"content-type": kind} | ({"content-encoding": "gzip"} if packed else {})
    body = gzip.compress(body, mtime=0) if packed else body
    assert await outcomes(asker, body, **headers) == ["baru", "baru"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (lines(sent(1)), {"content-type": "text/csv"}, 415, "unsupported_media_type"),
        (lines(sent(1)), {"content-encoding": "br"}, 415, "unsupported_media_type"),
        (lines(sent(1)), {"content-encoding": "gzip"}, 400, "bad_input"),
        (lines(*[sent(1)] * 10_001), {}, 400, "too_many_rows"),
        (b"x" * 40_000_000, {}, 413, "body_too_large"),
        (b'{"items": [', {"content-type": "application/json"}, 400, "bad_input"),
        (b'[{"id_sumber": "R-1"}]', {"content-type": "application/json"}, 400, "bad_input"),
        (lines(sent(1)), {"idempotency-key": "kurang"}, 400, "bad_input"),
    ],
)
async def test_of_a_bad_batch_nothing_is_stored(gateway, body, headers, status, code):
    asker = await writer(gateway)
    answer = await push(asker, body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await shown(gateway) == {}
    audited = [row for row in await gateway.audited() if row["peristiwa"] != "ppks.list"]
    assert {row["hasil"] for row in audited} <= {"ditolak"}


async def test_who_pushed_is_in_the_audit_log_before_the_answer(gateway):
    asker = await writer(gateway)
    await push(asker, sent(1), sent(2, kode_wilayah="65"))
    [row] = await gateway.audited()
    assert (row["peristiwa"], row["hasil"], row["jumlah"]) == ("ppks.kirim", "diberikan", 1)
    assert row["client_id"] == "dinkes"


async def test_without_the_scope_or_the_type_nothing_is_written(gateway):
    reader = await gateway.asking()
    assert (await push(reader, sent(1))).status_code == 403
    badly_stored = await gateway.asking(scopes=frozenset((Scope.PPKS_READ, Scope.PPKS_WRITE)))
    assert (await push(badly_stored, sent(1))).status_code == 403


async def test_an_ended_grant_writes_nothing(gateway):
    asker = await writer(gateway)
    await gateway.amend(asker.grant, status="BERAKHIR")
    gateway.clock.advance(timedelta(seconds=2))
    assert (await push(asker, sent(1))).status_code in {401, 403}
