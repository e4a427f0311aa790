"""Invented people, a deployment that connects to the simulator, and a service with a fixed answer."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from adapters.dukcapil.client import connect
from adapters.dukcapil.config import Config
from adapters.dukcapil.simulator import simulator
from gateway.domain.person import (
    Alamat,
    HubunganKeluarga,
    JenisKelamin,
    Penduduk,
    StatusKawin,
    StatusPenduduk,
)
from gateway.domain.systems import Outside, System, World
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta."""

NIK = "9999995708909999"
NIK_DECEASED = "9999991708800001"
NIK_DUPLICATE = "9999991708800002"
NIK_INACTIVE = "9999991708800003"
NIK_UNPROCESSABLE = "9999991708800004"
NIK_UNKNOWN = "9999991708809998"
PASSWORD = "sandi-contoh-7781"
TOKEN = "token-contoh-5512"

SATU = Penduduk(
    nik=NIK,
    no_kk="9999991203159999",
    nama_lengkap="CONTOH PALSU SATU",
    tempat_lahir="TENGGARONG",
    tanggal_lahir=date(1990, 8, 17),
    jenis_kelamin=JenisKelamin.P,
    agama="ISLAM",
    status_kawin=StatusKawin.BELUM_KAWIN,
    pekerjaan="KARYAWAN SWASTA",
    pendidikan="sma",
    nama_ibu_kandung="CONTOH IBU",
    nama_ayah="CONTOH AYAH",
    status_hubungan_keluarga=HubunganKeluarga.ANAK,
    alamat=Alamat(jalan="JL. CONTOH NO. 1", rt="005", rw="010"),
    kode_wilayah="64.02.99.1001",
    provinsi="KALIMANTAN TIMUR",
    kab_kota="KUTAI KARTANEGARA",
    kecamatan="CONTOH",
    desa_kelurahan="CONTOH",
    status_penduduk=StatusPenduduk.AKTIF,
)


def _other(nik: str, status: StatusPenduduk) -> Penduduk:
    return Penduduk(nik=nik, nama_lengkap="CONTOH PALSU LAIN", status_penduduk=status)


WORLD = World(
    penduduk=(
        SATU,
        _other(NIK_DECEASED, StatusPenduduk.MENINGGAL),
        _other(NIK_DUPLICATE, StatusPenduduk.GANDA),
        _other(NIK_INACTIVE, StatusPenduduk.NONAKTIF),
        _other(NIK_UNPROCESSABLE, StatusPenduduk.TIDAK_DAPAT_DIPROSES),
    )
)


def config(**changes: Any) -> Config:
    settings: dict[str, Any] = {
        "url": "http://sim",
        "who": "CONTOH_DINSOS",
        "user_id": "contoh",
        "password": Secret(PASSWORD),
        "ip_value": "10.0.0.10",
        "lookup_allowed": True,
        "feedback_token": Secret(TOKEN),
        "id_lembaga": "99",
        "nama_lembaga": "CONTOH DINSOS",
        **changes,
    }
    return Config(**settings)


class NoPlaces:
    """A table of areas without areas."""

    def resolve(self, *_names: str | None) -> str | None:
        return None

    def name(self, _kode: str) -> str | None:
        return None


@asynccontextmanager
async def connected(
    app: Any, settings: Config | None = None, clock: ManualClock | None = None
) -> AsyncIterator[System]:
    """The adapter, connected to an app in this process; its breakers live by the same clock."""
    clock = clock or ManualClock(NOW)

    async def no_wait(_seconds: float) -> None:
        return

    pools = HttpPools(transport_for=lambda _: asgi_transport(app), clock=clock, sleep=no_wait)
    system = connect(settings or config(), Outside(http=pools, clock=clock, wilayah=NoPlaces()))
    try:
        yield system
    finally:
        await system.close()


class Fixed:
    """A service that gives the same answer to every call and keeps what it was asked."""

    def __init__(self, body: bytes | object, status: int = 200) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status = status
        self.asked: list[tuple[dict[str, Any], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.asked.append((scope, message.get("body", b"")))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def page(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "content": list(rows),
        "lastPage": True,
        "numberOfElements": len(rows),
        "sort": None,
        "totalElements": len(rows),
        "firstPage": True,
        "number": 0,
        "size": 1,
        **more,
    }


class Sim:
    """The simulator behind its own control endpoint."""

    def __init__(self, settings: Config | None = None, clock: ManualClock | None = None) -> None:
        self.settings = settings or config()
        self.clock = clock or ManualClock(NOW)
        self.app = simulator(self.settings, WORLD, clock=self.clock)

    async def control(self, **changes: Any) -> dict[str, Any]:
        status, body = await self.call("PUT", "/_control", msgspec.json.encode(changes))
        assert status == 200, body
        return msgspec.json.decode(body)

    async def call(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes]:
        return await call(self.app, method, path, body, **headers)

    def connected(self) -> Any:
        return connected(self.app, self.settings, self.clock)


async def call(
    app: Callable[..., Any], method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, bytes]:
    """One plain request, so that the simulator is also met by somebody other than our client."""
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
        "client": ("10.0.0.10", 40000),
        "server": ("sim", 80),
        "state": {},
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
