"""Invented citizens, a line connected to its simulator, and webhooks as Meta would send them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from adapters.simasos.client import connect
from adapters.simasos.config import Config
from adapters.simasos.files import SimasosFiles
from adapters.simasos.signature import HEADER, sign
from adapters.simasos.simulator import simulator
from gateway.domain.complaint import KategoriPengaduan, Pelapor, Pengaduan
from gateway.domain.importing import Baris
from gateway.domain.systems import ComplaintChannel, Outside, System, WebhookRefused, World
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret

NOW = datetime(2024, 3, 31, 12, tzinfo=UTC)
NOMOR = "6280000000001"
NAMA = "CONTOH WARGA"
NIK = "9901014101800001"
ISI = "Assalamualaikum, bantuan PKH saya tidak masuk 2 bulan"
SECRET = "rahasia-aplikasi-contoh"
OLD_SECRET = "rahasia-lama-contoh"
TOKEN = "token-contoh-7781"
VERIFY = "verifikasi-contoh"
CALLBACK = "http://gateway.test/webhook"

CONFIG = Config(
    url="http://meta.test",
    phone_number_id="990000000000001",
    access_token=Secret(TOKEN),
    app_secret=Secret(SECRET),
    app_secret_previous=Secret(OLD_SECRET),
    verify_token=Secret(VERIFY),
    callback_url=CALLBACK,
)

EMPAT_BELAS: tuple[tuple[KategoriPengaduan, str], ...] = (
    *(
        (KategoriPengaduan.BANTUAN_TIDAK_DITERIMA, text)
        for text in (
            ISI,
            "Sudah 3 bulan BPNT belum cair, kartu ada tapi saldo kosong",
            "Kenapa nama saya dicoret dari penerima bansos?",
            "BLT tahap ini blm saya terima pak",
            "Tetangga dapat beras, saya tdk dapat padahal dulu terima",
            "Bantuan lansia ibu saya terhenti sejak Januari",
            "Mohon dicek, sembako bulan Maret belum diterima",
        )
    ),
    *(
        (KategoriPengaduan.AKTIVASI_BPJS, text)
        for text in (
            "BPJS saya tidak aktif, bagaimana mengaktifkan lagi?",
            "Mohon reaktivasi KIS anak saya untuk berobat",
            "PBI JK orang tua saya dinonaktifkan",
        )
    ),
    *(
        (KategoriPengaduan.PERMOHONAN_BANTUAN, text)
        for text in (
            "Mohon bantuan kursi roda untuk bapak saya",
            "Saya ingin mengajukan bantuan rutilahu",
            "Bagaimana cara mendapat bantuan PKH?",
            "Kami butuh bantuan sembako, suami sakit",
        )
    ),
)


class Areas:
    """Two kecamatan of the kabupaten and a village in one of them."""

    _TABLE: Mapping[tuple[str | None, str | None], str] = {
        ("Tenggarong", None): "64.02.06",
        ("Tenggarong", "Loa Ipuh"): "64.02.06.1008",
    }

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        assert (provinsi, kab_kota) == ("Kalimantan Timur", "Kutai Kartanegara")
        return self._TABLE.get((kecamatan, desa), self._TABLE.get((kecamatan, None), "64.02"))

    def name(self, _kode: str) -> str | None:
        return None


def aduan(nomor_urut: int = 1, isi: str = ISI, **more: Any) -> Pengaduan:
    """A complaint as it stands in the sandbox's world."""
    return Pengaduan(
        sistem="simasos",
        id_sumber=f"wamid.CONTOH{nomor_urut:03}",
        kanal="whatsapp",
        diterima_pada=NOW - timedelta(hours=nomor_urut),
        isi=isi,
        pelapor=Pelapor(nomor=str(int(NOMOR) + nomor_urut), nama=f"CONTOH WARGA {nomor_urut}"),
        **more,
    )


WORLD = World(pengaduan=tuple(aduan(n, text) for n, (_, text) in enumerate(EMPAT_BELAS)))


class Office:
    """The gateway's end of the webhook: a Deliver that hands everything to the line."""

    def __init__(self) -> None:
        self.line: ComplaintChannel | None = None
        self.taken: list[Pengaduan] = []
        self.statuses: list[str] = []
        self.bodies: list[bytes] = []
        self.answers: list[int] = []
        """What to answer next instead of taking it."""

    async def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        assert self.line is not None
        if method == "GET":
            query = dict(pair.split("=") for pair in url.partition("?")[2].split("&"))
            return 200, self.line.handshake(query).encode()
        self.bodies.append(body)
        if self.answers:
            return self.answers.pop(0), b""
        try:
            batch = self.line.receive(headers, body)
        except WebhookRefused:
            return 403, b""
        self.taken += batch.pengaduan
        self.statuses += [status.status for status in batch.status]
        return 200, b""


class Street:
    """Meta, the office and the clock, connected without a network."""

    def __init__(self, config: Config = CONFIG, world: World = WORLD) -> None:
        self.clock = ManualClock(NOW)
        self.office = Office()
        self.app = simulator(config, world, deliver=self.office, clock=self.clock)
        self.system: System = self.connect(config)
        assert self.system.complaint_channel is not None
        self.line = self.system.complaint_channel
        self.office.line = self.line
        self.pools = HttpPools(transport_for=lambda _: asgi_transport(self.app))

    def connect(self, config: Config) -> System:
        pools = HttpPools(transport_for=lambda _: asgi_transport(self.app))
        return connect(config, Outside(http=pools, clock=self.clock, wilayah=Areas()))


def webhook(*messages: Any, **value: Any) -> bytes:
    """An unsigned webhook body with these messages from the one citizen."""
    inner = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": CONFIG.phone_number_id},
        "contacts": [{"profile": {"name": NAMA}, "wa_id": NOMOR}],
        "messages": list(messages),
        **value,
    }
    return msgspec.json.encode(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": inner}]}],
        }
    )


def teks(wamid: str = "wamid.A", isi: str = ISI) -> dict[str, Any]:
    """A written message."""
    return {
        "from": NOMOR,
        "id": wamid,
        "timestamp": "1709514720",
        "type": "text",
        "text": {"body": isi},
    }


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that prove the body."""
    return {HEADER.lower(): sign(body, secret)}


def read(path: Any, **settings: str) -> list[Baris]:
    """Every row of a file."""
    rows: Iterator[Baris] = SimasosFiles(Config()).read(path, settings, Areas())
    return list(rows)
