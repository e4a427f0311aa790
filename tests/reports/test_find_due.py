"""Reminders: what agreements owe and when, and what of them comes to its end."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gateway.application.admin.manage_grants import ManageGrants
from gateway.application.agreements.find_due import FindDue
from gateway.application.agreements.manage_agreements import ManageAgreements
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import StatusGrant
from gateway.domain.periode import Tiap
from gateway.domain.perjanjian import JenisLaporan, Kewajiban
from gateway.infra.db.agreements.agreements import SqlAgreements
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START, client_of, grant_of
from tests.reports.agreements import PKS, agreement

BY = "CONTOH A"
USE = Kewajiban(jenis=JenisLaporan.SEMESTER)
FEEDBACK = Kewajiban(jenis=JenisLaporan.BALIKAN, tiap=Tiap.BULAN, tenggat_hari=14)
JULY = datetime(2026, 7, 24, 17, 0, tzinfo=UTC)
"""Midnight in Jakarta, six days before the first half year's report is late."""


class Office:
    """An operator's agreements, clients and reminders."""

    def __init__(self, url: str) -> None:
        self.database = Database(open_engine(url))
        self.clock = ManualClock(START)
        self.agreements = SqlAgreements(self.database, self.clock)
        self.clients = SqlClients(self.database, self.clock)
        self.due = FindDue(self.agreements, self.clients, self.clock)
        self.manage = ManageAgreements(self.agreements, self.clients, self.clock)

    async def found(self, at: datetime = START):
        self.clock.advance(at - self.clock())
        reminders = await self.due()
        return [(one.jenis, one.id, one.sisa_hari, one.ambang_hari) for one in reminders.tenggat]


@pytest.fixture
async def office(database_url):
    opened = Office(database_url)
    yield opened
    await opened.database.close()


async def record(office, *duties, **changes):
    await office.agreements.add(agreement(kewajiban=duties, **changes), oleh=BY)


def test_what_was_ended_before_it_began_owes_nothing():
    begins = JULY + timedelta(days=20)
    ours = agreement(berlaku_dari=begins, diakhiri_pada=begins - timedelta(days=10))
    assert [*ours.periode_terutang(USE)] == []
    ours = msgspec.structs.replace(ours, diakhiri_pada=begins + timedelta(days=1))
    assert [str(one) for one in ours.periode_terutang(USE)] == ["2026-S2"]


@pytest.mark.parametrize(
    ("days_before", "found"),
    [
        (30.5, []),
        (30, [("semester", "2026-S1", 30, 30)]),
        (7, [("semester", "2026-S1", 7, 7)]),
        (0.5, [("semester", "2026-S1", 0, 1)]),
        (0, [("semester", "2026-S1", 0, 0)]),
        (-3, [("semester", "2026-S1", -3, 0)]),
        (-0.5, [("semester", "2026-S1", -1, 0)]),
    ],
)
async def test_a_report_is_due_30_days_after_its_half_year(office, days_before, found):
    await record(office, USE)
    late = datetime(2026, 7, 30, 17, 0, tzinfo=UTC)
    assert await office.found(late - timedelta(days=days_before)) == found


async def test_what_was_handed_in_is_not_asked_for_again(office):
    await record(office, USE, FEEDBACK)
    months = [f"2026-{month:02}" for month in range(1, 7)]
    first = await office.found(JULY)
    assert [(jenis, name) for jenis, name, *_ in first] == [
        *(("balikan", month) for month in months),
        ("semester", "2026-S1"),
        ("balikan", "2026-07"),
    ]
    done = await office.manage.hand_in(PKS, JenisLaporan.BALIKAN, "2026-06", oleh=BY, before=True)
    assert done == months
    await office.manage.hand_in(PKS, JenisLaporan.SEMESTER, "2026-S1", oleh=BY)
    assert [name for _, name, *_ in await office.found(JULY)] == ["2026-07"]


@pytest.mark.parametrize("periode", ["2025-S2", "2028-S1", "2026-06", "2026-S9", "2026-S2"])
async def test_what_is_not_owed_cannot_be_handed_in(office, periode):
    await record(office, USE)
    with pytest.raises(BadInput):
        await office.manage.hand_in(PKS, JenisLaporan.SEMESTER, periode, oleh=BY)


async def test_an_agreement_that_ended_owes_what_it_owed(office):
    await record(office, USE, berlaku_sampai=JULY + timedelta(days=3))
    assert await office.found(JULY) == [("perjanjian", "", 3, 7), ("semester", "2026-S1", 6, 7)]
    later = JULY + timedelta(days=365)
    assert [name for _, name, *_ in await office.found(later)] == ["2026-S1", "2026-S2"]


async def test_grants_are_told_with_their_agreement_and_unrecorded_ones_by_number(office):
    await office.clients.save_client(client_of(), oleh=BY)
    await record(office)
    for name, changes in {
        "G-1": {"berlaku_sampai": START + timedelta(days=5)},
        "G-2": {"nomor_pks": "PKS/LAIN", "berlaku_sampai": START + timedelta(days=90)},
        "G-3": {"nomor_pks": "PKS/LAMA", "status": StatusGrant.BERAKHIR},
    }.items():
        await office.clients.append_grant(grant_of("dinkes", name, **changes), oleh=BY)
    reminders = await office.due()
    assert [(one.jenis, one.nomor, one.id) for one in reminders.tenggat] == [("grant", PKS, "G-1")]
    assert reminders.tak_tercatat == ("PKS/LAIN",)


async def test_an_ended_agreement_ends_its_grants_and_no_others(office):
    await office.clients.save_client(client_of(), oleh=BY)
    await record(office)
    await office.clients.append_grant(grant_of("dinkes", "G-1"), oleh=BY)
    await office.clients.append_grant(grant_of("dinkes", "G-2", nomor_pks="PKS/LAIN"), oleh=BY)
    assert await office.manage.end(PKS, oleh=BY) == ["G-1"]
    assert (await office.clients.grant("G-1")).status is StatusGrant.BERAKHIR
    assert (await office.clients.grant("G-2")).status is StatusGrant.AKTIF
    assert (await office.manage.show(PKS)).berakhir_pada == START
    with pytest.raises(Conflict):
        await office.manage.end(PKS, oleh=BY)


async def test_a_grant_that_outlives_its_agreement_is_late(office):
    await office.clients.save_client(client_of(), oleh=BY)
    await record(office, berlaku_sampai=START - timedelta(days=2))
    await office.clients.append_grant(grant_of("dinkes", "G-1"), oleh=BY)
    assert await office.found() == [("grant", "G-1", -2, 0)]


async def test_under_an_ended_agreement_nothing_comes_into_force(office):
    await office.clients.save_client(client_of(), oleh=BY)
    await record(office)
    await office.manage.end(PKS, oleh=BY)
    grants = ManageGrants(office.clients, office.clock, office.agreements)
    drafted = grant_of("dinkes", "G-1", status=StatusGrant.DRAFT, cari_per_hari=5)
    await office.clients.append_grant(drafted, oleh=BY)
    with pytest.raises(Conflict, match="agreement"):
        await grants.approve("G-1", oleh="CONTOH B")
    assert (await office.clients.grant("G-1")).status is StatusGrant.DRAFT


async def test_only_what_is_right_is_recorded(office):
    fields = msgspec.to_builtins(agreement())
    for changes, field in [
        ({"pihak": []}, "pihak"),
        ({"nomor": "PKS 9901014101900001"}, "*"),
        ({"nomor": " "}, "nomor"),
        ({"berlaku_sampai": fields["berlaku_dari"]}, "berlaku_sampai"),
        ({"kewajiban": [{"jenis": "semester"}] * 2}, "kewajiban"),
        ({"balikan_param": {"": "tujuan"}}, "balikan_param"),
    ]:
        with pytest.raises(BadInput) as refused:
            await office.manage.add(fields | changes, oleh=BY)
        assert [each.field for each in refused.value.errors] == [field]
        assert "99010141" not in str(refused.value) + str(refused.value.errors)
    with pytest.raises(BadInput):
        await office.manage.add(fields | {"balikan_param": {"A": "nik"}}, oleh=BY)
    with pytest.raises(NotFound):
        await office.manage.change(PKS, {}, oleh=BY)
    await office.manage.add(fields, oleh=BY)
    changed = await office.manage.change(PKS, {"pihak": ["Dinas CONTOH"]}, oleh=BY)
    assert (changed.pihak, changed.kewajiban) == (("Dinas CONTOH",), agreement().kewajiban)
