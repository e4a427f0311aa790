"""Records that leave are noted with whose they are, whichever way they leave on."""

import pytest

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import MOST_IN_AN_ENTRY, DiscloseRecords
from gateway.domain.daftar_subjek import sebutan, urai
from gateway.domain.errors import Unavailable
from gateway.domain.grant import Scope
from tests.fakes import FakeAudit, FakePseudonyms
from tests.fixtures.oauth import grant_of

CALLER = Caller(
    client_id="dinkes", grant=grant_of("dinkes", "G-1"), scopes=frozenset(Scope), request_id="r-1"
)


@pytest.fixture
def audit():
    return FakeAudit()


@pytest.fixture
def disclose(audit, clock):
    return DiscloseRecords(audit, FakePseudonyms(), clock)


def names(*rujukan):
    return tuple(sebutan(FakePseudonyms().subject_of_reference(one)) for one in rujukan)


async def test_what_is_counted_is_what_is_named(disclose, audit):
    await disclose(CALLER, "ppks.export", {"status", "nama_lengkap"}, ["r1", "r2", "r1"])
    (entry,) = audit.entries
    assert (entry.peristiwa, entry.jumlah, entry.sumber) == ("ppks.export", 3, "ppks")
    assert entry.atribut == ("nama_lengkap", "status")
    assert urai(entry.daftar) == names("r1", "r2", "r1")


@pytest.mark.parametrize("rows", [MOST_IN_AN_ENTRY, MOST_IN_AN_ENTRY + 1, 3 * MOST_IN_AN_ENTRY])
async def test_many_records_have_several_entries_that_name_each_once(disclose, audit, rows):
    references = [f"r{number}" for number in range(rows)]
    await disclose(CALLER, "ppks.export", (), references)
    told = [name for entry in audit.entries for name in urai(entry.daftar)]
    assert sorted(told) == sorted(names(*references))
    assert max(entry.jumlah for entry in audit.entries) <= MOST_IN_AN_ENTRY
    assert len({entry.entri_id for entry in audit.entries}) == len(audit.entries)


async def test_that_nothing_left_is_noted_too(disclose, audit):
    await disclose(CALLER, "ppks.search", ("nik",), (), subjek="s", alasan="not_modified")
    (entry,) = audit.entries
    assert (entry.jumlah, entry.daftar, entry.subjek) == (0, None, "s")
    assert entry.alasan == "not_modified"


async def test_without_the_log_nothing_may_leave(disclose, audit):
    audit.away = True
    with pytest.raises(Unavailable):
        await disclose(CALLER, "ppks.list", (), ["r1"])
