"""What an engagement shows of the log, alike on both stores, also while entries are written."""

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.domain.catatan import (
    DimensiCatatan,
    KondisiCatatan,
    Letak,
    PandanganCatatan,
    tampak_di_catatan,
)
from gateway.domain.checkpoint import read_checkpoint
from gateway.domain.client import AuthMethod
from gateway.domain.tree.merkle import leaf_hash
from gateway.infra.db.audit.entries import SqlCatatan
from gateway.infra.db.audit.log_seals import SqlSegel
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import open_thread_engine
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.notes import read_note
from gateway.infra.sealing.sealer import Sealer
from tests.contract.audit_entries import opened
from tests.contract.shelf import KEYRING, START
from tests.fixtures.auditors import EARLIEST, LATEST, entry
from tests.fixtures.oauth import client_of, grant_of

ALL = PandanganCatatan(
    kunci="k", sejak=EARLIEST, sampai=LATEST, client_id=None, nomor_pks=None, wilayah=None
)
EVERYTHING = KondisiCatatan()
LOOKUPS = KondisiCatatan(peristiwa="penduduk.lookup")
AREAS = {
    "G-1": ("64.02",),
    "G-2": ("64.02.06", "64.02.07"),
    "G-3": ("64.02", "65"),
    "G-4": ("*",),
    "G-5": (),
}


class Log(SqlCatatan):
    """A reader of the log of a store, and somebody who seals it."""

    def __init__(self, shelf) -> None:
        super().__init__(shelf.database, KEYRING.salt)
        self.engine = open_thread_engine(shelf.url)
        self.sealer = Sealer(self.engine, KEYRING, shelf.clock, "contoh.example/audit")
        self.clock = shelf.clock

    async def ujung(self):
        """Seal what is there; how far the log reaches."""
        self.clock.advance(timedelta(seconds=1))
        # Not all that comes: while others write on, that would have no end.
        await asyncio.to_thread(self.sealer.seal)
        newest = await SqlSegel(self._database).terbaru()
        return 0 if newest is None else newest.ukuran


@pytest.fixture
async def log(shelf):
    """A reader of the log, with grants of several areas."""
    clients = SqlClients(shelf.database, shelf.clock)
    await clients.save_client(client_of("dinkes", auth=AuthMethod.PRIVATE_KEY_JWT), oleh="CONTOH A")
    for grant_id, areas in AREAS.items():
        grant = grant_of("dinkes", grant_id, wilayah=frozenset(areas))
        await clients.append_grant(grant, oleh="CONTOH A")
    made = Log(shelf)
    yield made
    made.engine.dispose()
    await clients.close()


async def write(shelf, entries):
    await asyncio.gather(*map(shelf.audit.record, entries))


async def read(log, view=ALL, kondisi=EVERYTHING):
    """The entries of requests that are shown: the fixture's own acts are none."""
    return [each for each in await read_all(log, view, kondisi) if each.oleh is None]


async def read_all(log, view=ALL, kondisi=EVERYTHING):
    """Whatever is shown."""
    letak = Letak(0, await log.ujung())
    return [each.entri for each in await log.entri(view, kondisi, letak, 1_000_000)]


def ids(entries):
    return {each.entri_id for each in entries}


async def test_an_entry_is_told_as_it_was_recorded(shelf, log):
    kept = entry()
    await shelf.audit.record(kept)
    assert await read(log) == [kept]


async def test_what_is_not_sealed_yet_is_not_told(shelf, log):
    end = await log.ujung()
    await shelf.audit.record(entry())
    assert await log.entri(ALL, LOOKUPS, Letak(0, end), 10) == []
    assert len(await read(log)) == 1


async def test_a_store_without_a_log_shows_nothing_of_it(shelf):
    seals = SqlSegel(shelf.database)
    assert (await seals.terbaru(), await seals.cap(0)) == (None, None)
    assert await seals.daftar(None, None, 10) == []
    assert await SqlCatatan(shelf.database, KEYRING.salt).entri(ALL, LOOKUPS, Letak(0, 0), 1) == []


def drawn(seed):
    """Entries of every sort, also bare ones."""
    chance = Random(seed)
    for _ in range(150):
        grant_id = chance.choice([*AREAS, None])
        yield entry(
            pada=START + timedelta(days=chance.randint(-40, 40), seconds=chance.random()),
            hasil=chance.choice([*HasilAudit]),
            client_id=chance.choice(["dinkes", "bappeda", None]),
            grant_id=grant_id,
            grant_versi=chance.choice([1, 2, None]) if grant_id else None,
            nomor_pks=chance.choice(["PKS/1", "PKS/2", None]),
            tujuan=chance.choice(["P-A", None]),
            peristiwa=chance.choice(["penduduk.lookup", "token.terbit"]),
            alasan=chance.choice(["bad_input", None]),
        )


VIEWS = [
    ALL,
    PandanganCatatan(
        kunci="k", sejak=START - timedelta(days=9), sampai=START, client_id=None, nomor_pks=None,
        wilayah=None,
    ),
    PandanganCatatan(
        kunci="k", sejak=EARLIEST, sampai=LATEST, client_id=frozenset(("dinkes",)),
        nomor_pks=frozenset(("PKS/1", "PKS/3")), wilayah=None,
    ),
    PandanganCatatan(
        kunci="k", sejak=EARLIEST, sampai=LATEST, client_id=None, nomor_pks=None,
        wilayah=frozenset(("64.02",)),
    ),
    PandanganCatatan(
        kunci="k", sejak=EARLIEST, sampai=LATEST, client_id=None, nomor_pks=None,
        wilayah=frozenset(("64", "65")),
    ),
    PandanganCatatan(
        kunci="k", sejak=EARLIEST, sampai=LATEST, client_id=frozenset(), nomor_pks=None,
        wilayah=None,
    ),
]  # fmt: skip


def areas_of(each):
    return frozenset(AREAS.get(each.grant_id, ()) if each.grant_versi == 1 else ())


@pytest.mark.parametrize("view", VIEWS, ids=map(str, range(len(VIEWS))))
async def test_an_entry_is_shown_exactly_where_the_rule_says_so(shelf, log, view):
    entries = [*drawn("views")]
    await write(shelf, entries)
    shown = ids(await read(log, view))
    assert shown == ids(each for each in entries if tampak_di_catatan(view, each, areas_of(each)))
    if view is not VIEWS[-1]:
        assert 0 < len(shown) < len(entries)


CONDITIONS = {
    "sejak": START - timedelta(days=3),
    "sampai": START + timedelta(days=3),
    "client_id": "bappeda",
    "nomor_pks": "PKS/2",
    "tujuan": "P-A",
    "hasil": HasilAudit.DITOLAK,
    "peristiwa": "token.terbit",
    "alasan": "bad_input",
}


def fits(each, name, value):
    if name in {"sejak", "sampai"}:
        return (each.pada >= value) is (name == "sejak")
    return getattr(each, name) == value


@pytest.mark.parametrize("name", CONDITIONS)
async def test_each_filter_leaves_what_it_names(shelf, log, name):
    await write(shelf, drawn("filters"))
    everything = await read(log)
    left = ids(await read(log, kondisi=KondisiCatatan(**{name: CONDITIONS[name]})))
    assert left == ids(each for each in everything if fits(each, name, CONDITIONS[name]))
    assert 0 < len(left) < len(everything)


async def test_pages_neither_skip_nor_repeat_while_several_instances_write(database_url, log):
    writers = [opened(database_url) for _ in range(3)]
    stop = asyncio.Event()
    written = set()

    async def write_on(writer) -> None:
        while not stop.is_set():
            some = [entry() for _ in range(3)]
            await asyncio.gather(*map(writer.record, some))
            written.update(ids(some))
            await asyncio.sleep(0.002)

    tasks = [asyncio.create_task(write_on(writer)) for writer in writers]
    seen = Counter()
    for _ in range(5):
        before = set(written)
        letak, times = Letak(0, await log.ujung()), Counter()
        while page := await log.entri(ALL, LOOKUPS, letak, 100):
            times.update(each.entri.entri_id for each in page)
            letak = Letak(page[-1].tempat + 1, letak.sampai)
        assert set(times.values()) <= {1}
        assert before <= set(times)
        # Whatever an earlier reading had, this one has too.
        assert set(seen) <= set(times)
        seen = times
    stop.set()
    await asyncio.gather(*tasks)
    assert ids(await read(log)) == written
    for writer in writers:
        await writer.close()


async def test_a_reading_that_goes_on_after_a_place_misses_nothing_that_comes_later(
    database_url, log
):
    """As somebody follows the log: from its end each time, whoever wrote meanwhile."""
    writers = [opened(database_url) for _ in range(3)]
    written, followed, place = set(), Counter(), 0

    async def write_some(writer) -> None:
        for _ in range(40):
            each = entry()
            await writer.record(each)
            written.add(each.entri_id)

    tasks = [asyncio.create_task(write_some(writer)) for writer in writers]
    ended = False
    while not ended:
        ended = all(task.done() for task in tasks)
        end = await log.ujung()
        page = await log.entri(ALL, LOOKUPS, Letak(place, end), 10_000)
        followed.update(each.entri.entri_id for each in page)
        place = end
    assert followed == Counter(written)
    for writer in writers:
        await writer.close()


async def test_a_version_that_is_granted_later_is_known_at_once(shelf, log):
    inside = PandanganCatatan(
        kunci="k",
        sejak=EARLIEST,
        sampai=LATEST,
        client_id=None,
        nomor_pks=None,
        wilayah=frozenset(("64.02",)),
    )
    await shelf.audit.record(entry(grant_versi=2))
    assert await read(log, inside) == []
    clients = SqlClients(shelf.database, shelf.clock)
    await clients.append_grant(grant_of("dinkes", "G-1", versi=2), oleh="CONTOH A")
    await clients.close()
    assert len(await read(log, inside)) == 1


DAY = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""Midnight in western Indonesia."""


async def test_counts_are_those_of_the_entries(shelf, log):
    entries = [*drawn("counts")]
    await write(shelf, entries)
    shown = await read_all(log)
    for some in itertools.chain([()], itertools.combinations(DimensiCatatan, 2)):
        told = await log.hitung(ALL, EVERYTHING, some, 10_000)
        expected = Counter()
        for each in shown:
            expected[values(each, some)] += 1
        assert {tuple(group.nilai.values()): group.entri for group in told} == expected
        assert sum(group.jumlah for group in told) == sum(each.jumlah for each in shown)


def values(each, dimensions):
    told = {name: getattr(each, name.value, None) for name in dimensions}
    if DimensiCatatan.HARI in told:
        told[DimensiCatatan.HARI] = (each.pada + timedelta(hours=7)).date().isoformat()
    return tuple(told.values())


async def test_days_begin_at_midnight_in_western_indonesia(shelf, log):
    await write(shelf, [entry(pada=DAY - timedelta(microseconds=1)), entry(pada=DAY)])
    told = await log.hitung(ALL, LOOKUPS, (DimensiCatatan.HARI,), 10)
    assert [group.nilai for group in told] == [{"hari": "2026-11-20"}, {"hari": "2026-11-21"}]


async def test_no_more_groups_are_counted_than_asked_for_and_none_of_nothing(shelf, log):
    assert await log.hitung(ALL, LOOKUPS, (), 10) == []
    await write(shelf, [entry(client_id=f"c-{number}") for number in range(5)])
    assert len(await log.hitung(ALL, LOOKUPS, (DimensiCatatan.CLIENT_ID,), 3)) == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_row_that_becomes_visible_late_comes_last_and_moves_nothing(shelf, log):
    """PostgreSQL draws numbers before the commit; on SQLite there is one writer at a time."""
    late, *others = (entry() for _ in range(3))
    row = sa.insert(AUDIT).values(msgspec.structs.asdict(late))
    async with shelf.database.engine.connect() as other:
        await other.execute(row)
        await write(shelf, others)
        before = await read(log)
        await other.commit()
    assert ids(before) == ids(others)
    assert await read(log) == [*before, late]


async def test_leaves_and_their_proofs_lead_to_the_checkpoint(shelf, log):
    await write(shelf, [entry() for _ in range(300)])
    size = await log.ujung()
    seals = SqlSegel(shelf.database)
    signed = await seals.cap(size)
    root = read_checkpoint(read_note(signed.catatan)[0]).akar
    found = await log.entri(ALL, LOOKUPS, Letak(0, size), 1000, daun=True)
    proofs = await seals.bukti_masuk([each.tempat for each in found], size)
    for each, proof in zip(found, proofs, strict=True):
        assert proof.leads_to(leaf_hash(each.daun.encode())) == root
        assert each.entri.entri_id in each.daun
        assert each.entri.subjek not in each.daun


async def test_a_log_that_grew_is_consistent_with_what_it_was(shelf, log):
    seals = SqlSegel(shelf.database)
    for _ in range(4):
        await write(shelf, [entry() for _ in range(40)])
        await log.ujung()
    signed = await seals.daftar(None, None, 100)
    assert [each.pada for each in signed] == sorted({each.pada for each in signed})
    roots = {each.ukuran: read_checkpoint(read_note(each.catatan)[0]).akar for each in signed}
    for old, new in itertools.combinations_with_replacement(sorted(roots), 2):
        proof = await seals.bukti_sambung(old, new)
        assert proof.holds(roots[old], roots[new])
    assert await seals.terbaru() == signed[-1]
    some = await seals.daftar(signed[0].pada, signed[-1].pada, 100)
    assert some == signed[1:-1]
