"""Everything at work: instances, their store, the outside systems, agencies with grants."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx

from adapters.sijosku import spec
from gateway.domain.grant import JenisGrant, Scope
from gateway.kit.clock import system_clock
from gateway.parts import Parts, read_everything
from gateway.pushing import manage_subscriptions
from tests.fixtures.gateway_app import SEMUA_ATRIBUT, environment
from tests.fixtures.oauth import client_of, grant_of
from tests.fixtures.ports import free_port
from tests.fixtures.pushes import WRITABLE
from tests.fixtures.served import serving
from tests.kills.agency import Agency
from tests.kills.copies import ExportFollower, FeedFollower
from tests.kills.desk import Desk
from tests.kills.instances import Instance
from tests.kills.journal import Journal
from tests.kills.pusher import Pusher
from tests.kills.reader import Reader
from tests.kills.receiver import Receiver
from tests.kills.stores import Store
from tests.kit import raw_server

SINKRON: Final = "G-SINKRON"
_BY: Final = "CONTOH A"
_DAY: Final = timedelta(days=1)
_COPY: Final[dict[str, Any]] = {
    "jenis": JenisGrant.SINKRONISASI,
    "scopes": frozenset((Scope.PPKS_READ, Scope.PPKS_SYNC, Scope.PPKS_EXPORT)),
    "atribut": SEMUA_ATRIBUT,
}
_WRITE: Final[dict[str, Any]] = {
    "jenis": JenisGrant.TULIS,
    "scopes": frozenset((Scope.PPKS_WRITE,)),
    "atribut": WRITABLE,
}
_READ: Final[dict[str, Any]] = {
    "scopes": frozenset((Scope.PPKS_READ, Scope.PENDUDUK_READ)),
    "atribut": SEMUA_ATRIBUT,
    "atribut_cocok": frozenset(("nik",)),
    "cari_per_hari": 1_000_000,
}
_GRANTS: Final = {
    "dinkes": ("G-DINKES", _WRITE),
    "dinsos": ("G-DINSOS", _WRITE),
    "pembaca": ("G-BACA", _READ),
    "pengikut": ("G-UMPAN", _COPY),
    "pengekspor": ("G-EKSPOR", _COPY),
    "pelanggan": ("G-KABAR", _COPY),
    "sijosku-kaltara": (SINKRON, _COPY),
}
"""Each agency's one grant."""


class Town:
    """All that the test speaks to."""

    def __init__(self, environ: Mapping[str, str], store: Store, folder: Path) -> None:
        self.environ = environ
        self.store = store
        self.folder = folder
        self.journal = Journal()
        self.parts = Parts(*read_everything(environ))
        self.instances = [
            Instance(environ, folder, f"gateway-{number}") for number in range(store.instances)
        ]
        self.ways = [httpx.AsyncClient(base_url=one.base, timeout=20) for one in self.instances]

    def inhabit(self, chance: Random, simulators: str) -> None:
        """Everybody who will be at work."""
        agencies = {
            name: Agency(name, grant_id, self.ways, self.journal, Random(chance.random()))
            for name, (grant_id, _) in _GRANTS.items()
        }
        self.pushers = [Pusher(agencies[name]) for name in ("dinkes", "dinsos")]
        self.reader = Reader(agencies["pembaca"])
        self.follower = FeedFollower(agencies["pengikut"], self.folder / "umpan.json")
        self.exporter = ExportFollower(agencies["pengekspor"], self.folder / "ekspor.json")
        self.receiver = Receiver(Random(chance.random()))
        self.desk = Desk(simulators, spec.sandbox["token"], Random(chance.random()))

    async def register(self, receiver_url: str) -> None:
        """Clients, grants and the subscription."""
        now = system_clock()
        for client_id, (grant_id, told) in _GRANTS.items():
            client = client_of(client_id, dibuat_pada=now - _DAY)
            await self.parts.clients.save_client(client, oleh=_BY)
            times = {"berlaku_dari": now - _DAY, "berlaku_sampai": now + _DAY}
            everywhere = {"wilayah": frozenset("*"), **times}
            grant = grant_of(client_id, grant_id, **told, **everywhere)
            await self.parts.clients.append_grant(grant, oleh=_BY)
        manage = manage_subscriptions(self.parts)
        made = await manage.add(
            "G-KABAR", f"{receiver_url}/masuk", dengan_data=True, dari_awal=True, oleh=_BY
        )
        self.receiver.secret = made.rahasia[0].teks

    async def close(self) -> None:
        for one in self.instances:
            one.kill()
        for way in self.ways:
            await way.aclose()
        await self.desk.close()
        await self.parts.close()


@contextlib.asynccontextmanager
async def town(store: Store, folder: Path, chance: Random) -> AsyncIterator[Town]:
    """A town whose instances were not started yet."""
    port = free_port()
    environ = _environment(store, folder, f"http://127.0.0.1:{port}")
    mine = {name: text for name, text in environ.items() if name.startswith(_OUTSIDE)}
    with serving(mine, "simulate", port=port) as server:
        made = Town(environ, store, folder)
        try:
            made.inhabit(chance, server.base)
            async with raw_server.serving(made.receiver.answer) as line:
                made.receiver.line = line
                await made.register(line.url)
                async with httpx.AsyncClient(base_url=server.base) as http:
                    await server.ready(http, "/dukcapil/_control")
                    await http.put("/dukcapil/_control", json={"quota": 10_000_000})
                yield made
        finally:
            await made.close()


_OUTSIDE: Final = ("GATEWAY_DUKCAPIL_", "GATEWAY_SIJOSKU_")


def _environment(store: Store, folder: Path, simulators: str) -> dict[str, str]:
    changes = {
        "GATEWAY_DUKCAPIL_URL": f"{simulators}/dukcapil",
        "GATEWAY_SIJOSKU_URL": f"{simulators}/sijosku",
        "GATEWAY_SIJOSKU_TOKEN": spec.sandbox["token"],
        "GATEWAY_SYNC_IN": "sijosku",
        "GATEWAY_SYNC_OUT": f'{{"sijosku": "{SINKRON}"}}',
        "GATEWAY_SYNC_EVERY": "1",
        "GATEWAY_SYNC_LEASE": "10",
        "GATEWAY_EXPORTS_DIR": str(folder / "exports"),
        "GATEWAY_EXPORTS_LEASE": "3",
        "GATEWAY_WEBHOOK_HOSTS": "127.0.0.1",
        "GATEWAY_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "GATEWAY_WEBHOOK_PLAIN_HTTP": "true",
        "GATEWAY_WEBHOOK_TIMEOUT": "3",
        "GATEWAY_WEBHOOK_LEASE": "5",
    }
    told = environment(store.url, **store.environ, **changes)
    return {name: text for name, text in told.items() if not name.startswith("GATEWAY_SIMASOS")}
