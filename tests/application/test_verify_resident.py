"""Verifying through fakes: whose word counts, what is asked, what it costs, what is recorded."""

from datetime import date

import pytest

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.civil_registry.ask_registry import AskRegistry
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.lookup.judge_elements import JudgeElements
from gateway.application.lookup.verify_resident import VerifyResident
from gateway.domain.area_names import IndeksWilayah
from gateway.domain.errors import NotFound, Unavailable
from gateway.domain.freshness import Freshness
from gateway.domain.grant import Scope
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Alamat, Penduduk
from gateway.domain.systems import (
    Capability,
    HasilPadan,
    Health,
    LookupAnswer,
    System,
    VerdictElemen,
    VerifyAnswer,
)
from gateway.domain.wilayah import Wilayah
from tests.fakes import FakeAllowance, FakeAudit, FakePseudonyms, FakeRestrictions
from tests.fixtures.lookups import free_desk
from tests.fixtures.oauth import grant_of

NIK = "6402995708900001"
KNOWN = Penduduk(
    nik=NIK,
    nama_lengkap="CONTOH PALSU",
    tempat_lahir="KUTAI KARTANEGARA",
    tanggal_lahir=date(1990, 8, 17),
    alamat=Alamat(jalan="JL CONTOH NO 1", dusun="KRAJAN"),
    kode_wilayah="64.02.06.1001",
)
AREAS = (
    Wilayah(kode="64", nama="Kalimantan Timur", edisi_pertama=2016, edisi_terakhir=2025),
    Wilayah(kode="64.02", nama="Kutai Kartanegara", edisi_pertama=2016, edisi_terakhir=2025),
    Wilayah(kode="64.02.06", nama="Tenggarong", edisi_pertama=2016, edisi_terakhir=2025),
)
YES, NO, NEAR, OPEN = (
    HasilPadan.SESUAI, HasilPadan.TIDAK_SESUAI, HasilPadan.MIRIP, HasilPadan.TIDAK_DIPERIKSA,
)  # fmt: skip


class Registry:
    """Says what it is told to say, and remembers what it was asked."""

    def __init__(self, verdicts=None, known=KNOWN) -> None:
        self.verdicts, self.known = verdicts, known
        self.outcome = Outcome.FOUND
        self.asked: list[str] = []

    async def verify(self, penduduk, *, caller_ip=None):
        self.asked.append("verify")
        elemen = {name: VerdictElemen(**verdict) for name, verdict in self.verdicts.items()}
        return VerifyAnswer(outcome=self.outcome, elemen=elemen)

    async def lookup(self, nik, *, caller_ip=None):
        self.asked.append("lookup")
        if isinstance(self.known, Exception):
            raise self.known
        outcome = Outcome.NOT_FOUND if self.known is None else Outcome.FOUND
        return LookupAnswer(outcome=outcome, penduduk=self.known)

    def offering(self, capability):
        can = {
            Capability.RESIDENT_LOOKUP: self.known is not NotImplemented,
            Capability.RESIDENT_VERIFICATION: self.verdicts is not None,
        }
        system = System(
            resident_lookup=self, resident_verification=self, health=Health, close=_nothing
        )
        return {"daftar": system} if can[capability] else {}


async def _nothing() -> None:
    return


class Desk:
    """The use case, and everything around it that can be looked at."""

    def __init__(self, registry, clock, *, allowed=True) -> None:
        self.registry, self.clock = registry, clock
        self.audit, self.allowance = FakeAudit(), FakeAllowance()
        self.forgotten: list[str] = []
        self.restrictions = FakeRestrictions()
        desk = free_desk(clock)
        ask = AskRegistry(
            registry.offering, None, Freshness(), clock, count=lambda _event: None, desk=desk
        )
        judge = JudgeElements(
            ask, lambda: IndeksWilayah(AREAS), clock, allowed=allowed, threshold=85
        )
        self.verify = VerifyResident(
            registry.offering,
            desk,
            judge,
            ForgetPerson(self),
            HoldBack(self.restrictions),
            self.audit,
            self.allowance,
            FakePseudonyms(),
            clock,
        )

    async def purge(self, nik: str) -> None:
        """As the cache of registry answers."""
        self.forgotten.append(nik)

    async def ask(self, *, atribut=None, per_day=100, ambang=None, **told):
        names = frozenset(told)
        grant = grant_of(
            "opd",
            "G-1",
            scopes=frozenset({Scope.PENDUDUK_VERIFY, Scope.PENDUDUK_READ}),
            atribut=names if atribut is None else frozenset(atribut),
            atribut_cocok=names,
            cari_per_hari=per_day,
        )
        caller = Caller(client_id="opd", grant=grant, scopes=grant.scopes, request_id="r")
        return await self.verify(caller, Penduduk(nik=NIK, **told), ambang)

    @property
    def spent(self):
        return sum(self.allowance.taken.values())


async def test_what_the_registry_judged_is_its_own_word(clock):
    verdicts = {"nama_lengkap": {"hasil": YES}, "tanggal_lahir": {"hasil": NO}}
    desk = Desk(Registry(verdicts), clock)
    found = await desk.ask(nama_lengkap="LAIN", tanggal_lahir=date(1990, 8, 17))
    assert {name: (v.hasil, v.penilai) for name, v in found.elemen.items()} == {
        "nama_lengkap": (YES, "daftar"),
        "tanggal_lahir": (NO, "daftar"),
    }
    assert (desk.registry.asked, desk.spent, found.bacaan) == (["verify"], 1, None)


@pytest.mark.parametrize(
    ("told", "atribut", "hasil", "penilai"),
    [
        ("CONTOH PALSU", None, NEAR, "gateway"),
        ("CONTOH BUDI", None, NO, "daftar"),
        ("CONTOH PALSU", (), NEAR, "gateway"),
        ("CONTOH PALSU BUDI", None, NEAR, "gateway"),
        ("CONTOH PALSU BUDI", (), NO, "daftar"),
    ],
)
async def test_beside_a_plain_no_our_reading_says_at_most_that_it_is_near(
    clock, told, atribut, hasil, penilai
):
    verdicts = {"nama_lengkap": {"hasil": NO}, "alamat.dusun": {"hasil": OPEN}}
    desk = Desk(Registry(verdicts), clock)
    found = await desk.ask(atribut=atribut, nama_lengkap=told, alamat=Alamat(dusun="KRAJAN"))
    name = found.elemen["nama_lengkap"]
    assert (name.hasil, name.penilai) == (hasil, penilai)
    assert found.elemen["alamat.dusun"].hasil is YES


@pytest.mark.parametrize(
    "given", [{"hasil": NO, "skor": 60, "ambang": 80}, {"hasil": YES}], ids=["scored", "yes"]
)
async def test_a_score_or_a_yes_of_the_registry_gets_no_second_look(clock, given):
    desk = Desk(Registry({"nama_lengkap": given, "alamat.dusun": {"hasil": OPEN}}), clock)
    found = await desk.ask(nama_lengkap="CONTOH PALSU", alamat=Alamat(dusun="KRAJAN"))
    assert found.elemen["nama_lengkap"].hasil is given["hasil"]
    assert found.elemen["nama_lengkap"].penilai == "daftar"


@pytest.mark.parametrize(
    "known",
    [UpstreamFailure(Outcome.QUOTA), None, NotImplemented],
    ids=["quota", "not found", "no lookup"],
)
async def test_without_a_reading_the_rest_is_answered(clock, known):
    verdicts = {"nama_lengkap": {"hasil": YES}, "alamat.dusun": {"hasil": OPEN}}
    desk = Desk(Registry(verdicts, known), clock)
    found = await desk.ask(nama_lengkap="X", alamat=Alamat(dusun="KRAJAN"))
    assert {name: v.hasil for name, v in found.elemen.items()} == {
        "nama_lengkap": YES,
        "alamat.dusun": OPEN,
    }
    assert desk.audit.entries[-1].sumber.split(",")[0] == "daftar"


async def test_a_lookup_that_cannot_be_asked_costs_nothing(clock):
    desk = Desk(Registry({"nama_lengkap": {"hasil": OPEN}}, NotImplemented), clock)
    await desk.ask(nama_lengkap="X")
    assert (desk.registry.asked, desk.spent) == (["verify"], 1)


async def test_a_record_that_was_read_in_vain_is_on_record_too(clock):
    outside = Penduduk(nik=NIK, nama_lengkap="CONTOH", kode_wilayah="11.01")
    desk = Desk(Registry({"nama_lengkap": {"hasil": OPEN}}, outside), clock)
    found = await desk.ask(nama_lengkap="CONTOH")
    assert (found.elemen["nama_lengkap"].hasil, desk.spent) == (OPEN, 2)
    assert desk.audit.entries[-1].sumber == "daftar,lookup:daftar"


async def test_where_nothing_compares_and_nothing_may_be_read_the_system_is_missing(clock):
    desk = Desk(Registry(None), clock, allowed=False)
    with pytest.raises(Unavailable) as caught:
        await desk.ask(nama_lengkap="X")
    assert caught.value.code == "system_not_connected"


@pytest.mark.parametrize("known", [None, Penduduk(nik=NIK, kode_wilayah="11.01")])
async def test_where_only_we_compare_nobody_and_somebody_outside_are_the_same(clock, known):
    desk = Desk(Registry(None, known), clock)
    with pytest.raises(NotFound):
        await desk.ask(nama_lengkap="X")
    assert desk.audit.entries[-1].alasan == "not_found"


async def test_a_district_inside_the_recorded_regency_is_found_by_the_table_of_areas(clock):
    desk = Desk(Registry(None), clock)
    found = await desk.ask(tempat_lahir="Tenggarong")
    verdict = found.elemen["tempat_lahir"]
    assert (verdict.hasil, verdict.skor) == (NEAR, 75)
    assert [why.kode for why in verdict.alasan] == ["di_dalam_wilayah"]


@pytest.mark.parametrize(
    ("outcome", "forgotten"),
    [
        (Outcome.FOUND, []),
        (Outcome.DECEASED, [NIK]),
        (Outcome.INACTIVE, [NIK]),
        (Outcome.FOUND_DUPLICATE, [NIK]),
    ],
)
async def test_an_end_that_the_registry_tells_outdates_what_is_kept(clock, outcome, forgotten):
    registry = Registry({"nama_lengkap": {"hasil": YES}})
    registry.outcome = outcome
    desk = Desk(registry, clock)
    await desk.ask(nama_lengkap="CONTOH")
    assert desk.forgotten == forgotten
