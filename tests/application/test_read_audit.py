"""An export of the log is recorded group by group, and stops where the right to it ends."""

from datetime import timedelta

import msgspec
import pytest

from gateway.application.audit.read_audit import Permintaan, ReadAudit
from gateway.application.caller.caller import Caller
from gateway.domain.catatan import EntriTercatat, KondisiCatatan, Letak
from gateway.domain.client import StatusClient
from gateway.domain.errors import NotPermitted, Unavailable
from gateway.domain.grant import Scope, StatusGrant
from gateway.domain.ports_catatan import Cap
from tests.fakes import FakeAudit, FakePseudonyms
from tests.fixtures.auditors import auditing, entry
from tests.fixtures.oauth import START, client_of, grant_of

ALL = Permintaan(kondisi=KondisiCatatan())


class Log:
    """A log of some entries that shows all of them."""

    def __init__(self, happened, size) -> None:
        self.happened = happened
        self.entries = [EntriTercatat(tempat=place, entri=entry()) for place in range(size)]

    async def terbaru(self):
        return Cap(ukuran=len(self.entries), pada=START, rotasi=False, catatan="")

    async def entri(self, view, kondisi, letak, limit, *, daun=False):
        self.happened.append("read")
        return self.entries[letak.dari : letak.sampai][:limit]


class Names(FakePseudonyms):
    """Names that need no key."""

    def renaming(self, kunci):
        return str.upper


class Register:
    """The auditor and its grant, as they are now."""

    def __init__(self, grant) -> None:
        self.held = grant
        self.known = client_of(grant.client_id)

    async def client(self, client_id):
        return self.known

    async def grant(self, grant_id):
        return self.held


@pytest.fixture
def happened():
    return []


@pytest.fixture
def audit(happened):
    return FakeAudit(happened)


@pytest.fixture
def grant():
    return grant_of("auditor", "G-A", **auditing())


@pytest.fixture
def register(grant):
    return Register(grant)


@pytest.fixture
def read(happened, audit, register, clock):
    log = Log(happened, 1100)
    return ReadAudit(log, log, audit, register, Names(), clock)


@pytest.fixture
def caller(grant):
    return Caller(
        client_id="auditor", grant=grant, scopes=frozenset((Scope.AUDIT_READ,)), request_id="r-1"
    )


async def test_each_group_is_read_then_noted_then_given(read, caller, audit, happened):
    async for _ in read.export(caller, ALL, None):
        happened.append("given")
    assert happened == ["read", "audit diberikan", "given"] * 3
    assert [each.jumlah for each in audit.entries] == [500, 500, 100]


async def test_a_limit_ends_within_a_group_and_tells_where_to_go_on(read, caller):
    groups = [group async for group in read.export(caller, ALL, 600)]
    assert [len(group.items) for group in groups] == [500, 100]
    assert groups[-1].lanjut == Letak(600, 1100)


async def test_a_reading_keeps_the_end_with_which_it_began(read, caller):
    page = await read.page(caller, msgspec.structs.replace(ALL, letak=Letak(10, 15)), 100)
    assert [each.tempat for each in page.items] == [10, 11, 12, 13, 14]
    assert page.lanjut is None


ENDINGS = {
    "suspended": lambda register: change(register, status=StatusGrant.DITANGGUHKAN),
    "of another scope": lambda register: change(register, scopes=frozenset()),
    "gone": lambda register: setattr(register, "held", None),
    "a client's that was revoked": lambda register: setattr(
        register, "known", client_of("auditor", status=StatusClient.DICABUT)
    ),
    "a client's that was logged out": lambda register: setattr(
        register, "known", client_of("auditor", not_before=START + timedelta(seconds=1))
    ),
}


def change(register, **changes):
    register.held = msgspec.structs.replace(register.held, **changes)


@pytest.mark.parametrize("how", ENDINGS)
async def test_an_export_stops_where_the_grant_is_no_longer_in_force(
    read, caller, register, audit, how
):
    groups = read.export(caller, ALL, None)
    await anext(groups)
    ENDINGS[how](register)
    with pytest.raises(NotPermitted) as refused:
        await anext(groups)
    assert refused.value.code == "grant_not_in_force"
    assert audit.entries[-1].alasan == "grant_not_in_force"


async def test_a_group_that_cannot_be_noted_is_not_given(read, caller, audit):
    groups = read.export(caller, ALL, None)
    await anext(groups)
    audit.away = True
    with pytest.raises(Unavailable):
        await anext(groups)
