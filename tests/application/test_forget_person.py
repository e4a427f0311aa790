"""Which records say that an older registry answer may no longer be true."""

from datetime import timedelta

import msgspec
import pytest

from gateway.application.civil_registry.forget_person import ForgetPerson, ForgettingImports
from gateway.domain.errors import Unavailable
from gateway.domain.nik_cache import CachedAnswer, CacheEvent, KeptAnswer
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk, StatusPenduduk
from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import AngkaTahunan, Dtks, RekamanPpks
from gateway.infra.nik_cache.opening import open_nik_cache
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import FRESHNESS, KEYRING, NIK, OTHER, found
from tests.fixtures.oauth import START


class Cache:
    def __init__(self, happened: list[str], *, away: bool = False) -> None:
        self.happened = happened
        self.away = away

    async def purge(self, nik: str) -> None:
        if self.away:
            raise Unavailable("away", code="cache_unavailable")
        self.happened.append(nik)

    async def certain(self, nik: str) -> KeptAnswer | None:
        if self.away:
            raise Unavailable("away", code="cache_unavailable")
        return None


class Store:
    def __init__(self, happened: list[str]) -> None:
        self.happened = happened

    async def save(self, isi, *, dry_run, sewa=None):
        self.happened.append("saved")
        return HitunganImpor(baru=len(isi))


def record(nik: str | None = NIK, **changes) -> RekamanPpks:
    status = changes.pop("status_penduduk", StatusPenduduk.AKTIF)
    area = changes.pop("kode_wilayah", msgspec.UNSET)
    orang = Penduduk(nik=nik, status_penduduk=status, kode_wilayah=area)
    return RekamanPpks(sistem="siks_ng", id_sumber="1", orang=orang, **changes)


OVER = [
    {"status_penduduk": StatusPenduduk.MENINGGAL},
    {"status_penduduk": StatusPenduduk.NONAKTIF},
    {"status_penduduk": StatusPenduduk.GANDA},
    {"dtks": Dtks(status="AKTIF_ASESMEN_MENINGGAL")},
    {"dihapus": True},
]
NUMBER = AngkaTahunan(
    sistem="sijosku", instansi="CONTOH", kode_wilayah="65", jenis="x", tahun=2024, nilai=1
)


@pytest.mark.parametrize("changes", OVER)
async def test_a_record_of_an_end_forgets_once_it_is_stored(changes):
    happened: list[str] = []
    imports = ForgettingImports(Store(happened), ForgetPerson(Cache(happened)))
    batch = [record(OTHER), record(**changes), record(**changes), record(None, **changes), NUMBER]
    assert await imports.save(batch, dry_run=False) == HitunganImpor(baru=5)
    assert happened == ["saved", NIK]


async def test_other_records_and_dry_runs_forget_nobody():
    happened: list[str] = []
    imports = ForgettingImports(Store(happened), ForgetPerson(Cache(happened)))
    await imports.save([record(), record(dtks=Dtks(status="NONAKTIF")), NUMBER], dry_run=False)
    await imports.save([record(dihapus=True)], dry_run=True)
    assert happened == ["saved", "saved"]


@pytest.mark.parametrize(
    ("area", "changed", "is_forgotten"),
    [
        ("99.02.01.1001", None, True),
        ("99.02.01.1001", timedelta(seconds=1), True),
        ("99.02.01.1001", timedelta(seconds=-1), False),
        ("99.01.01.1001", None, False),
        ("99.01", None, False),
        ("99.01.02", None, True),
    ],
)
async def test_a_record_of_another_area_forgets_unless_it_is_older(area, changed, is_forgotten):
    clock, counted = ManualClock(START), []
    bounds = {"most_entries": 10, "most_bytes": 100_000}
    cache = open_nik_cache(KEYRING, None, clock, counted.append, **bounds)
    answer = CachedAnswer(answer=found(kode_wilayah="99.01.01.1001"), sistem="x", pada=START)
    async with cache.claim(NIK) as claim:
        await claim.keep(answer, FRESHNESS.masa(Outcome.FOUND, START, lambda: 0.5))
    moment = None if changed is None else START + changed
    imports = ForgettingImports(Store([]), ForgetPerson(cache))
    batch = [record(OTHER, kode_wilayah=area), record(kode_wilayah=area, diubah_sumber=moment)]
    await imports.save(batch, dry_run=False)
    assert (await cache.get(NIK) is None) is is_forgotten
    assert counted == [CacheEvent.FORGOTTEN] * is_forgotten


@pytest.mark.parametrize("changes", [{"dihapus": True}, {"kode_wilayah": "99.02.01.1001"}])
async def test_what_could_not_be_forgotten_is_told_so_that_it_is_tried_again(changes):
    imports = ForgettingImports(Store([]), ForgetPerson(Cache([], away=True)))
    with pytest.raises(Unavailable):
        await imports.save([record(**changes)], dry_run=False)


async def test_without_a_cache_there_is_nothing_to_forget():
    imports = ForgettingImports(Store([]), ForgetPerson(None))
    changed = msgspec.structs.replace(record(), dihapus=True)
    assert (await imports.save([changed], dry_run=False)).baru == 1
