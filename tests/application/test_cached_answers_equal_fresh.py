"""Whatever a grant shows of a fresh answer, it shows of the same answer from any level of the cache."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.lookup.lookup_resident import LookupResident
from gateway.domain.errors import NotFound
from gateway.domain.freshness import LIFETIMES, Keadaan
from gateway.domain.grant import ATRIBUT_PPKS
from gateway.domain.outcome import Outcome
from gateway.domain.person import ATRIBUT_PENDUDUK, NilaiAsli, Peringatan
from gateway.domain.systems import LookupAnswer
from gateway.infra.nik_cache.sealing import Sealing
from gateway.kit.clock import ManualClock
from tests.fakes import FakeAllowance, FakeAudit, FakePseudonyms, FakeRestrictions
from tests.fixtures.gateway_people import PENDUDUK
from tests.fixtures.lookups import KEYRING, CountingRegistry, Instance
from tests.fixtures.oauth import START, grant_of

AREAS = ("*", "64", "64.02", "64.02.06", "64.02.06.1001", "64.72", "65")
NAMES = st.sampled_from(ATRIBUT_PENDUDUK)
PEOPLE = [each for each in PENDUDUK if isinstance(each.nik, str)]

answers = st.builds(
    LookupAnswer,
    outcome=st.sampled_from(sorted(LIFETIMES)),
    penduduk=st.none() | st.sampled_from(PEOPLE),
    asli=st.dictionaries(NAMES, st.builds(NilaiAsli, teks=st.text(max_size=9))),
    peringatan=st.lists(
        st.builds(Peringatan, kode=st.just("X"), atribut=st.none() | NAMES), max_size=3
    ).map(tuple),
    kuota_sisa=st.none() | st.integers(0, 60_000),
)
grants = st.builds(
    grant_of,
    st.just("dinkes"),
    st.just("G-1"),
    atribut=st.frozensets(st.sampled_from(sorted(ATRIBUT_PPKS))),
    wilayah=st.frozensets(st.sampled_from(AREAS), max_size=3),
    cari_per_hari=st.just(1000),
    maks_umur=st.just(3600),
    boleh_cache=st.just(True),
)


class Desk:
    """The use case over one cache, asked by any grant."""

    def __init__(self, answer: LookupAnswer) -> None:
        registry = CountingRegistry()
        registry.answer = answer
        clock = ManualClock(START)
        self.instance = Instance(registry, None, clock)
        self.audit = FakeAudit()
        self._lookup = LookupResident(
            self.instance.ask,
            HoldBack(FakeRestrictions()),
            self.audit,
            FakeAllowance(),
            FakePseudonyms(),
            clock,
        )

    async def shown(self, grant, nik):
        """What the caller and the audit log are told, but for where it came from."""
        caller = Caller(client_id="dinkes", grant=grant, scopes=frozenset(), request_id="r")
        try:
            found = await self._lookup(caller, nik, 100_000)
        except NotFound:
            return None, (None, self.audit.entries[-1].hasil)
        told = (found.data, found.outcome, found.sistem, found.pada, found.asli, found.peringatan)
        entry = self.audit.entries[-1]
        return found.keadaan, (told, entry.hasil, entry.atribut)


@given(answer=answers, grant=grants, other=grants)
async def test_cached_and_filtered_is_fresh_and_filtered(answer, grant, other):
    nik = answer.penduduk.nik if answer.penduduk is not None else PEOPLE[0].nik
    fresh, cached = Desk(answer), Desk(answer)
    _, expected = await fresh.shown(grant, nik)
    # The answer was fetched for somebody who sees other things.
    await cached.shown(other, nik)
    keadaan, told = await cached.shown(grant, nik)
    assert told == expected
    assert keadaan in {Keadaan.CACHE, None}


@given(answer=answers)
async def test_an_answer_comes_back_from_its_seal_as_it_was(answer):
    desk, sealing = Desk(answer), Sealing(KEYRING)
    nik = PEOPLE[0].nik
    await desk.instance.ask(nik, oldest=3600, ip=None)
    kept = desk.instance.cache.near(nik)
    name = sealing.name(nik)
    assert sealing.open(name, sealing.seal(name, kept)) == kept


async def test_what_is_odd_about_a_part_of_the_address_is_told_with_the_address():
    answer = LookupAnswer(
        outcome=Outcome.FOUND,
        penduduk=PEOPLE[0],
        peringatan=(Peringatan(kode="X", atribut="alamat.rt"),),
    )
    desk = Desk(answer)
    for granted, told in (("alamat", answer.peringatan), ("agama", ())):
        grant = grant_of(
            "dinkes",
            "G-1",
            atribut=frozenset((granted,)),
            wilayah=frozenset("*"),
            cari_per_hari=9,
        )
        _, (shown, *_) = await desk.shown(grant, PEOPLE[0].nik)
        assert shown[-1] == told
