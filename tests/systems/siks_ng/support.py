"""Invented rows and people, a table of areas, and ways to read a file or reach the service."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from adapters.siks_ng.berkas.source import BerkasSiksNg
from adapters.siks_ng.client import connect
from adapters.siks_ng.columns import JUDUL_BNBA
from adapters.siks_ng.config import Config
from gateway.domain.importing import Baris
from gateway.domain.person import Alamat, HubunganKeluarga, JenisKelamin, Penduduk, StatusKawin
from gateway.domain.ppks import Desil, Dtks, JenisDesil, RekamanPpks
from gateway.domain.systems import Outside, System, World
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
VERSI = "DTSEN Versi 4 Des 2025"
KUNCI = "kunci-contoh-7781"
NIK = "9901014101800001"
NIK_LAIN = "9901010101780002"
KK = "9901010101010001"
KODE = "65.01.05.2099"
NAMA = "CONTOH SITI"

SEL = {
    "ID DTKS": "99000000-0000-0001",
    "PROVINSI": "KALIMANTAN UTARA",
    "KABUPATEN/KOTA": "KAB. BULUNGAN",
    "KECAMATAN": "TANJUNG SELOR",
    "DESA/KELUARAHAN": "CONTOH HILIR",
    "ALAMAT": "JL. CONTOH NO 1",
    "DUSUN": "DUSUN I",
    "RT": "001",
    "RW": "002",
    "NOKK": KK,
    "NIK": NIK,
    "NAMA": NAMA,
    "TANGGAL LAHIR": "01/01/1980",
    "TEMPAT LAHIR": "CONTOHKOTA",
    "JENIS KELAMIN": "P",
    "PEKERJAAN": "Mengurus Rumah Tangga",
    "NAMA IBU KANDUNG": "CONTOH IBU",
    "HUB KELUARGA": "Istri",
    "KETERANGAN PADAN": "Padan Dukcapil",
    "BANSOS BPNT": "YA",
    "BANSOS PKH": "TIDAK",
    "BANSOS BPNT-PPKM": "TIDAK",
    "PBI JKN": "YA",
}
"""One row of the delimited file, by its header."""


class SatuDesa:
    """A table of areas that knows one village, its district and its regency."""

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        if not provinsi or "UTARA" not in provinsi:
            return None
        if desa == "CONTOH HILIR":
            return KODE
        return "65.01.05" if kecamatan == "TANJUNG SELOR" else "65.01"

    def name(self, _kode: str) -> str | None:
        return None


def baris(**sel: str) -> str:
    """A row of the delimited file; a space in a header is written as an underscore."""
    diganti = {judul.replace("_", " "): isi for judul, isi in sel.items()}
    assert diganti.keys() <= SEL.keys()
    return "|".join({**SEL, **diganti}.values())


def bnba(*isi: str, judul: Iterable[str] = JUDUL_BNBA) -> bytes:
    """A delimited file."""
    return "\n".join(["|".join(judul), *isi, ""]).encode()


def baca(tmp_path: Path, isi: bytes | object, **pilihan: str) -> list[Baris]:
    """The rows of a file with this content (JSON unless bytes); its name says nothing."""
    path = tmp_path / "unduhan.bin"
    path.write_bytes(isi if isinstance(isi, bytes) else json.dumps(isi).encode())
    return list(BerkasSiksNg().read(path, pilihan, SatuDesa()))


def satu_rekaman(tmp_path: Path, isi: bytes | object, **pilihan: str) -> RekamanPpks:
    """The one record of a file with one row."""
    [satu] = baca(tmp_path, isi, **pilihan)
    [rekaman] = satu.isi
    assert isinstance(rekaman, RekamanPpks)
    return rekaman


def kode_masalah(satu: Baris) -> list[str]:
    """The codes of a row's problems."""
    return [masalah.kode.value for masalah in satu.masalah]


DTKS = {
    "idsemesta": "990000000001",
    "NIK": NIK,
    "NOKK": KK,
    "Nama": NAMA,
    "provinsi": "KALIMANTAN UTARA",
    "kabupaten": "BULUNGAN",
    "kecamatan": "TANJUNG SELOR",
    "desa_kelurahan": "CONTOH HILIR",
    "id_kec": "9901010",
    "Alamat": "JL. CONTOH NO 1",
    "rt": "001",
    "rw": "002",
    "FIRST_SK": "SK CONTOH 2021",
    "padankan_at": "2024-03-02 08:00:00",
    "masih_hidup_label": "Masih Hidup",
    "keterangan_disabilitas": "",
    "PKH": "YA",
    "periode_pkh": "TAHAP 2 2024",
    "BNPT_PPKM": "TIDAK",
    "periode_bpnt_ppkm": "2021",
    "ATENSI": "mungkin",
    "is_nonaktif": False,
    "isAktifHamil": True,
    "checkBtnHamil": True,
    "aktorLabel": "operator",
}
ANGGOTA = {
    "id_keluarga": "KLG-990001",
    "idsemesta": "990000000001",
    "nama": NAMA,
    "nik": NIK,
    "no_kk": KK,
    "hub_kepala_keluarga": "Istri/Suami",
    "pekerjaan_utama": "-",
}
KELUARGA = {
    "id_keluarga": "KLG-990001",
    "no_kk": KK,
    "nama_kepala_keluarga": "CONTOH BUDI",
    "nik": NIK_LAIN,
    "id_wilayah": "9901010001",
    "provinsi": "KALIMANTAN UTARA",
    "kabupaten": "BULUNGAN",
    "kecamatan": "TANJUNG SELOR",
    "kelurahan": "CONTOH HILIR",
    "alamat": "JL. CONTOH NO 1",
    "rt": "001",
    "rw": "002",
    "desil_nasional": 2,
    "percentile_nasional": "14",
    "anggota": [ANGGOTA],
}
PENDUDUK = {
    "nomor_induk_kependudukan": NIK,
    "nomor_kartu_keluarga": KK,
    "nama": NAMA,
    "jenis_kelamin": "Perempuan",
    "tanggal_lahir": "1980-01-01",
    "status_kawin": "Kawin/nikah",
    "status_hubungan_keluarga": "Istri/suami",
    "penglihatan": "Ya, sedikit kesulitan, tapi tidak membutuhkan bantuan",
    "penyakit_kronis": "Tidak ada",
    "pbi_nas": "Ya",
}
BERKODE = {
    "nik": NIK,
    "no_kk": KK,
    "nama": NAMA,
    "id_jenis_kelamin": 2,
    "id_hub_kepala_keluarga": 3,
    "id_status_perkawinan": 2,
    "id_penglihatan": 4,
    "desil_nasional": 2,
    "status_dtsen": "DTSEN AKTIF",
    "cut_off_keluarga": "2025-11-18",
}


def orang(nomor: int, **lain: Any) -> Penduduk:
    """An invented person; the number makes NIK and name."""
    isi: dict[str, Any] = {
        "nik": f"99010141018{nomor:05}",
        "no_kk": KK,
        "nama_lengkap": f"CONTOH ORANG {nomor}",
        "tempat_lahir": "CONTOHKOTA",
        "tanggal_lahir": date(1980, 1, 1),
        "jenis_kelamin": JenisKelamin.P,
        "status_kawin": StatusKawin.KAWIN,
        "status_hubungan_keluarga": HubunganKeluarga.ANAK,
        "alamat": Alamat(jalan="JL. CONTOH NO 1", rt="001", rw="002"),
        "kode_wilayah": KODE,
        **lain,
    }
    return Penduduk(**isi)


def dunia(banyak: int) -> World:
    """A world of so many people with a decile, two to a family, and one without a NIK."""
    rekaman = [
        RekamanPpks(
            sistem="siks_ng",
            id_sumber="nik:",
            orang=orang(n, no_kk=f"99010101010{n // 2 + 1:05}"),
            dtks=Dtks(desil=Desil(jenis=JenisDesil.NILAI, bawah=2, atas=2, versi=VERSI)),
        )
        for n in range(1, banyak + 1)
    ]
    tanpa_nik = RekamanPpks(sistem="sijosku", id_sumber="x", orang=Penduduk(nama_lengkap=NAMA))
    return World(rekaman=(*rekaman, tanpa_nik))


def config(**lain: Any) -> Config:
    """A deployment that connects to the simulator."""
    isi: dict[str, Any] = {
        "url": "http://sim",
        "key": Secret(KUNCI),
        "sistem_wilayah": "kemendagri",
        "page_size": 2,
        **lain,
    }
    return Config(**isi)


@asynccontextmanager
async def terhubung(
    app: Any, settings: Config | None = None, clock: ManualClock | None = None
) -> AsyncIterator[System]:
    """The adapter, connected to an app in this process; its breakers live by the same clock."""
    clock = clock or ManualClock(NOW)

    async def tanpa_menunggu(_seconds: float) -> None:
        return

    pools = HttpPools(
        transport_for=lambda _: asgi_transport(app), clock=clock, sleep=tanpa_menunggu
    )
    luar = Outside(http=pools, clock=clock, wilayah=SatuDesa())
    system = connect(settings or config(), luar)
    try:
        yield system
    finally:
        await system.close()


class Tetap:
    """A service that gives the same answer to every call and keeps what it was asked."""

    def __init__(self, isi: bytes | object, status: int = 200, **kepala: str) -> None:
        self.isi = isi if isinstance(isi, bytes) else json.dumps(isi).encode()
        self.status = status
        self.kepala = [
            (nama.replace("_", "-").encode(), nilai.encode()) for nama, nilai in kepala.items()
        ]
        self.ditanya: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.ditanya.append(scope)
        await send({"type": "http.response.start", "status": self.status, "headers": self.kepala})
        await send({"type": "http.response.body", "body": self.isi})
