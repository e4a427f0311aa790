"""Pages as another system may well give them: what they say is taken over, and nothing else."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.systems import SourceBatch
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import record
from tests.contract.troubled_processes import Crash, around
from tests.systems.sijosku.support import Meeting

GONE = 410
A_RECORD = {"id": "A-1", "nama": "CONTOH A", "kategori": "Lanjut Usia Terlantar"}
ITS_END = {"id": "A-1", "dihapus": True}


class Pages:
    """An ASGI app that gives one answer after the other."""

    def __init__(self, *answers: list[dict] | int) -> None:
        self._answers = list(answers)

    async def __call__(self, scope, receive, send) -> None:
        del scope
        await receive()
        told = self._answers.pop(0)
        status, data = (told, []) if isinstance(told, int) else (200, told)
        left = len(self._answers)
        body = {"data": data, "kursor": f"k{left}", "masih_ada": left > 0}
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


@pytest.fixture
async def province(shelf):
    made = Province(shelf)
    yield made
    await made.close()


async def carried(province, *answers):
    """Where the direction stands after pages; those after a number are another reading's."""
    await province.meeting.close()
    province.meeting = Meeting(Pages(*answers))
    return await province.carry(MASUK)


async def names(shelf):
    return {item["sumber"]["id_sumber"]: item["nama_lengkap"] for item in await shelf.shown()}


async def seen(shelf):
    return {row["id_sumber"] for row in await shelf.rows("sinkron_terlihat")}


async def test_what_ended_and_came_back_on_one_page_is_there_and_can_end_again(province, shelf):
    await carried(province, [ITS_END, A_RECORD])
    assert (await names(shelf)).keys() == await seen(shelf) == {"A-1"}
    await carried(province, GONE, [])
    assert await names(shelf) == {}


async def test_what_came_and_ended_on_one_page_is_not_there(province, shelf):
    await carried(province, [A_RECORD, ITS_END])
    assert (await names(shelf)).keys() == await seen(shelf) == set()


async def test_a_change_back_to_what_a_page_before_told_is_a_change(province, shelf):
    other = A_RECORD | {"nama": "CONTOH B"}
    await carried(province, [A_RECORD], [other, A_RECORD])
    assert await names(shelf) == {"A-1": "CONTOH A"}
    await carried(province, [A_RECORD, other], [A_RECORD])
    assert await names(shelf) == {"A-1": "CONTOH A"}


async def test_a_feed_that_begins_anew_with_what_it_just_told_has_not_lost_it(province, shelf):
    other = A_RECORD | {"id": "A-2"}
    await carried(province, [A_RECORD, other])
    titik = await carried(province, [A_RECORD], GONE, [A_RECORD, other])
    assert (titik.alasan, titik.putaran, titik.hitungan.hilang) == (None, 2, 0)
    assert (await names(shelf)).keys() == await seen(shelf) == {"A-1", "A-2"}


class DiesAfter:
    """A process that ends after so many uses of its stores."""

    def __init__(self, uses: int) -> None:
        self._left = uses

    async def use(self, call):
        done = await call()
        self._left -= 1
        if self._left == 0:
            raise Crash
        return done


@pytest.mark.parametrize("uses", range(1, 6))
async def test_what_was_taken_just_before_a_crash_and_is_not_told_any_more_is_gone(
    province, shelf, uses
):
    await carried(province, [A_RECORD | {"id": "A-2"}])
    await province.meeting.close()
    province.meeting = Meeting(Pages([A_RECORD]))
    dying = province.worker(around=around(DiesAfter(uses)))
    with suppress(Crash):
        await dying.work(MASUK, early=True)
    shelf.clock.advance(timedelta(hours=1))
    await carried(province, GONE, [])
    assert (await names(shelf)).keys() == await seen(shelf) == set()


@pytest.mark.parametrize("broken", [{"nik": "12"}, {"nama": []}], ids=str)
async def test_a_record_that_cannot_be_read_any_more_has_not_vanished(province, shelf, broken):
    await carried(province, [A_RECORD, A_RECORD | {"id": "A-2"}])
    titik = await carried(province, GONE, [A_RECORD | broken])
    assert (titik.putaran, titik.hitungan.ditolak, titik.hitungan.hilang) == (2, 1, 1)
    assert await names(shelf) == {"A-1": "CONTOH A"}
    assert await seen(shelf) == {"A-1"}


class Whole:
    """A source that tells all each time, in two pages, and has nothing to go on from."""

    def __init__(self, *numbers: int) -> None:
        self.records = {number: record(number) for number in numbers}
        self.begun: list[str | None] = []

    async def read(self, cursor):
        self.begun.append(cursor)
        told = tuple(self.records.values())
        if cursor is None:
            yield SourceBatch(rekaman=told[:2], cursor="sisa")
        yield SourceBatch(rekaman=told[2:], cursor=None)


async def test_a_source_without_a_place_to_go_on_from_is_read_anew_each_time(province, shelf):
    source = Whole(1, 2, 3)
    province.meeting.system = replace(province.meeting.system, record_source=source)
    first = await province.carry(MASUK)
    del source.records[1]
    source.records[4] = record(4)
    titik = await province.carry(MASUK)
    assert source.begun == [None, None]
    assert titik.putaran == first.putaran + 1
    assert titik.lanjut_pada - shelf.clock() == timedelta(days=1)
    assert await seen(shelf) == (await names(shelf)).keys() == {"S-2", "S-3", "S-4"}


async def test_an_id_that_no_index_holds_is_refused_and_the_rest_taken(province, shelf):
    long = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(4000))
    titik = await carried(province, [A_RECORD, A_RECORD | {"id": long}, ITS_END | {"id": long}])
    assert (titik.alasan, titik.hitungan.baru, titik.hitungan.ditolak) == (None, 1, 2)
    assert await names(shelf) == {"A-1": "CONTOH A"}


class Failing:
    """A source that raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def read(self, _cursor):
        raise self._error
        yield


def fails(province, error: Exception) -> None:
    province.meeting.system = replace(province.meeting.system, record_source=Failing(error))


async def test_what_a_system_did_not_like_is_in_the_log_with_what_to_mend(province, caplog):
    titik = await carried(province, 413)
    assert titik.alasan == "upstream_bad_request"
    assert "sijosku/masuk" in caplog.text
    assert "push_size [413]" in caplog.text


async def test_what_nobody_foresaw_is_told_and_hinders_no_other_direction(province, shelf):
    await shelf.save(record(1, sistem="siks_ng", id_sumber="D-1"))
    fails(province, RuntimeError("CONTOH"))
    await province.sync.step()
    failed, sent = [await province.points.open(jalur) for jalur in (MASUK, KELUAR)]
    assert (failed.alasan, failed.gagal) == ("internal", 1)
    assert failed.lanjut_pada > shelf.clock()
    assert (sent.alasan, sent.hitungan.baru) == (None, 1)


async def test_another_side_may_ask_for_time_but_not_for_ever(province, shelf):
    fails(province, UpstreamFailure(Outcome.BUSY, retry_after=1e12))
    titik = await province.carry(MASUK)
    assert (titik.alasan, titik.lanjut_pada - shelf.clock()) == ("upstream_busy", timedelta(days=1))
