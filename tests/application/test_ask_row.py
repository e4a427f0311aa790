"""What is stored of a job's row."""

from gateway.application.caller.hold_back import HoldBack
from gateway.application.jobs.ask_row import AskRow
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk, Peringatan
from gateway.domain.policy import buka
from gateway.domain.systems import LookupAnswer
from gateway.domain.tugas import Baris
from gateway.kit.clock import ManualClock
from tests.fakes import FakeAllowance, FakeRestrictions
from tests.fixtures.lookups import NIK, CountingRegistry, instances
from tests.fixtures.oauth import START, grant_of


async def test_warnings_about_what_was_not_granted_are_not_stored():
    about = ("alamat.rt", "tanggal_lahir", None)
    registry, clock = CountingRegistry(), ManualClock(START)
    registry.answer = LookupAnswer(
        outcome=Outcome.FOUND,
        penduduk=Penduduk(nik=NIK, kode_wilayah="64.02.06.1001"),
        peringatan=tuple(Peringatan(kode="X", atribut=each) for each in about),
    )
    granted = frozenset(("alamat", "nama_lengkap"))
    grant = grant_of("dinkes", "G-1", atribut=granted, wilayah=frozenset("*"), cari_per_hari=1)
    async with instances(registry, None, clock, size=1) as [gateway]:
        ask = AskRow(gateway.ask, HoldBack(FakeRestrictions()), FakeAllowance(), clock)
        row = await ask(grant, buka(grant, START), Baris(baris=1, nik=NIK))
    told = row.jawaban.answer.peringatan
    assert [warning.atribut for warning in told] == ["alamat.rt", None]
