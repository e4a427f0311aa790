"""Reading SIJOSKU's feed: all of it, what changed since, and a feed that misbehaves."""

import pytest

from gateway.domain.outcome import Outcome, UpstreamFailure
from tests.systems.sijosku.people import from_elsewhere, rekaman
from tests.systems.sijosku.support import meet

MANY = [rekaman(number) for number in range(1, 26)]


def ids(records):
    return [one.id_sumber for one in records]


async def test_a_full_reading_gives_every_record_once_in_a_stable_order():
    meeting = meet(MANY, page_size=10)
    batches = await meeting.read()
    assert [len(batch.rekaman) for batch in batches] == [10, 10, 5]
    assert ids(one for batch in batches for one in batch.rekaman) == ids(MANY)
    assert all(batch.cursor for batch in batches)
    assert await meeting.read_all() == [one for batch in batches for one in batch.rekaman]
    await meeting.close()


async def test_a_record_carries_version_time_and_person():
    meeting = meet([rekaman(1)])
    (one,) = await meeting.read_all()
    assert one.versi == "1"
    assert one.diubah_sumber is not None
    assert one.orang.nik == "9901000000000001"
    assert one.tambahan == {"asal": "sijosku"}
    await meeting.close()


async def test_since_a_cursor_only_changes_and_tombstones_come():
    meeting = meet(MANY, page_size=10)
    cursor = (await meeting.read())[-1].cursor
    assert await meeting.read_all(cursor) == []
    await meeting.control(edit={"id": "SJK-0000003", "set": {"status_keberadaan": "PINDAH"}})
    await meeting.control(delete="SJK-0000002")
    changed, deleted = await meeting.read_all(cursor)
    assert (changed.id_sumber, changed.versi, changed.keberadaan) == ("SJK-0000003", "2", "PINDAH")
    assert (deleted.id_sumber, deleted.dihapus) == ("SJK-0000002", True)
    await meeting.close()


async def test_a_cursor_survives_a_restart_with_memory():
    meeting = meet(MANY)
    cursor = (await meeting.read())[-1].cursor
    await meeting.control(restart="with_memory")
    assert await meeting.read_all(cursor) == []
    assert meeting.system.health().catatan is None
    await meeting.close()


async def test_after_a_restart_without_memory_everything_is_read_again_and_noted():
    meeting = meet(MANY)
    cursor = (await meeting.read())[-1].cursor
    await meeting.control(restart="without_memory")
    assert len(await meeting.read_all(cursor)) == len(MANY)
    assert "dari awal" in meeting.system.health().catatan
    await meeting.close()


async def test_items_repeated_across_pages_come_once():
    meeting = meet(MANY, page_size=10)
    await meeting.control(duplicate_items=True)
    assert ids(await meeting.read_all()) == ids(MANY)
    await meeting.close()


async def test_a_late_answer_is_still_read():
    meeting = meet(MANY)
    await meeting.control(answer_late_seconds=0.01, times=1)
    assert len(await meeting.read_all()) == len(MANY)
    await meeting.close()


async def test_an_answer_later_than_our_patience_is_unavailable():
    meeting = meet(MANY, read_timeout=0.05)
    await meeting.control(answer_late_seconds=1)
    with pytest.raises(UpstreamFailure) as failure:
        await meeting.read()
    assert failure.value.outcome is Outcome.TRANSPORT
    await meeting.close()


async def test_our_own_pushes_do_not_come_back_until_somebody_changes_them_there():
    meeting = meet()
    (result,) = await meeting.push(from_elsewhere(7))
    assert await meeting.read_all() == []
    await meeting.control(edit={"id": result.id_jauh, "set": {"status_keberadaan": "PINDAH"}})
    (one,) = await meeting.read_all()
    assert (one.id_sumber, one.keberadaan) == (result.id_jauh, "PINDAH")
    await meeting.close()


async def test_echoes_come_with_their_origin_where_they_are_wanted():
    meeting = meet(skip_echoes=False)
    await meeting.push(from_elsewhere(7))
    (one,) = await meeting.read_all()
    assert one.tambahan["asal"] == meeting.config.origin
    await meeting.close()


async def test_a_record_that_cannot_be_read_is_counted_and_the_others_come():
    meeting = meet(MANY[:3])
    await meeting.control(edit={"id": "SJK-0000002", "set": {"nik": "123"}})
    (batch,) = await meeting.read()
    assert ids(batch.rekaman) == ["SJK-0000001", "SJK-0000003"]
    (refused,) = batch.ditolak
    assert (refused.kode, refused.atribut) == ("NIK_FORMAT", "nik")
    assert "ke-3" in refused.pesan
    await meeting.close()


async def test_an_installation_with_other_names_and_header_is_understood():
    meeting = meet(
        MANY[:2],
        field_names={"nama": "nama_lengkap", "id": "uuid"},
        auth_header="X-Api-Key",
        auth_scheme="",
        records_path="/ppks",
    )
    assert ids(await meeting.read_all()) == ids(MANY[:2])
    await meeting.close()
