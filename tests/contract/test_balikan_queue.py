"""Rows of data balikan: one for each person, purpose and client, and sent for good."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.application.agreements.forget_balikan import ForgetBalikan
from gateway.domain.audit import HasilAudit
from gateway.domain.periode import baca_periode
from gateway.domain.ports_perjanjian import HitunganBalikan, Tumpukan
from gateway.infra.db.agreements.agreements import SqlAgreements
from gateway.infra.db.agreements.balikan import SqlBalikan
from gateway.infra.db.agreements.tables import BALIKAN
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START
from tests.reports.agreements import IN_MAY, KEYRING, PKS, agreement, nik, used, write_log

S1 = baca_periode("2026-S1")
PILE = Tumpukan(nomor=PKS, sistem="dukcapil", periode="2026-S1")


@pytest.fixture
async def database(database):
    await SqlAgreements(database, ManualClock(START)).add(agreement(), oleh="CONTOH A")
    return database


@pytest.fixture
def queue(database):
    return SqlBalikan(database)


async def owed(queue, *numbers):
    rows = await queue.owed(PILE, [KEYRING.subject(nik(number)) for number in numbers])
    return sorted((row.tujuan, row.client_id, row.jumlah) for them in rows.values() for row in them)


async def test_uses_of_one_kind_are_one_row(database_url, queue):
    later = IN_MAY + timedelta(days=3)
    await write_log(
        database_url,
        [
            used(1),
            used(1, pada=later, peristiwa="penduduk.verify", sumber="dukcapil,cache:dukcapil"),
            used(1, tujuan="P-KES"),
            used(1, client_id="disdik"),
            used(2),
        ],
    )
    await queue.collect(PILE, S1, simpanan=False)
    kinds = [("P-BANSOS", "dinkes", 2), ("P-BANSOS", "disdik", 1), ("P-KES", "dinkes", 1)]
    assert await owed(queue, 1) == kinds
    (row, *_) = (await queue.owed(PILE, [KEYRING.subject(nik(1))])).popitem()[1]
    assert row.pertama == IN_MAY
    assert await queue.counts(PILE) == HitunganBalikan(terutang=4, terkirim=0)


@pytest.mark.parametrize(
    ("changes", "simpanan", "rows"),
    [
        ({}, False, 1),
        ({"sumber": "lookup:dukcapil"}, False, 1),
        ({"sumber": "cache:dukcapil"}, False, 0),
        ({"sumber": "cache:dukcapil"}, True, 1),
        ({"sumber": "dukcapil_lain"}, True, 0),
        ({"sumber": "ppks"}, True, 0),
        ({"sumber": None}, True, 0),
        ({"hasil": HasilAudit.TIDAK_DITEMUKAN}, True, 0),
        ({"nomor_pks": "PKS/002"}, True, 0),
        ({"pada": S1.selesai}, True, 0),
        ({"subjek": None}, True, 0),
    ],
)
async def test_only_what_the_registry_told_about_a_person_is_owed(
    database_url, queue, changes, simpanan, rows
):
    await write_log(database_url, [used(1, **changes)])
    await queue.collect(PILE, S1, simpanan=simpanan)
    assert (await queue.counts(PILE)).terutang == rows


async def test_what_was_sent_stays_sent_and_as_it_was(database_url, queue):
    await write_log(database_url, [used(1), used(2)])
    await queue.collect(PILE, S1, simpanan=False)
    rows = await queue.owed(PILE, [KEYRING.subject(nik(1))])
    for _ in range(2):
        await queue.sent(PILE, rows[KEYRING.subject(nik(1))], pada=START)
    await write_log(database_url, [used(1), used(2)])
    await queue.collect(PILE, S1, simpanan=False)
    assert await owed(queue, 1, 2) == [("P-BANSOS", "dinkes", 2)]
    assert await queue.counts(PILE) == HitunganBalikan(terutang=1, terkirim=1)


async def test_the_rows_name_nobody(database_url, database, queue):
    await write_log(database_url, [used(1)])
    await queue.collect(PILE, S1, simpanan=False)
    async with database.reading() as connection:
        rows = (await connection.execute(sa.select(BALIKAN))).all()
    assert KEYRING.subject(nik(1)) in str(rows)
    assert nik(1) not in str(rows)


async def test_more_rows_than_one_batch_are_all_taken_in(database_url, queue):
    many = 1_203
    await write_log(database_url, [used(number) for number in range(many)])
    await queue.collect(PILE, S1, simpanan=False)
    assert await queue.counts(PILE) == HitunganBalikan(terutang=many, terkirim=0)


async def test_rows_end_with_their_period_sent_or_not(database_url, queue):
    older, newer = baca_periode("2025-12"), baca_periode("2026-05")
    piles = [Tumpukan(nomor=PKS, sistem="dukcapil", periode=str(one)) for one in (older, newer)]
    many = 1_203
    in_december = older.mulai + timedelta(days=3)
    await write_log(database_url, [used(number, pada=in_december) for number in range(many)])
    await write_log(database_url, [used(1)])
    for pile, period in zip(piles, (older, newer), strict=True):
        await queue.collect(pile, period, simpanan=False)
    (rows,) = (await queue.owed(piles[0], [KEYRING.subject(nik(1))])).values()
    await queue.sent(piles[0], rows, pada=START)
    clock = ManualClock(older.selesai + timedelta(days=365) - timedelta(seconds=1))
    forget = ForgetBalikan(queue, clock, keep=timedelta(days=365))
    assert not forget.is_past(older)
    assert await forget() == 0
    clock.advance(timedelta(seconds=1))
    assert forget.is_past(older)
    assert await forget() == many
    assert await queue.counts(piles[0]) == HitunganBalikan(terutang=0, terkirim=0)
    assert await queue.counts(piles[1]) == HitunganBalikan(terutang=1, terkirim=0)


async def test_the_store_is_looked_through_once_a_day():
    class Counting:
        asked = 0

        async def periods(self) -> list[str]:
            self.asked += 1
            return []

    clock = ManualClock(START)
    forget = ForgetBalikan(counting := Counting(), clock, keep=timedelta(days=1))
    for hours in (0, 23, 1):
        clock.advance(timedelta(hours=hours))
        await forget.daily()
    assert counting.asked == 2
