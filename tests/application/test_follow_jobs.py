"""What is told of a job's end."""

from datetime import timedelta
from typing import Any, cast

import pytest

from gateway.application.caller.caller import Caller
from gateway.application.jobs.follow_jobs import FollowJobs
from gateway.domain.tugas import PemilikTugas, StatusTugas, Tugas
from gateway.kit.clock import ManualClock
from tests.fakes import FakeAllowance, FakeAudit
from tests.fixtures.oauth import START, grant_of

NO_STORE = cast("Any", None)


@pytest.mark.parametrize(
    ("rows", "done", "a_day", "days"),
    [(31, 30, 1000, 1), (100_000, 1, 1000, 3650), (4_000_000, 1, 1, 3650), (10**9, 1, 1, 3650)],
)
async def test_an_end_is_told_however_far_it_is(rows, done, a_day, days):
    clock = ManualClock(START + timedelta(days=30))
    follow = FollowJobs(NO_STORE, FakeAudit(), FakeAllowance(), clock)
    grant = grant_of("dinkes", "G-1", cari_per_hari=a_day)
    tugas = Tugas(
        id="x",
        pemilik=PemilikTugas(client_id="dinkes", grant_id="G-1"),
        status=StatusTugas.BERJALAN,
        sempit=None,
        jumlah=rows,
        terjawab=done,
        dibuat_pada=START,
        mulai_pada=START,
    )
    caller = Caller(client_id="dinkes", grant=grant, scopes=frozenset(), request_id="r")
    told = (await follow.progress(caller, tugas)).perkiraan_selesai
    assert told == clock() + timedelta(days=days)
