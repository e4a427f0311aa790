"""A job waits when it must, says why, and goes on by itself; it never asks more than it may."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from gateway.domain.systems import AsgiApp, Receive
from tests.fixtures.gateway_app import Gateway, environment, opened
from tests.fixtures.gateway_people import SATU, nik_of
from tests.fixtures.lookup_jobs import Worker, handed_in, invented, job, results

DAY = timedelta(days=1)


async def test_a_job_waits_for_the_next_day_where_the_grant_s_lookups_are_used_up(gateway, worker):
    asker = await gateway.asking(cari_per_hari=10)
    job_id = await handed_in(asker, [invented(number) for number in range(25)])
    for day in range(3):
        await worker.until_idle()
        told = await job(asker, job_id)
        if day < 2:
            assert (told["status"], told["alasan"]) == ("menunggu", "grant_quota_spent")
            assert told["terjawab"] == 10 * (day + 1)
            assert told["perkiraan_selesai"] >= told["lanjut_pada"]
            # Midnight in western Indonesia.
            assert told["lanjut_pada"][11:] == "17:00:00Z"
            gateway.clock.advance(DAY)
            asker = await gateway.asker(asker.grant)
    assert (told["status"], told["terjawab"]) == ("selesai", 25)


async def test_a_lookup_that_brought_no_answer_is_not_paid_twice(gateway, worker):
    asker = await gateway.asking(cari_per_hari=10)
    job_id = await handed_in(asker, [invented(number) for number in range(10)])
    gateway.break_registry(status=503)
    for _ in range(5):
        assert await worker.step()
        told = await job(asker, job_id)
        assert told["status"] == "menunggu"
        assert told["alasan"].startswith("upstream_")
        gateway.clock.advance(timedelta(hours=1))
        asker = await gateway.asker(asker.grant)
    gateway.break_registry()
    await worker.until_idle()
    told = await job(asker, job_id)
    assert (told["status"], told["terjawab"]) == ("selesai", 10)


async def test_a_store_that_is_away_for_long_fails_no_row(gateway, worker):
    asker = await gateway.asking(cari_per_hari=1)
    job_id = await handed_in(asker, [nik_of(SATU)])

    async def rename(table: str, to: str) -> None:
        async with gateway.parts.database.writing() as connection:
            await connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")

    await rename("pembatasan", "hilang")
    gateway.parts.subjects.restrictions.forget()
    for _ in range(6):
        assert await worker.step()
        assert (await job(asker, job_id))["alasan"] == "store_unavailable"
        gateway.clock.advance(timedelta(hours=1))
        asker = await gateway.asker(asker.grant)
    await rename("hilang", "pembatasan")
    await worker.until_idle()
    (line,) = await results(asker, job_id)
    assert line["hasil"] == "ditemukan"


async def test_a_job_does_not_knock_every_few_seconds_where_nobody_can_tell_until_when(sqlite_url):
    ended = {"GATEWAY_DUKCAPIL_PKS_EXPIRES": "2020-01-01"}
    async with opened(environment(sqlite_url, **ended)) as gateway:
        worker = Worker(gateway)
        asker = await gateway.asking()
        job_id = await handed_in(asker, [nik_of(SATU)])
        assert await worker.step()
        assert (await job(asker, job_id))["alasan"] == "upstream_agreement_ended"
        gateway.clock.advance(timedelta(minutes=9))
        assert not await worker.step()
        gateway.clock.advance(timedelta(minutes=1))
        assert await worker.step()


async def test_a_job_goes_on_when_the_registry_is_back(gateway, worker):
    asker = await gateway.asking()
    job_id = await handed_in(asker, [nik_of(SATU)])
    gateway.break_registry(status=503)
    assert await worker.step()
    assert not await worker.step()
    assert (await job(asker, job_id))["terjawab"] == 0
    gateway.break_registry()
    gateway.clock.advance(timedelta(hours=1))
    assert await worker.step()
    asker = await gateway.asker(asker.grant)
    (line,) = await results(asker, job_id)
    assert line["hasil"] == "ditemukan"


def with_bad_answers(niks: dict[str, int]) -> Callable[[AsgiApp], AsgiApp]:
    """The registry, but about these persons it answers nonsense so many times."""

    def wrap(app: AsgiApp) -> AsgiApp:
        async def answer(scope, receive, send) -> None:
            message = await receive() if scope["type"] == "http" else {}
            asked = next((nik for nik in niks if nik.encode() in message.get("body", b"")), None)
            if asked is None or niks[asked] == 0:
                await app(scope, partial(_first, [message], receive), send)
                return
            niks[asked] -= 1
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b'{"ok":true}'})

        return answer

    return wrap


async def _first(messages: list[dict[str, Any]], receive: Receive) -> dict[str, Any]:
    return messages.pop() if messages else await receive()


async def test_a_row_whose_answer_is_never_of_use_fails_alone(sqlite_url):
    niks = [nik_of(SATU), invented(1), invented(2), *(invented(n) for n in range(3, 20))]
    async with opened(environment(sqlite_url), wrap=with_bad_answers({niks[1]: 5})) as gateway:
        worker = Worker(gateway)
        asker = await gateway.asking(cari_per_hari=len(niks))
        job_id = await handed_in(asker, niks)
        for _ in range(6):
            await worker.until_idle()
            gateway.clock.advance(timedelta(hours=1))
        asker = await gateway.asker(asker.grant)
        told = await job(asker, job_id)
        assert (told["status"], told["gagal"], told["terjawab"]) == ("selesai", 1, 19)
        bad = next(line for line in await results(asker, job_id) if line["hasil"] == "gagal")
        assert (bad["baris"], bad["kode"]) == (2, "upstream_malformed")


async def test_each_row_is_tried_as_often_whichever_fails_before_it(sqlite_url):
    niks = [invented(n) for n in range(60)]
    bad = {niks[1]: 5, niks[30]: 3}
    async with opened(environment(sqlite_url), wrap=with_bad_answers(bad)) as gateway:
        worker = Worker(gateway)
        asker = await gateway.asking(cari_per_hari=len(niks))
        job_id = await handed_in(asker, niks)
        await worker.until_idle()
        assert (await job(asker, job_id))["terjawab"] == 58
        await hours_of(gateway, worker, 7)
        told = await job(await gateway.asker(asker.grant), job_id)
        assert (told["status"], told["gagal"], told["terjawab"]) == ("selesai", 1, 59)


async def test_rows_whose_answers_open_the_breaker_come_to_an_end(sqlite_url):
    niks = [invented(n) for n in range(20)]
    bad = dict.fromkeys(niks[5:9], 1000)
    async with opened(environment(sqlite_url), wrap=with_bad_answers(bad)) as gateway:
        worker = Worker(gateway)
        asker = await gateway.asking()
        job_id = await handed_in(asker, niks)
        await hours_of(gateway, worker, 10)
        told = await job(await gateway.asker(asker.grant), job_id)
        assert (told["status"], told["gagal"], told["terjawab"]) == ("selesai", 4, 16)


async def hours_of(gateway: Gateway, worker: Worker, hours: int) -> None:
    for _ in range(hours):
        await worker.until_idle()
        gateway.clock.advance(timedelta(hours=1))


async def test_jobs_take_turns(gateway, worker):
    long = await gateway.asking()
    short = await gateway.asking()
    big = await handed_in(long, [invented(number) for number in range(600)])
    gateway.clock.advance(timedelta(seconds=1))
    small = await handed_in(short, [nik_of(SATU)])
    gateway.clock.advance(timedelta(seconds=1))
    assert await worker.step()
    gateway.clock.advance(timedelta(seconds=1))
    assert await worker.step()
    assert (await job(short, small))["status"] == "selesai"
    assert (await job(long, big))["terjawab"] == 200


async def test_a_job_that_waits_holds_up_no_other(gateway, worker):
    poor = await gateway.asking(cari_per_hari=0)
    rich = await gateway.asking()
    waits = await handed_in(poor, [nik_of(SATU)])
    runs = await handed_in(rich, [nik_of(SATU)])
    await worker.until_idle()
    assert (await job(poor, waits))["alasan"] == "grant_quota_spent"
    assert (await job(rich, runs))["status"] == "selesai"
