"""Pushing to SIJOSKU: an outcome per record, a repeat changes nothing, no change is lost."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import PushOutcome
from tests.systems.sijosku.people import from_elsewhere, rekaman
from tests.systems.sijosku.support import meet


def outcomes(results):
    return [result.outcome for result in results]


async def test_new_same_and_changed_records():
    meeting = meet()
    one = from_elsewhere(1)
    (created,) = await meeting.push(one)
    assert (created.id_rekaman, created.outcome) == ("D-1", PushOutcome.CREATED)
    assert (created.id_jauh, created.versi_jauh) == ("SJK-P000001", "1")
    other = from_elsewhere(2)
    results = await meeting.push(replace(one, keberadaan="ADA"), other)
    assert outcomes(results) == [PushOutcome.UPDATED, PushOutcome.CREATED]
    assert results[0].versi_jauh == "2"
    assert results[0].id_jauh == created.id_jauh
    assert outcomes(await meeting.push(replace(one, keberadaan="ADA"))) == [PushOutcome.UNCHANGED]
    await meeting.close()


async def test_results_keep_the_order_of_the_records_over_several_calls():
    meeting = meet(push_size=2)
    results = await meeting.push(*(from_elsewhere(number) for number in (5, 4, 3, 2, 1)))
    assert [result.id_rekaman for result in results] == ["D-5", "D-4", "D-3", "D-2", "D-1"]
    assert set(outcomes(results)) == {PushOutcome.CREATED}
    assert await meeting.push() == ()
    await meeting.close()


async def test_a_change_made_in_sijosku_is_not_overwritten():
    meeting = meet(skip_echoes=False)
    one = from_elsewhere(1)
    (created,) = await meeting.push(one)
    await meeting.control(edit={"id": created.id_jauh, "set": {"status_keberadaan": "PINDAH"}})
    (conflict,) = await meeting.push(replace(one, keberadaan="ADA"))
    assert (conflict.outcome, conflict.versi_jauh) == (PushOutcome.CONFLICT, "2")
    assert conflict.alasan == "VERSI_USANG"
    (kept,) = await meeting.read_all()
    assert kept.keberadaan == "PINDAH"
    await meeting.close()


async def test_sijoskus_own_record_is_changed_by_whoever_saw_its_present_version():
    meeting = meet([rekaman(1)])
    (seen,) = await meeting.read_all()
    await meeting.control(edit={"id": seen.id_sumber, "set": {"status_keberadaan": "PINDAH"}})
    (stale,) = await meeting.push(replace(seen, keberadaan="ADA"))
    assert stale.outcome is PushOutcome.CONFLICT
    (seen,) = await meeting.read_all()
    (fresh,) = await meeting.push(replace(seen, keberadaan="ADA"))
    assert (fresh.outcome, fresh.versi_jauh) == (PushOutcome.UPDATED, "3")
    await meeting.close()


async def test_an_older_change_that_comes_late_does_not_win():
    meeting = meet()
    first = from_elsewhere(1, keberadaan="ADA", diubah_sumber=datetime(2026, 1, 1, tzinfo=UTC))
    later = replace(first, keberadaan="PINDAH", diubah_sumber=datetime(2026, 1, 2, tzinfo=UTC))
    await meeting.push(later)
    (result,) = await meeting.push(first)
    assert (result.outcome, result.alasan) == (PushOutcome.CONFLICT, "LEBIH_LAMA")
    await meeting.close()


async def test_a_deletion_leaves_a_tombstone():
    meeting = meet(skip_echoes=False)
    one = from_elsewhere(1)
    await meeting.push(one)
    (result,) = await meeting.push(replace(one, dihapus=True))
    assert result.outcome is PushOutcome.UPDATED
    (gone,) = await meeting.read_all()
    assert gone.dihapus
    assert gone.orang == Penduduk()
    await meeting.close()


async def test_a_lost_acknowledgement_is_made_good_by_the_same_push():
    meeting = meet()
    await meeting.control(lose_acknowledgement=True, times=1)
    (result,) = await meeting.push(from_elsewhere(1))
    assert (result.outcome, result.versi_jauh) == (PushOutcome.CREATED, "1")
    await meeting.close()


async def test_acknowledgements_lost_for_long_end_as_unavailable_and_a_later_push_finds_it_done():
    meeting = meet()
    await meeting.control(lose_acknowledgement=True)
    with pytest.raises(UpstreamFailure) as failure:
        await meeting.push(from_elsewhere(1))
    assert failure.value.outcome is Outcome.TRANSPORT
    await meeting.control(restart="with_memory")
    (result,) = await meeting.push(from_elsewhere(1))
    assert (result.outcome, result.versi_jauh) == (PushOutcome.UNCHANGED, "1")
    await meeting.close()


async def test_after_a_restart_without_memory_the_record_is_made_again():
    meeting = meet()
    await meeting.push(from_elsewhere(1))
    await meeting.control(restart="without_memory")
    (result,) = await meeting.push(from_elsewhere(1))
    assert result.outcome is PushOutcome.CREATED
    await meeting.close()


async def test_results_that_come_twice_are_taken_once():
    meeting = meet()
    await meeting.control(answer_twice=True)
    results = await meeting.push(from_elsewhere(1), from_elsewhere(2))
    assert outcomes(results) == [PushOutcome.CREATED, PushOutcome.CREATED]
    await meeting.close()


async def test_a_record_that_sijosku_refuses_says_why_and_the_others_pass():
    meeting = meet()
    nobody = from_elsewhere(2, orang=Penduduk(kode_wilayah="65"))
    results = await meeting.push(from_elsewhere(1), nobody)
    assert outcomes(results) == [PushOutcome.CREATED, PushOutcome.REFUSED]
    assert results[1].alasan == "ORANG_TIDAK_DISEBUT"
    await meeting.close()


async def test_a_record_without_a_lasting_id_is_not_sent():
    meeting = meet()
    (result,) = await meeting.push(from_elsewhere(1, id_sumber="nik:"))
    assert result.outcome is PushOutcome.REFUSED
    assert meeting.system.health().breakers == {}
    await meeting.close()
