"""Old cursors: one that holds is told all, also after compaction; one that does not is told so."""

from datetime import timedelta

import msgspec
import pytest

from gateway.domain.errors import Gone, NotPermitted
from gateway.domain.grant import JenisGrant
from gateway.domain.umpan import PALING_BANYAK_PEGANGAN
from tests.contract.follower import Follower
from tests.contract.shelf import person, record

DAY = timedelta(days=1)


async def test_compaction_breaks_no_cursor_that_holds(shelf):
    await shelf.save(*map(record, range(6)))
    readers = [Follower(shelf) for _ in range(100)]
    for day, reader in enumerate(readers):
        # One record leaves and comes back, another one moves, day by day.
        gone = record(1, dihapus=day % 2 == 0)
        moved = record(2, orang=person(2, kode_wilayah=f"64.0{day % 9}"))
        await shelf.save(gone, moved, record(100 + day), record(99 + day, dihapus=day % 3 == 0))
        await reader.catch_up()
        shelf.clock.advance(DAY)
    kept = len(await shelf.rows("ppks_lampau"))
    assert kept < 4 * 91 < 4 * len(readers)
    for age, reader in enumerate(reversed(readers), 1):
        if age <= 90:
            await reader.catch_up(7)
            assert reader.copy == await reader.shown()
        else:
            with pytest.raises(Gone) as refused:
                await reader.catch_up()
            assert refused.value.code == "cursor_too_old"
            reader.posisi, reader.copy = None, {}
            await reader.catch_up()
            assert reader.copy == await reader.shown()


async def test_past_states_that_were_kept_for_a_shorter_time_end_cursors_sooner(shelf):
    await shelf.save(record(1), record(2))
    reader = Follower(shelf)
    await reader.catch_up()
    await shelf.save(record(1, dihapus=True))
    shelf.imports.writer._keep_past = DAY  # As the setting was for a while.
    shelf.clock.advance(10 * DAY)
    await shelf.save(record(3))
    with pytest.raises(Gone):
        await reader.catch_up()


async def test_after_a_restart_of_the_feed_everybody_begins_anew(shelf):
    await shelf.save(record(1))
    reader = Follower(shelf)
    await reader.catch_up()
    shelf.clock.advance(timedelta(seconds=1))
    await reader.feed.restart(shelf.clock())
    with pytest.raises(Gone):
        await reader.catch_up()
    reader.posisi = None
    await reader.catch_up()
    assert await reader.catch_up() == []


async def test_a_position_that_the_store_has_not_reached_does_not_hold(shelf):
    await shelf.save(record(1))
    reader = Follower(shelf)
    await reader.catch_up()
    reader.posisi = msgspec.structs.replace(reader.posisi, nomor=reader.posisi.nomor + 1)
    with pytest.raises(Gone):
        await reader.catch_up()


async def test_a_reader_that_is_always_behind_a_grant_that_changes_begins_anew(shelf):
    await shelf.save(*map(record, range(3)))
    reader = Follower(shelf)
    for number in range(PALING_BANYAK_PEGANGAN + 1):
        reader.history.amend(wilayah=frozenset({"64", f"65.0{number}"}))
        assert not await reader.poll(1)
    reader.history.amend(wilayah=frozenset({"65"}))
    with pytest.raises(Gone):
        await reader.poll(1)


async def test_another_program_that_makes_another_view_of_an_old_grant_says_so(shelf):
    await shelf.save(record(1))
    reader = Follower(shelf)
    await reader.catch_up()
    reader.posisi = msgspec.structs.replace(reader.posisi, sidik=b"earlier.")
    with pytest.raises(Gone):
        await reader.catch_up()


async def test_pseudonymised_readers_cannot_follow(shelf):
    await shelf.save(record(1))
    reader = Follower(shelf, jenis=JenisGrant.SAMARAN)
    with pytest.raises(NotPermitted):
        await reader.catch_up()
    assert [entry.alasan for entry in reader.audit.entries] == ["not_permitted"]
