"""Changes pushed to a subscriber: whole, in order, as the grant shows them, whatever goes wrong."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.grant import StatusGrant
from gateway.domain.langganan import StatusLangganan
from gateway.domain.webhook import Jawaban
from tests.contract.shelf import ALL_ATTRIBUTES, person, record
from tests.contract.subscriber import BY, Pushed

DOWN, LOST = Jawaban(status=503), Jawaban(alasan="timed_out")
REFUSED = Jawaban(status=422)
LEASE = timedelta(seconds=60)


@pytest.fixture
async def pushed(shelf):
    await shelf.save(*map(record, range(3)))
    return Pushed(shelf)


async def test_all_that_the_grant_shows_then_every_change_of_it(pushed, shelf):
    await shelf.save(*map(record, range(250)))
    await pushed.begin()
    assert await pushed.pushed() == 3
    assert pushed.receiver.copy == await pushed.shown()
    assert [event["data"]["awal"] for event in pushed.receiver.got] == [True, False, False]
    assert await pushed.pushed() == 0
    await shelf.save(record(1, dihapus=True), record(2, versi="baru"), record(900))
    await shelf.save(record(3, orang=person(3, kode_wilayah="65.01")))
    assert await pushed.pushed() == 1
    assert pushed.receiver.copy == await pushed.shown()
    assert len(pushed.receiver.copy) == 249


async def test_an_event_has_the_names_of_cloudevents(pushed):
    await pushed.begin()
    await pushed.pushed()
    (event,) = pushed.receiver.got
    assert set(event) == {
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data",
    }  # fmt: skip
    assert (event["specversion"], event["type"]) == ("1.0", "ppks.changes")
    assert (event["id"], event["subject"]) == (pushed.receiver.tried[0], pushed.langganan.id)


async def test_a_record_that_was_joined_to_another_says_to_which_if_that_is_shown(pushed, shelf):
    await shelf.save(*(record(5, id_sumber=name, sistem=name) for name in ("siks_ng", "simasos")))
    await shelf.save(record(5, orang=person(6), sistem="siks_ng", id_sumber="siks_ng"))
    await pushed.begin(atribut=ALL_ATTRIBUTES)
    await pushed.pushed()
    await shelf.save(record(5, sistem="siks_ng", id_sumber="siks_ng"))
    await pushed.pushed()
    joined = [item for item in pushed.receiver.got[-1]["data"]["items"] if "digabung_ke" in item]
    assert [item["jenis"] for item in joined] == ["hapus"]
    assert joined[0]["digabung_ke"] in pushed.receiver.copy
    assert pushed.receiver.copy == await pushed.shown()


async def test_without_data_only_ids_are_told_and_no_record_is_counted(pushed):
    await pushed.begin(dengan_data=False, baris_per_hari=1)
    await pushed.pushed()
    (event,) = pushed.receiver.got
    assert [set(item) for item in event["data"]["items"]] == [{"jenis", "id", "versi", "pada"}] * 3
    (entry,) = pushed.audit.entries
    assert (entry.peristiwa, entry.jumlah, entry.atribut) == ("ppks.push", 3, ())
    assert pushed.allowance.taken == {}


async def test_from_now_on_tells_nothing_of_before(pushed, shelf):
    await pushed.begin(dari_awal=False)
    assert await pushed.pushed() == 0
    await shelf.save(record(7))
    await pushed.pushed()
    assert len(pushed.receiver.copy) == 1


async def test_what_others_records_do_sends_nothing(pushed, shelf):
    await pushed.begin()
    await pushed.pushed()
    await shelf.save(record(8, orang=person(8, kode_wilayah="65.01")))
    assert await pushed.pushed() == 0


async def test_each_message_is_recorded_before_it_is_sent(pushed):
    await pushed.begin()
    seen = []

    async def look() -> None:
        seen.append([entry.jumlah for entry in pushed.audit.entries])

    pushed.receiver.meanwhile = look
    await pushed.pushed()
    assert seen == [[3]]
    (entry,) = pushed.audit.entries
    assert (entry.client_id, entry.grant_id, entry.hasil) == ("dinkes", "G-1", "diberikan")
    assert "nama_lengkap" in entry.atribut


async def test_without_the_audit_log_nothing_is_sent(pushed):
    await pushed.begin()
    pushed.audit.away = True
    assert await pushed.pushed() == 0
    assert (await pushed.now()).alasan == "audit_unavailable"
    pushed.audit.away = False
    pushed.clock.advance(LEASE)
    assert await pushed.pushed() == 1


async def test_a_message_that_failed_comes_again_under_its_name_and_is_counted_once(pushed):
    await pushed.begin(baris_per_hari=4)
    pushed.receiver.answers = [DOWN, DOWN]
    assert await pushed.pushed() == 1
    # Not before its time.
    assert await pushed.pushed() == 0
    for pause in (5, 15):
        pushed.clock.advance(timedelta(seconds=pause))
        assert await pushed.pushed() == 1
    assert len(set(pushed.receiver.tried)) == 1
    assert pushed.receiver.copy == await pushed.shown()
    assert list(pushed.allowance.taken.values()) == [3]
    assert len(pushed.audit.entries) == 3


async def test_a_receipt_that_was_lost_hides_no_later_change(pushed, shelf):
    await pushed.begin()
    pushed.receiver.answers = [LOST]
    await pushed.pushed()
    # Taken, but nobody knows. What it told has changed when it comes again.
    await shelf.save(record(1, versi="baru"), record(2, dihapus=True))
    pushed.clock.advance(timedelta(seconds=5))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()
    assert len(set(pushed.receiver.tried)) == 2


async def test_the_days_records_bound_what_is_pushed(pushed):
    await pushed.begin(baris_per_hari=2)
    assert await pushed.pushed() == 1
    assert len(pushed.receiver.copy) == 2
    assert (await pushed.now()).alasan == "grant_quota_spent"
    pushed.clock.advance(timedelta(days=1))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_grant_that_changes_changes_what_is_pushed(pushed, shelf):
    await shelf.save(record(9, orang=person(9, kode_wilayah="65.01")))
    await pushed.begin()
    await pushed.pushed()
    await pushed.amend(wilayah=frozenset({"65"}))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()
    assert len(pushed.receiver.copy) == 1
    await pushed.amend(wilayah=frozenset({"64", "65"}), atribut=frozenset({"nama_lengkap"}))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_suspended_grant_is_told_nothing_and_goes_on_when_it_holds_again(pushed):
    await pushed.begin()
    await pushed.amend(status=StatusGrant.DITANGGUHKAN)
    assert await pushed.pushed() == 0
    assert (await pushed.now()).alasan == "grant_not_in_force"
    await pushed.amend(status=StatusGrant.AKTIF)
    pushed.clock.advance(timedelta(seconds=60))
    assert await pushed.pushed() == 1


async def test_a_grant_that_ended_ends_its_subscriptions(pushed):
    await pushed.begin()
    await pushed.amend(status=StatusGrant.BERAKHIR)
    assert await pushed.pushed() == 0
    ended = await pushed.now()
    assert (ended.status, ended.alasan) == (StatusLangganan.BERAKHIR, "grant_ended")


async def test_a_place_that_is_too_old_begins_anew_and_says_so(pushed, shelf):
    await pushed.begin()
    await pushed.pushed()
    await pushed.manage.pause(pushed.langganan.id, oleh=BY)
    await shelf.save(record(1, dihapus=True))
    pushed.clock.advance(timedelta(days=91))
    await pushed.manage.resume(pushed.langganan.id, oleh=BY)
    await pushed.pushed()
    assert [event["data"]["awal"] for event in pushed.receiver.got] == [True, True]
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_quiet_subscription_does_not_grow_too_old(pushed, shelf):
    await pushed.begin()
    await pushed.pushed()
    for _ in range(100):
        pushed.clock.advance(timedelta(days=1, seconds=1))
        assert await pushed.pushed() == 0
    await shelf.save(record(1, dihapus=True))
    await pushed.pushed()
    assert pushed.receiver.got[-1]["data"]["awal"] is False
    assert pushed.receiver.copy == await pushed.shown()


async def test_two_workers_never_push_to_one_subscriber_at_once(pushed, shelf):
    await shelf.save(*map(record, range(450)))
    await pushed.begin()
    at_work = most = 0

    async def count() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.005)
        at_work -= 1

    pushed.receiver.meanwhile = count
    workers = [pushed.worker, pushed.another_worker(), pushed.another_worker()]
    for _ in range(6):
        await asyncio.gather(*(worker.step() for worker in workers))
    assert (most, len(pushed.receiver.tried)) == (1, 5)
    assert pushed.receiver.copy == await pushed.shown()


async def test_what_a_vanished_worker_had_is_anothers_after_its_lease(pushed):
    await pushed.begin()

    async def vanish() -> None:
        raise asyncio.CancelledError

    pushed.receiver.meanwhile = vanish
    with pytest.raises(asyncio.CancelledError):
        await pushed.worker.step()
    pushed.receiver.meanwhile = None
    other = pushed.another_worker()
    assert await other.step() is False
    pushed.clock.advance(LEASE)
    assert await other.step() is True
    assert pushed.receiver.copy == await pushed.shown()


async def test_a_worker_that_was_thought_dead_moves_nothing(pushed, shelf):
    await pushed.begin()
    other = pushed.another_worker()

    async def slow() -> None:
        pushed.receiver.meanwhile = None
        pushed.clock.advance(LEASE)
        await shelf.save(record(50))
        await other.step()

    pushed.receiver.meanwhile = slow
    await pushed.worker.step()
    after = await pushed.now()
    assert after.posisi.nomor == (await pushed.feed.state()).terakhir
    assert after.percobaan == 0


async def test_nothing_of_a_message_or_a_secret_lies_open_in_the_store(pushed, shelf):
    await pushed.begin()
    pushed.receiver.answers = [DOWN]
    await pushed.pushed()
    rows = [*await shelf.rows("kiriman"), *await shelf.rows("langganan")]
    held = b"\n".join(str(value).encode() for row in rows for value in row.values())
    for row in rows:
        held += b"".join(bytes(value) for value in row.values() if isinstance(value, bytes))
    assert b"CONTOH WARGA" not in held
    assert pushed.receiver.secret.removeprefix("whsec_").encode() not in held
    assert b"whsec_" not in held


async def test_idle_workers_write_nothing(pushed, shelf):
    await pushed.begin()
    await pushed.pushed()
    written = []

    def note(_connection, _cursor, statement, *_) -> None:
        written.append(statement.split()[0])

    engine = shelf.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    assert await pushed.worker.step() is False
    sa.event.remove(engine, "before_cursor_execute", note)
    assert set(written) <= {"SELECT", "BEGIN"}
