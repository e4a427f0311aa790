"""What the store counts is what one would count by hand, of this agreement and this period alone."""

import random
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.domain.periode import baca_periode
from gateway.domain.ports_perjanjian import Pemakaian, Ukuran
from gateway.infra.db.agreements.usage import SqlUsage, of_agreement
from tests.reports.agreements import PKS, used, write_log

S1 = baca_periode("2026-S1")
OUTCOMES = [HasilAudit(name) for name in ("diberikan", "tidak_ditemukan", "ditolak", "gagal")]
NO_USE = ("token.terbit", "ppks.ekspor.buat", "ppks.ekspor.hapus")
NO_PERSONS = ("ppks.kirim", "statistik.ppks", "audit.entri")
EVENTS = ("penduduk.lookup", "penduduk.verify", "ppks.list", *NO_USE, *NO_PERSONS)
FIELDS = {
    Ukuran.PERISTIWA: "peristiwa",
    Ukuran.HASIL: "hasil",
    Ukuran.ALASAN: "alasan",
    Ukuran.TUJUAN: "tujuan",
    Ukuran.CLIENT: "client_id",
}


def drawn(dice):
    hasil = dice.choice(OUTCOMES)
    given = hasil is HasilAudit.DIBERIKAN
    return used(
        dice.choice([None, *range(9)]),
        pada=S1.mulai + (S1.selesai - S1.mulai) * dice.uniform(-0.2, 1.2),
        peristiwa=dice.choice(EVENTS),
        hasil=hasil,
        client_id=dice.choice(["dinkes", "disdik"]),
        nomor_pks=dice.choice([PKS, PKS, "PKS/002/2026", None]),
        tujuan=dice.choice(["P-BANSOS", "P-KES"]),
        alasan=None if given else dice.choice(["not_found", "quota_spent"]),
        atribut=dice.choice([("nik",), ("nama_lengkap", "nik"), ()]) if given else (),
        jumlah=dice.randrange(3) if given else 0,
    )


def counted(entries, key):
    """The same by hand."""
    found = {}
    for entry in entries:
        found.setdefault(key(entry) or "", []).append(entry)
    return [
        Pemakaian(
            kunci=name,
            akses=len(them),
            rekaman=sum(one.jumlah for one in them if one.peristiwa not in NO_PERSONS),
            orang=len({one.subjek for one in them} - {None}),
            **Counter(one.hasil.value for one in them),
        )
        for name, them in sorted(found.items())
    ]


async def test_every_measure_is_what_is_counted_by_hand(database_url, database):
    dice = random.Random(64)
    entries = [drawn(dice) for _ in range(300)]
    await write_log(database_url, entries)
    ours = [
        one
        for one in entries
        if one.nomor_pks == PKS
        and S1.mulai <= one.pada < S1.selesai
        and not (one.peristiwa in NO_USE and one.hasil is HasilAudit.DIBERIKAN)
    ]
    usage = SqlUsage(database)
    for measure, field in FIELDS.items():
        found = await usage.by(PKS, S1, measure)
        assert found == counted(ours, lambda one, field=field: getattr(one, field))
    months = await usage.by(PKS, S1, Ukuran.BULAN)
    by_month = counted(
        ours, lambda one: next(str(m) for m in S1.bulan if m.mulai <= one.pada < m.selesai)
    )
    assert months == by_month
    assert await usage.by(PKS, S1, Ukuran.SEMUA) == counted(ours, lambda _: "")
    given = [one for one in ours if one.hasil is HasilAudit.DIBERIKAN]
    told = [one for one in given if one.peristiwa not in NO_PERSONS]
    attributes = Counter(name for one in told for name in one.atribut)
    assert await usage.attributes(PKS, S1) == attributes
    assert await usage.oldest() == min(one.pada for one in entries)


async def test_an_empty_log_counts_nothing(database):
    usage = SqlUsage(database)
    assert await usage.by(PKS, S1, Ukuran.SEMUA) == [Pemakaian(kunci="")]
    assert await usage.by(PKS, S1, Ukuran.BULAN) == []
    assert await usage.attributes(PKS, S1) == {}
    assert await usage.oldest() is None


async def test_the_bounds_are_midnight_in_jakarta(database_url, database):
    before = S1.mulai - timedelta(microseconds=1)
    last = S1.selesai - timedelta(microseconds=1)
    await write_log(database_url, [used(n, pada=m) for n, m in enumerate((before, S1.mulai, last))])
    months = await SqlUsage(database).by(PKS, S1, Ukuran.BULAN)
    assert [(one.kunci, one.akses) for one in months] == [("2026-01", 1), ("2026-06", 1)]
    (month,) = await SqlUsage(database).by(PKS, S1.bulan[0], Ukuran.BULAN)
    assert (month.kunci, month.akses) == ("2026-01", 1)


async def test_the_index_finds_the_entries_of_one_agreement(database):
    on_sqlite = database.engine.dialect.name == "sqlite"
    query = sa.select(sa.func.count()).where(*of_agreement(PKS, S1))
    text = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    async with database.reading() as connection:
        if not on_sqlite:
            # An empty table is read whole, whatever indices it has.
            await connection.exec_driver_sql("SET enable_seqscan = off")
        word = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
        plan = (await connection.exec_driver_sql(f"{word} {text}")).all()
    assert "ix_audit_nomor_pks_pada" in str(plan)
