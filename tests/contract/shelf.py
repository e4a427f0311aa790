"""Every store on one database, invented contents for it, and a look at what is really kept."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from gateway.domain.complaint import KategoriPengaduan, Pelapor, Pengaduan
from gateway.domain.person import Alamat, JenisKelamin, NilaiAsli, Penduduk
from gateway.domain.policy import View
from gateway.domain.ports import HitunganImpor, KondisiPpks
from gateway.domain.ppks import AngkaTahunan, Kategori, RekamanPpks, SkemaKategori
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.every_table import METADATA
from gateway.infra.db.reading.ppks import SqlPpks
from gateway.infra.db.records.record_stores import RecordStores
from gateway.infra.db.wilayah import SqlWilayah
from gateway.kit.clock import ManualClock

START = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
KEYRING = Keyring({"k1": b"k" * 32}, b"i" * 32)
KK = "9901010101150001"
ALL_ATTRIBUTES = frozenset(
    {"nik", "no_kk", "nama_lengkap", "tanggal_lahir", "jenis_kelamin", "alamat", "kode_wilayah"}
    | {"kategori", "status", "sumber"}
)
EVERYTHING = View(atribut=ALL_ATTRIBUTES, atribut_cocok=frozenset(), wilayah=None, kategori=None)
NO_CONDITION = KondisiPpks()


class Shelf:
    """The stores as one process has them."""

    def __init__(self, url: str, keyring: Keyring = KEYRING) -> None:
        self.url = url
        self.clock = ManualClock(START)
        self.database = Database(open_engine(url))
        self.records = RecordStores(self.database, keyring, self.clock)
        self.imports = self.records.imports
        self.ppks = SqlPpks(self.database, keyring)
        self.audit = open_audit_log(url, AuditReport(CollectorRegistry()))
        self.wilayah = SqlWilayah(self.database)

    async def save(self, *isi: Any, dry_run: bool = False) -> tuple[int, int, int]:
        """New, changed, unchanged."""
        done: HitunganImpor = await self.imports.save(isi, dry_run=dry_run)
        return done.baru, done.berubah, done.tetap

    async def shown(self, view: View = EVERYTHING, **kondisi: Any) -> list[dict[str, Any]]:
        """All records that a view shows."""
        page = await self.ppks.page(view, KondisiPpks(**kondisi), None, 10_000)
        return list(page.items)

    async def rows(self, table: str) -> Sequence[Any]:
        """The rows of a table as they lie in the store."""
        query = sa.select(METADATA.tables[table])
        async with self.database.reading() as connection:
            return (await connection.execute(query)).mappings().all()

    async def told(self) -> list[Any]:
        """What each source told, wherever it stands."""
        alone = [row for row in await self.rows("ppks") if row["sistem"] != "gabungan"]
        return [*alone, *await self.rows("ppks_asal")]

    async def everything(self) -> bytes:
        """Every value of every table in the form in which a thief would find it."""
        found: list[str] = []
        async with self.database.reading() as connection:
            for table in METADATA.sorted_tables:
                rows = await connection.exec_driver_sql(f"SELECT * FROM {table.name}")
                found += [str(value) for row in rows for value in row]
                found += [
                    bytes(value).decode("latin-1")
                    for row in (await connection.exec_driver_sql(f"SELECT * FROM {table.name}"))
                    for value in row
                    if isinstance(value, bytes | memoryview)
                ]
        return "\n".join(found).encode("utf-8")

    async def close(self) -> None:
        """Close every connection."""
        await self.audit.close()
        await self.database.close()


def nik(number: int) -> str:
    """An invented NIK."""
    return f"990101410190{number:04}"


def person(number: int = 1, **more: Any) -> Penduduk:
    """An invented person."""
    usual: dict[str, Any] = {
        "nik": nik(number),
        "no_kk": KK,
        "nama_lengkap": f"CONTOH WARGA {number}",
        "tanggal_lahir": date(1990, 1, 1),
        "jenis_kelamin": JenisKelamin.P,
        "alamat": Alamat(jalan="JL. CONTOH 1", rt="001", rw="002"),
        "kode_wilayah": "64.02.06.1001",
    }
    return Penduduk(**usual | more)


def category(kode: str = "ppks:lanjut-usia-terlantar") -> Kategori:
    """A category by its code."""
    return Kategori(kode=kode, skema=SkemaKategori.PPKS_2012)


def record(number: int = 1, *kinds: str, orang: Penduduk | None = None, **more: Any) -> RekamanPpks:
    """An invented record."""
    usual: dict[str, Any] = {
        "sistem": "sijosku",
        "id_sumber": f"S-{number}",
        "orang": person(number) if orang is None else orang,
        "kategori": tuple(map(category, kinds or ("ppks:lanjut-usia-terlantar",))),
        "asli": {"jenis_kelamin": NilaiAsli(teks="Perempuan", daftar="contoh@1")},
    }
    return RekamanPpks(**usual | more)


def complaint(number: int = 1, **more: Any) -> Pengaduan:
    """An invented complaint."""
    usual: dict[str, Any] = {
        "sistem": "simasos",
        "id_sumber": f"wamid.CONTOH{number}",
        "kanal": "whatsapp",
        "diterima_pada": START,
        "isi": f"Bantuan tetangga kami {nik(number)} tidak masuk",
        "pelapor": Pelapor(nomor="6280000000001", nama="CONTOH PELAPOR"),
        "kategori": KategoriPengaduan.BANTUAN_TIDAK_DITERIMA,
        "nik_terlapor": nik(number),
    }
    return Pengaduan(**usual | more)


def count(number: int = 1, **more: Any) -> AngkaTahunan:
    """An invented published count."""
    usual: dict[str, Any] = {
        "sistem": "sijosku",
        "instansi": "Dinas Sosial",
        "kode_wilayah": "65",
        "jenis": f"ppks:jenis-{number}",
        "tahun": 2024,
        "nilai": 7,
    }
    return AngkaTahunan(**usual | more)
