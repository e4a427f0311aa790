"""A file of an export leaves after its row in the audit log, and no further than the grant goes."""

from datetime import timedelta

import msgspec
import pytest

from gateway.application.caller.caller import Caller
from gateway.application.exports.read_export_file import ReadExportFile
from gateway.domain.ekspor import BerkasEkspor, Ekspor, EksporJadi, FormatEkspor, StatusEkspor
from gateway.domain.errors import Gone, Unavailable
from gateway.domain.grant import JenisGrant, Scope, StatusGrant
from gateway.domain.policy import susun
from gateway.domain.ports_ekspor import FileAway
from gateway.domain.tugas import PemilikTugas
from gateway.domain.umpan import JenisPerubahan
from gateway.kit.clock import ManualClock
from tests.fakes import FakeAudit
from tests.fixtures.oauth import START, client_of, grant_of

GRANT = grant_of(
    "dinkes", "G-1", jenis=JenisGrant.SINKRONISASI, scopes=frozenset({Scope.PPKS_EXPORT})
)
FILE = BerkasEkspor(nomor=1, jenis=JenisPerubahan.ADA, baris=7, ukuran=100)
EXPORT = Ekspor(
    id="01a1fd72-814a-725e-8e32-1f385b6958b9",
    pemilik=PemilikTugas(client_id="dinkes", grant_id="G-1"),
    sempit=None,
    pandangan=susun(GRANT),
    permintaan="/v1/exports",
    format=FormatEkspor.NDJSON,
    status=StatusEkspor.SELESAI,
    dibuat_pada=START,
)
CALLER = Caller(client_id="dinkes", grant=GRANT, scopes=GRANT.scopes, request_id="r-1")


class Site:
    """Everything that the use case asks."""

    def __init__(self) -> None:
        self.happened = []
        self.audit = FakeAudit(self.happened)
        self.now = GRANT
        self.known = client_of("dinkes")
        self.is_there = True
        self.is_withheld = False
        self.clock = ManualClock(START)

    async def one(self, pemilik, ekspor_id, now):
        return EksporJadi(ekspor=EXPORT, berkas=(FILE,))

    async def withheld(self, ekspor):
        return self.is_withheld

    async def client(self, client_id):
        return self.known

    async def grant(self, grant_id):
        return self.now

    async def reading(self, ekspor, berkas, *, packed):
        for piece in (b"satu", b"dua", b"tiga"):
            if not self.is_there:
                raise FileAway
            yield piece

    def amend(self, **changes):
        self.now = msgspec.structs.replace(self.now, **changes)

    async def read(self):
        use_case = ReadExportFile(self, self, self, self.audit, self.clock)
        return await use_case(CALLER, EXPORT.id, "ppks-0001.ndjson", packed=False)


@pytest.fixture
def site():
    return Site()


async def test_it_is_recorded_before_a_byte_leaves(site):
    read = await site.read()
    assert site.happened == ["audit diberikan"]
    (entry,) = site.audit.entries
    assert (entry.jumlah, entry.atribut) == (0, ("kode_wilayah", "nama_lengkap"))
    assert [piece async for piece in read.isi] == [b"satu", b"dua", b"tiga"]


async def test_without_the_log_nothing_leaves(site):
    site.audit.away = True
    with pytest.raises(Unavailable) as refused:
        await site.read()
    assert refused.value.code == "audit_unavailable"


async def test_it_breaks_off_within_a_second_where_somebody_in_it_stops_disclosure(site):
    read = await site.read()
    site.is_withheld = True
    assert await anext(read.isi) == b"satu"
    site.clock.advance(timedelta(seconds=1))
    with pytest.raises(Gone) as broken:
        await anext(read.isi)
    assert broken.value.code == "export_outdated"


async def test_a_file_that_is_away_is_told_before_it_is_begun(site):
    site.is_there = False
    with pytest.raises(Unavailable) as refused:
        await site.read()
    assert refused.value.code == "export_file_away"
    assert [entry.alasan for entry in site.audit.entries] == ["export_file_away"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": StatusGrant.DITANGGUHKAN},
        {"atribut": frozenset({"kode_wilayah"})},
        {"scopes": frozenset({Scope.PPKS_READ})},
        {"wilayah": frozenset({"64.02.06"})},
    ],
)
async def test_it_breaks_off_where_the_grant_shows_less(site, changes):
    pieces = aiter((await site.read()).isi)
    assert await anext(pieces) == b"satu"
    assert await anext(pieces) == b"dua"
    site.amend(**changes)
    with pytest.raises(Gone):
        await anext(pieces)


async def test_it_breaks_off_where_the_client_is_logged_out(site):
    pieces = aiter((await site.read()).isi)
    assert await anext(pieces) == b"satu"
    site.known = client_of("dinkes", not_before=START + timedelta(seconds=1))
    with pytest.raises(Gone):
        await anext(pieces)
