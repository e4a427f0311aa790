"""Results of a lookup job leave no further than the client's tokens go."""

from datetime import timedelta

import pytest

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.jobs.read_job_results import Bacaan, ReadJobResults
from gateway.domain.errors import NotPermitted
from gateway.domain.tugas import HasilTersimpan, PemilikTugas, StatusTugas, Tugas
from tests.fakes import FakeAudit, FakePseudonyms
from tests.fixtures.oauth import START, client_of, grant_of

GRANT = grant_of("dinkes", "G-1")
CALLER = Caller(client_id="dinkes", grant=GRANT, scopes=GRANT.scopes, request_id="r-1")
JOB = Tugas(
    id="01a1fd72-814a-725e-8e32-1f385b6958b9",
    pemilik=PemilikTugas(client_id="dinkes", grant_id="G-1"),
    status=StatusTugas.SELESAI,
    sempit=None,
    dibuat_pada=START,
)


class Site:
    """A job whose rows were all wrong, and its client as it is now."""

    def __init__(self) -> None:
        self.known = client_of("dinkes")

    async def client(self, client_id):
        return self.known

    async def grant(self, grant_id):
        return GRANT

    async def results(self, tugas_id, after, upto, limit):
        numbers = range(after + 1, min(upto, after + limit) + 1)
        return [HasilTersimpan(urut=one, baris=one, salah="nik_salah") for one in numbers]


async def test_they_break_off_where_the_client_is_logged_out(clock):
    site = Site()
    use_case = ReadJobResults(site, site, HoldBack(site), FakeAudit([]), FakePseudonyms(), clock)
    groups = use_case.groups(CALLER, Bacaan(tugas=JOB, sampai=5000, lengkap=True), 0)
    assert await anext(groups)
    site.known = client_of("dinkes", not_before=START + timedelta(seconds=1))
    with pytest.raises(NotPermitted) as refused:
        await anext(groups)
    assert refused.value.code == "grant_not_in_force"
