"""Persons of a report: asked about, listed, or both; nobody is counted twice who can be known again."""

import random
from datetime import timedelta

import pytest

from gateway.application.agreements.count_listed import CountListed
from gateway.domain.audit import HasilAudit
from gateway.domain.daftar_subjek import rangkai
from gateway.domain.periode import baca_periode
from gateway.domain.ports_perjanjian import Ukuran
from gateway.infra.db.agreements.usage import SqlUsage
from gateway.infra.db.records.stored_niks import SqlStoredNiks
from gateway.infra.tally import TallyOnDisk
from tests.contract.shelf import person, record
from tests.reports.agreements import IN_MAY, KEYRING, PKS, nik, used, write_log

S1 = baca_periode("2026-S1")
KEYS = {
    Ukuran.SEMUA: lambda _: "",
    Ukuran.BULAN: lambda one: f"{one.pada:%Y-%m}",
    Ukuran.PERISTIWA: lambda one: one.peristiwa,
    Ukuran.HASIL: lambda one: one.hasil.value,
    Ukuran.ALASAN: lambda one: one.alasan or "",
    Ukuran.TUJUAN: lambda one: one.tujuan,
    Ukuran.CLIENT: lambda one: one.client_id,
}


def listing(*persons, **changes):
    """A page of records: a number is a person with a NIK, a text a record without."""
    keys = [who if isinstance(who, str) else KEYRING.reference(nik(who)) for who in persons]
    names = rangkai(map(KEYRING.subject_of_reference, keys))
    usual = {"peristiwa": "ppks.list", "sumber": "ppks", "jumlah": len(keys), "daftar": names}
    return used(None, **usual | changes)


@pytest.fixture
async def kept(shelf):
    """Persons 0 to 9 have records, the second one two."""
    await shelf.save(*(record(n, orang=person(n, nik=nik(n))) for n in range(10)))
    await shelf.save(record(99, orang=person(1, nik=nik(1))))
    return shelf


async def more(shelf):
    usage = SqlUsage(shelf.database)
    with TallyOnDisk() as tally:
        count = CountListed(usage, SqlStoredNiks(shelf.database, KEYRING), KEYRING, tally)
        return await count(PKS, S1)


async def persons(shelf):
    """What the report tells, by measure and key."""
    extra = await more(shelf)
    usage = SqlUsage(shelf.database)
    return {
        (measure, one.kunci): one.orang + extra.get((measure, one.kunci), 0)
        for measure in Ukuran
        for one in await usage.by(PKS, S1, measure)
    }


async def test_who_was_listed_and_asked_about_counts_once(kept):
    in_june = IN_MAY + timedelta(days=30)
    await write_log(
        kept.url,
        [
            used(1),
            used(2, client_id="disdik"),
            listing(1, 2, 2, 3),
            listing(3, 4, pada=in_june),
            listing(5, nomor_pks="PKS/002/2026"),
            listing(6, pada=S1.selesai),
            # Searched by NIK and found: the entry has both names.
            used(7, peristiwa="ppks.search", daftar=listing(7).daftar),
        ],
    )
    told = await persons(kept)
    assert told[Ukuran.SEMUA, ""] == 5
    assert told[Ukuran.PERISTIWA, "ppks.list"] == 4
    assert told[Ukuran.PERISTIWA, "penduduk.lookup"] == 2
    assert told[Ukuran.PERISTIWA, "ppks.search"] == 1
    assert (told[Ukuran.BULAN, "2026-05"], told[Ukuran.BULAN, "2026-06"]) == (4, 2)
    assert (told[Ukuran.CLIENT, "dinkes"], told[Ukuran.CLIENT, "disdik"]) == (5, 1)


async def test_what_cannot_be_joined_counts_by_what_there_is(kept):
    await write_log(
        kept.url, [used(50), listing(50), listing("rekaman-a", "rekaman-b", "rekaman-a")]
    )
    assert (await persons(kept))[Ukuran.SEMUA, ""] == 4


async def test_without_lists_no_nik_is_opened(kept):
    class Closed:
        def batches(self) -> None:
            raise AssertionError

    await write_log(kept.url, [used(1), used(2)])
    with TallyOnDisk() as tally:
        count = CountListed(SqlUsage(kept.database), Closed(), KEYRING, tally)
        assert await count(PKS, S1) == {}


async def test_every_count_is_what_is_counted_by_hand(kept):
    dice = random.Random(7)
    entries = [
        dice.choice((used, listing))(
            dice.randrange(10),
            pada=IN_MAY + timedelta(days=dice.randrange(40)),
            client_id=dice.choice(["dinkes", "disdik"]),
            tujuan=dice.choice(["P-BANSOS", "P-KES"]),
            hasil=dice.choice([HasilAudit.DIBERIKAN, HasilAudit.GAGAL]),
        )
        for _ in range(60)
    ]
    await write_log(kept.url, entries)
    who = {KEYRING.subject(nik(n)): n for n in range(10)} | {
        listing(n).daftar: n for n in range(10)
    }
    by_hand = {}
    for entry in entries:
        for measure, key in KEYS.items():
            by_hand.setdefault((measure, key(entry)), set()).add(who[entry.subjek or entry.daftar])
    assert await persons(kept) == {key: len(them) for key, them in by_hand.items()}
