"""What records may be filtered by, and what is found: the use case, the store and the engine agree."""

import itertools

from msgspec.structs import replace

from gateway.application.caller.caller import Caller
from gateway.application.records.read_ppks import ReadPpks
from gateway.domain.errors import NotPermitted
from gateway.domain.ports import HalamanPpks, KondisiPpks
from gateway.kit.clock import ManualClock
from tests.fakes import FakeAllowance
from tests.fixtures.oauth import KEYRING
from tests.policy.oracle import ask, ask_for_filter
from tests.policy.scene import NOW, RECORDS
from tests.policy.world import GRANTED_AREAS, GRANTED_KINDS, nik

_GRANTS_ASKED = 800
_FOUND_IN = 30
_VALUES = {
    "kode_wilayah": "64",
    "kategori": "ppks:anak",
    "status": "TERDATA",
    "nik": nik(1),
    "nama_lengkap": "CONTOH SATU",
    "tanggal_lahir": NOW.date(),
}


class EmptyStore:
    """A store in which nothing is found, and which notes that it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def page(self, view, kondisi, after, limit):
        self.asked += 1
        return HalamanPpks(items=(), lanjut=None, rujukan=())

    async def one(self, view, ppks_id):
        self.asked += 1


class Notes:
    """An audit log that keeps its entries."""

    def __init__(self) -> None:
        self.entries = []

    async def record(self, entry):
        self.entries.append(entry)


async def refused_by_the_use_case(grant, narrowing, names) -> set[str]:
    """The filters that the use case refuses, of those that are asked for."""
    store, notes = EmptyStore(), Notes()
    reading = ReadPpks(store, notes, FakeAllowance(), KEYRING, ManualClock(NOW))
    caller = Caller(
        client_id=grant.client_id,
        grant=grant,
        scopes=grant.scopes,
        sempit=narrowing,
        request_id="r",
    )
    refused: set[str] = set()
    try:
        await reading.page(caller, KondisiPpks(**{name: _VALUES[name] for name in names}), None, 10)
    except NotPermitted as error:
        refused = {each.field for each in error.errors}
        assert (error.status, error.code) == (403, "attribute_not_granted")
    assert store.asked == (0 if refused else 1)
    assert [entry.hasil for entry in notes.entries] == ["ditolak" if refused else "diberikan"]
    return refused


async def test_a_filter_is_taken_exactly_where_the_rules_allow_it(scene):
    asks = itertools.product(range(len(scene.grants)), _VALUES)
    verdicts = scene.oracle.decide(itertools.starmap(ask_for_filter, asks), NOW)
    chance = scene.chance("filters")
    for number, (grant, narrowing) in enumerate(zip(scene.grants, scene.narrowings, strict=True)):
        allowed = {name for name in _VALUES if verdicts[ask_for_filter(number, name)]}
        wanted = chance.sample(tuple(_VALUES), chance.randint(1, 4))
        refused = await refused_by_the_use_case(grant, narrowing, wanted)
        assert refused == set(wanted) - allowed, (grant, narrowing)
    assert min(sum(verdicts.values()), len(verdicts) - sum(verdicts.values())) > 1_000


def conditions(scene):
    """For each grant an area, a category, or both."""
    chance = scene.chance("findings")
    for grant in range(_GRANTS_ASKED):
        areas = chance.choice((GRANTED_AREAS, GRANTED_AREAS[:4]))
        kinds = chance.choice((GRANTED_KINDS, GRANTED_KINDS[:4]))
        drawn = {"area": chance.choice(areas), "category": chance.choice(kinds)}
        names = chance.choice((("area",), ("category",), ("area", "category")))
        yield grant, {name: drawn[name] for name in names}


def asks_for_findings(scene):
    chance = scene.chance("found")
    for grant, told in conditions(scene):
        for number in chance.sample(range(RECORDS), _FOUND_IN):
            yield ask(grant, "find", number, **told)


async def test_a_filter_finds_what_the_rules_allow(scene, stored):
    shelf, found = stored.shelf, set()
    for grant, told in conditions(scene):
        kondisi = KondisiPpks(kode_wilayah=told.get("area"), kategori=told.get("category"))
        # Only which records: their contents are compared elsewhere.
        view = replace(scene.views[grant], atribut=frozenset())
        page = await shelf.ppks.page(view, kondisi, None, RECORDS)
        found |= {(grant, stored.number(view, item["id"])) for item in page.items}
    verdicts = scene.decided(asks_for_findings)
    differing = [each for each, allowed in verdicts.items() if (each.pair in found) != allowed]
    assert list(map(scene.tell, differing)) == []
    assert sum(verdicts.values()) > 200
