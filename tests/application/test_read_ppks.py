"""Reading records for a caller: the row of the audit log comes before the records are given."""

import pytest

from gateway.application.caller.caller import Caller
from gateway.application.records.read_ppks import ReadPpks
from gateway.domain.errors import NotFound, NotPermitted, Unavailable
from gateway.domain.grant import Scope
from gateway.domain.policy import NOTHING
from gateway.domain.ports import KondisiPpks
from tests.fakes import FakeAllowance, FakeAudit, FakePpks, FakePseudonyms
from tests.fixtures.oauth import grant_of

ALL = KondisiPpks()
NIK = "9901010101900001"


@pytest.fixture
def happened():
    return []


@pytest.fixture
def audit(happened):
    return FakeAudit(happened)


@pytest.fixture
def store(happened):
    return FakePpks(happened)


@pytest.fixture
def read(store, audit, clock):
    return ReadPpks(store, audit, FakeAllowance(), FakePseudonyms(), clock)


def caller(**changes):
    usual = {"atribut_cocok": frozenset(("nik",))}
    grant = grant_of("dinkes", "G-1", **usual | changes)
    return Caller(client_id="dinkes", grant=grant, scopes=frozenset(Scope), request_id="r-1")


async def test_records_are_read_then_noted_then_given(read, happened):
    page = await read.page(caller(), ALL, None, 10)
    assert page.items == ({"id": "satu"},)
    assert happened == ["read", "audit diberikan"]


async def test_one_record_is_read_then_noted_then_given(read, happened, audit):
    assert (await read.one(caller(), "satu")).data == {"id": "satu", "rujukan": "satu"}
    assert happened == ["read", "audit diberikan"]
    assert (audit.entries[0].peristiwa, audit.entries[0].jumlah) == ("ppks.one", 1)


async def test_a_missing_record_is_noted_once_and_marked_so(read, happened):
    with pytest.raises(NotFound) as caught:
        await read.one(caller(), "dua")
    assert happened == ["read", "audit tidak_ditemukan"]
    assert caught.value.audited is True


@pytest.mark.parametrize(
    "kondisi",
    [KondisiPpks(kategori="ppks:x"), KondisiPpks(nama_lengkap="X"), KondisiPpks(status="TERDATA")],
)
async def test_a_filter_that_is_not_granted_is_refused_before_anything_is_read(
    read, happened, kondisi
):
    with pytest.raises(NotPermitted):
        await read.page(caller(), kondisi, None, 10)
    assert happened == ["audit ditolak"]


async def test_without_the_audit_log_nothing_is_given(read, audit):
    audit.away = True
    for asked in (
        read.page(caller(), ALL, None, 10),
        read.one(caller(), "satu"),
        read.one(caller(), "dua"),
    ):
        with pytest.raises(Unavailable):
            await asked


async def test_a_search_by_number_is_noted_under_the_pseudonym(read, audit):
    await read.page(caller(), KondisiPpks(nik=NIK), None, 10)
    assert (audit.entries[0].peristiwa, audit.entries[0].subjek) == ("ppks.search", "subjek-0001")
    assert NIK not in repr(audit.entries)


async def test_a_grant_that_ran_out_since_the_token_was_checked_opens_nothing(read, store, clock):
    ended = caller(berlaku_sampai=clock())
    await read.page(ended, ALL, None, 10)
    assert store.views == [NOTHING]
