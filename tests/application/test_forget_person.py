"""Which records say that an older registry answer may no longer be true."""

import msgspec
import pytest

from gateway.application.civil_registry.forget_person import ForgetPerson, ForgettingImports
from gateway.domain.errors import Unavailable
from gateway.domain.person import Penduduk, StatusPenduduk
from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import AngkaTahunan, Dtks, RekamanPpks
from tests.fixtures.lookups import NIK, OTHER


class Cache:
    def __init__(self, happened: list[str], *, away: bool = False) -> None:
        self.happened = happened
        self.away = away

    async def purge(self, nik: str) -> None:
        if self.away:
            raise Unavailable("away", code="cache_unavailable")
        self.happened.append(nik)


class Store:
    def __init__(self, happened: list[str]) -> None:
        self.happened = happened

    async def save(self, isi, *, dry_run):
        self.happened.append("saved")
        return HitunganImpor(baru=len(isi))


def record(nik: str | None = NIK, **changes) -> RekamanPpks:
    status = changes.pop("status_penduduk", StatusPenduduk.AKTIF)
    orang = Penduduk(nik=nik, status_penduduk=status)
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


async def test_what_could_not_be_forgotten_is_told_so_that_it_is_tried_again():
    imports = ForgettingImports(Store([]), ForgetPerson(Cache([], away=True)))
    with pytest.raises(Unavailable):
        await imports.save([record(dihapus=True)], dry_run=False)


async def test_without_a_cache_there_is_nothing_to_forget():
    imports = ForgettingImports(Store([]), ForgetPerson(None))
    changed = msgspec.structs.replace(record(), dihapus=True)
    assert (await imports.save([changed], dry_run=False)).baru == 1
