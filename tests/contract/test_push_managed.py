"""What an operator does with subscriptions, while they are pushed to."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import JenisGrant, Scope, StatusGrant
from gateway.domain.langganan import StatusLangganan
from gateway.domain.ports import SealBroken
from gateway.domain.webhook import Jawaban
from gateway.infra.db.subscribers.tables import LANGGANAN
from tests.contract.shelf import record
from tests.contract.subscriber import BY, RULES, URL, Pushed

REFUSED, DOWN = Jawaban(status=422), Jawaban(status=500)


@pytest.fixture
async def pushed(shelf):
    await shelf.save(*map(record, range(3)))
    made = Pushed(shelf)
    await made.begin()
    return made


async def refused_for_good(pushed):
    pushed.receiver.answers = [REFUSED] * RULES.percobaan
    for _ in range(RULES.percobaan):
        await pushed.pushed()
        pushed.clock.advance(timedelta(hours=1))


async def test_a_message_that_is_set_aside_lets_others_pass_and_can_be_replayed(pushed, shelf):
    await refused_for_good(pushed)
    await shelf.save(record(7))
    await pushed.pushed()
    assert len(pushed.receiver.copy) == 1
    tries = await pushed.manage.deliveries(pushed.langganan.id, 10)
    dead = tries[1]
    assert [one.hasil for one in tries] == ["TERKIRIM", "MATI", "GAGAL", "GAGAL"]
    assert (dead.status_http, dead.percobaan, dead.jumlah) == (422, 3, 3)
    assert pushed.counted == [one.hasil for one in reversed(tries)]
    await pushed.manage.replay(pushed.langganan.id, dead.pesan, oleh=BY)
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_who_refuses_every_message_is_given_up_like_who_takes_none(pushed, shelf):
    pushed.receiver.answers = [REFUSED] * 100
    begun = pushed.clock()
    for number in range(10, 22):
        await shelf.save(record(number))
        await pushed.pushed()
        pushed.clock.advance(timedelta(hours=12))
    given_up = await pushed.now()
    assert (given_up.status, given_up.alasan) == (StatusLangganan.MATI, "http_422")
    assert given_up.gagal_sejak == begun


async def test_one_message_that_was_refused_long_ago_makes_no_later_failure_the_last(pushed, shelf):
    await refused_for_good(pushed)
    assert (await pushed.now()).alasan == "http_422"
    pushed.clock.advance(RULES.menyerah)
    pushed.receiver.answers = [DOWN]
    await shelf.save(record(7))
    await pushed.pushed()
    assert (await pushed.now()).status is StatusLangganan.AKTIF


async def test_one_whose_secret_no_key_opens_holds_up_no_other(pushed, shelf):
    for place in ("satu", "dua"):
        await pushed.manage.add("G-1", f"{URL}/{place}", dengan_data=True, dari_awal=True, oleh=BY)
    broken = {"rahasia": b"k1 x", "kirim_pada": pushed.clock() - timedelta(hours=1)}
    async with shelf.database.writing() as connection:
        await connection.execute(sa.update(LANGGANAN).where(LANGGANAN.c.url != URL).values(broken))
    for _ in range(2):
        with pytest.raises(SealBroken):
            await pushed.worker.step()
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_what_was_set_aside_is_replayed_under_the_grant_of_now(pushed):
    await refused_for_good(pushed)
    [dead, *_] = await pushed.manage.deliveries(pushed.langganan.id, 10)
    await pushed.amend(atribut=frozenset({"nama_lengkap"}))
    await pushed.manage.replay(pushed.langganan.id, dead.pesan, oleh=BY)
    await pushed.pushed()
    assert len(pushed.receiver.copy) == 3
    assert pushed.receiver.copy == await pushed.shown()
    for event in pushed.receiver.got:
        for item in event["data"]["items"]:
            assert {*item["data"]} == {"id", "versi", "diubah_pada", "rujukan", "nama_lengkap"}
    pushed.receiver.got.clear()
    await pushed.amend(wilayah=frozenset({"65"}))
    await pushed.manage.replay(pushed.langganan.id, dead.pesan, oleh=BY)
    await pushed.pushed()
    assert pushed.receiver.copy == {}
    assert "CONTOH" not in str(pushed.receiver.got)


async def test_only_what_was_set_aside_is_replayed(pushed):
    await pushed.pushed()
    for name in (pushed.receiver.tried[0], "msg_lain"):
        with pytest.raises(NotFound):
            await pushed.manage.replay(pushed.langganan.id, name, oleh=BY)


async def test_everything_can_be_pushed_again(pushed):
    await pushed.pushed()
    await pushed.manage.replay(pushed.langganan.id, None, oleh=BY)
    await pushed.pushed()
    # Under another name: a receiver that lost what it took does not know it already.
    assert [event["data"]["awal"] for event in pushed.receiver.got] == [True, True]
    assert len(pushed.receiver.tried) == 2


async def test_a_receiver_that_is_gone_is_left_alone_until_it_is_resumed(pushed):
    pushed.receiver.answers = [Jawaban(status=410)]
    await pushed.pushed()
    assert (await pushed.now()).status is StatusLangganan.MATI
    pushed.clock.advance(timedelta(days=1))
    assert await pushed.pushed() == 0
    await pushed.manage.resume(pushed.langganan.id, oleh=BY)
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_receiver_that_was_given_up_misses_nothing_when_it_is_resumed(
    pushed, shelf, caplog
):
    pushed.receiver.answers = [DOWN] * 100
    while (await pushed.now()).status is StatusLangganan.AKTIF:
        pushed.clock.advance(timedelta(hours=6))
        await pushed.pushed()
    assert pushed.langganan.id in caplog.text
    assert "http_500" in caplog.text
    assert pushed.receiver.copy == {}
    pushed.receiver.answers = []
    await shelf.save(record(1, dihapus=True))
    await pushed.manage.resume(pushed.langganan.id, oleh=BY)
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_what_is_paused_waits_and_nothing_is_missed(pushed, shelf):
    await pushed.pushed()
    await pushed.manage.pause(pushed.langganan.id, oleh=BY)
    await shelf.save(record(8))
    assert await pushed.pushed() == 0
    await pushed.manage.resume(pushed.langganan.id, oleh=BY)
    assert await pushed.pushed() == 1
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_pause_while_a_message_is_under_way_holds(pushed):
    async def pause() -> None:
        pushed.receiver.meanwhile = None
        await pushed.manage.pause(pushed.langganan.id, oleh=BY)

    pushed.receiver.meanwhile = pause
    await pushed.pushed()
    assert (await pushed.now()).status is StatusLangganan.JEDA
    await pushed.manage.resume(pushed.langganan.id, oleh=BY)
    await pushed.pushed()
    # It came twice, under one name.
    assert len(set(pushed.receiver.tried)) == 1
    assert pushed.receiver.copy == await pushed.shown()


async def test_what_has_ended_stays_so(pushed):
    await pushed.manage.end(pushed.langganan.id, oleh=BY)
    assert await pushed.pushed() == 0
    for step in (pushed.manage.resume, pushed.manage.pause, pushed.manage.end):
        with pytest.raises(Conflict):
            await step(pushed.langganan.id, oleh=BY)
    with pytest.raises(Conflict):
        await pushed.manage.rotate(pushed.langganan.id, overlap=timedelta(0), oleh=BY)
    with pytest.raises(Conflict):
        await pushed.manage.replay(pushed.langganan.id, None, oleh=BY)


async def test_two_secrets_sign_until_the_older_one_ends(pushed, shelf):
    await pushed.pushed()
    changed = await pushed.manage.rotate(pushed.langganan.id, overlap=timedelta(hours=2), oleh=BY)
    await shelf.save(record(5))
    await pushed.pushed()  # the receiver knows the old one only
    pushed.receiver.secret = changed.rahasia[0].teks
    await shelf.save(record(6))
    await pushed.pushed()
    pushed.clock.advance(timedelta(hours=2))
    assert len((await pushed.now()).rahasia_berlaku(pushed.clock())) == 1
    await shelf.save(record(7))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()
    with pytest.raises(BadInput):
        await pushed.manage.rotate(pushed.langganan.id, overlap=timedelta(days=8), oleh=BY)


async def test_a_secret_that_still_signs_outlives_the_next_change_of_it(pushed):
    names = []
    for hours in (6, 1, 0):
        changed = await pushed.manage.rotate(
            pushed.langganan.id, overlap=timedelta(hours=hours), oleh=BY
        )
        names.append(changed.rahasia[0].teks)
    # The third one ended the second at once; the first overlaps by one hour, the oldest by six.
    signing = (await pushed.now()).rahasia_berlaku(pushed.clock())
    assert signing == [names[2], names[0], pushed.receiver.secret]
    pushed.clock.advance(timedelta(hours=1))
    assert (await pushed.now()).rahasia_berlaku(pushed.clock()) == [
        names[2],
        pushed.receiver.secret,
    ]


async def test_a_grant_has_few_subscriptions(pushed):
    for _ in range(4):
        await pushed.manage.add("G-1", URL, dengan_data=False, dari_awal=False, oleh=BY)
    with pytest.raises(Conflict):
        await pushed.manage.add("G-1", URL, dengan_data=False, dari_awal=False, oleh=BY)
    await pushed.manage.end(pushed.langganan.id, oleh=BY)
    await pushed.manage.add("G-1", URL, dengan_data=False, dari_awal=False, oleh=BY)
    assert len(await pushed.manage.all("G-1")) == 6
    assert await pushed.manage.all("G-2") == []


@pytest.mark.parametrize(
    "grant",
    [
        {"status": StatusGrant.DITANGGUHKAN},
        {"scopes": frozenset({Scope.PPKS_READ})},
        {"jenis": JenisGrant.SAMARAN},
    ],
)
async def test_only_a_grant_that_may_follow_changes_has_them_pushed(pushed, grant):
    await pushed.amend(**grant)
    with pytest.raises(Conflict):
        await pushed.manage.add("G-1", URL, dengan_data=False, dari_awal=False, oleh=BY)


async def test_who_did_what_stands_in_the_admin_log(pushed, shelf):
    await pushed.manage.pause(pushed.langganan.id, oleh="CONTOH B")
    rows = await shelf.rows("catatan_admin")
    told = [(row["peristiwa"], row["oleh"]) for row in rows if row["objek"] == pushed.langganan.id]
    assert told == [("langganan.tambah", BY), ("langganan.jeda", "CONTOH B")]
    assert "whsec" not in str(rows)


async def test_old_tries_are_forgotten(pushed):
    await pushed.pushed()
    pushed.clock.advance(timedelta(days=29))
    await pushed.worker.sweep()
    assert len(await pushed.manage.deliveries(pushed.langganan.id, 10)) == 1
    pushed.clock.advance(timedelta(days=2))
    await pushed.worker.sweep()
    assert await pushed.manage.deliveries(pushed.langganan.id, 10) == []
    with pytest.raises(NotFound):
        await pushed.manage.deliveries("tidak-ada", 10)
