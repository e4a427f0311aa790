"""Connects any adapter to its own simulator, as the sandbox does, without knowing which it is."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.complaint import Pelapor, Pengaduan
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori
from gateway.domain.systems import InboundBatch, Outside, System, SystemSpec, WebhookRefused, World
from gateway.domain.wilayah import tabel_bawaan
from gateway.infra.systems import env_prefix, read_configs
from gateway.kit.clock import ManualClock
from gateway.kit.faults import Faulty
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.transport import Call, Endpoint, Http
from gateway.sandbox.people import Inventor

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DISTRICT = ("64.02.06", "Tenggarong")
AREAS = IndeksWilayah(tabel_bawaan().values())


def invented_world(system: str, people: int = 5) -> World:
    """A few people, their records and complaints as this one system knows them."""
    inventor = Inventor(seed=people)
    residents = tuple(inventor.person(*DISTRICT) for _ in range(people))
    kind = Kategori(kode="ppks:lanjut-usia-terlantar", skema=SkemaKategori.PPKS_2012)
    records = tuple(
        RekamanPpks(
            sistem=system,
            id_sumber=f"CONTOH-{number}",
            orang=person,
            kategori=(kind,),
            diubah_sumber=NOW - timedelta(days=30 - number),
        )
        for number, person in enumerate(residents, start=1)
    )
    complaints = tuple(
        Pengaduan(
            sistem=system,
            id_sumber=f"wamid.CONTOH{number}",
            kanal="whatsapp",
            diterima_pada=NOW - timedelta(hours=number),
            isi=f"Bantuan belum kami terima, laporan {number}",
            pelapor=Pelapor(nomor=f"62800000000{number:02}", nama=f"CONTOH WARGA {number}"),
        )
        for number in range(1, people + 1)
    )
    return World(penduduk=residents, rekaman=records, pengaduan=complaints)


def configured(spec: SystemSpec, **more: str) -> Any:
    """The adapter's config, read from the variables that the sandbox would set."""
    told = {"url": "http://simulator.test", **spec.sandbox, **more}
    environ = {env_prefix(spec) + name.upper(): text for name, text in told.items()}
    configs, problems = read_configs({spec.name: spec}, environ)
    assert problems == []
    return configs[spec.name]


class Guest:
    """A connected system, the switches of its simulator, and how often it was called."""

    def __init__(self, spec: SystemSpec, world: World, patience: float | None, **more: str) -> None:
        config = configured(spec, **more)
        self.calls = 0
        self.simulator = Faulty(spec.simulator(config, world))
        self._patience = patience
        clock = ManualClock(NOW)
        self._pools = HttpPools(
            lambda _: asgi_transport(self._counting), clock=clock, sleep=_no_wait
        )
        self.bench = self._pools("bench", Endpoint(base_url="http://simulator.test"))
        self.system: System = spec.connect(
            config, Outside(http=self._http, clock=clock, wilayah=AREAS)
        )

    async def press(self, path: str) -> bytes:
        """Press one of the simulator's own buttons."""
        answer = await self.bench.send(Call(operation="press", path=path))
        assert answer.status == 200, answer.body
        return answer.body

    async def _counting(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        await self.simulator(scope, receive, send)

    def _http(self, system: str, endpoint: Endpoint) -> Http:
        if self._patience is not None:
            limits = msgspec.structs.replace(endpoint.limits, read_timeout=self._patience)
            endpoint = msgspec.structs.replace(endpoint, limits=limits)
        return self._pools(system, endpoint)


@asynccontextmanager
async def visiting(
    spec: SystemSpec, world: World | None = None, *, patience: float | None = None, **more: str
) -> AsyncIterator[Guest]:
    """A guest for the length of the block; `patience` shortens its read timeout, in seconds."""
    guest = Guest(spec, invented_world(spec.name) if world is None else world, patience, **more)
    try:
        yield guest
    finally:
        await guest.system.close()
        await guest.bench.close()


class Office:
    """The gateway's end of a webhook, over HTTP: takes what the system's channel accepts."""

    def __init__(self) -> None:
        self.system: System | None = None
        self.taken: list[InboundBatch] = []
        self.url = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The HTTP status of one delivery."""
        assert self.system is not None
        assert self.system.complaint_channel is not None
        try:
            self.taken.append(self.system.complaint_channel.receive(headers, body))
        except WebhookRefused:
            return 403
        return 200


@contextmanager
def open_office() -> Iterator[Office]:
    """An office that answers on a port of this machine."""
    office = Office()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            self.send_response(office.take(headers, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        office.url = f"http://127.0.0.1:{server.server_port}/hooks"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()


async def _no_wait(_seconds: float) -> None:
    return
