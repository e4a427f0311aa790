"""Ways to read a file and to meet a simulator in these tests."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.sijosku import spec
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import Outside, System, World
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret
from gateway.kit.transport import Call, Endpoint
from tests.systems.sijosku.areas import Areas

FILES = Path(__file__).parent / "files"
AREAS = Areas()
TOKEN = "token-uji-sijosku"


def config(**changed: Any):
    return spec.config(**{"url": "http://sim", "token": Secret(TOKEN), **changed})


def read_file(name: str, **settings: str):
    return list(spec.file_source(spec.config()).read(FILES / name, settings, AREAS))


def read_text(text: str | bytes, **settings: str):
    content = text if isinstance(text, bytes) else text.encode()
    source = spec.file_source(spec.config())
    return list(source.read_open(io.BytesIO(content), settings, AREAS))


def contents(rows):
    return [isi for row in rows for isi in row.isi]


def problems(rows):
    return [masalah for row in rows for masalah in row.masalah]


async def no_wait(_seconds: float) -> None:
    """Stands for the pauses between tries."""


class Meeting:
    """A system connected to an app in this process."""

    def __init__(self, app: Callable, **changed: Any) -> None:
        self.clock = ManualClock(datetime(2026, 1, 5, 3, tzinfo=UTC))
        self._pools = HttpPools(lambda _: asgi_transport(app), clock=self.clock, sleep=no_wait)
        self._bench = self._pools("sijosku", Endpoint(base_url="http://sim"))
        self.config = config(**changed)
        outside = Outside(http=self._pools, clock=self.clock, wilayah=AREAS)
        self.system: System = spec.connect(self.config, outside)

    async def control(self, **told: Any):
        call = Call(
            operation="control", method="PUT", path="/_control", body=json.dumps(told).encode()
        )
        answer = await self._bench.send(call)
        assert answer.status == 200, answer.body

    async def read(self, cursor: str | None = None):
        return [batch async for batch in self.system.record_source.read(cursor)]

    async def read_all(self, cursor: str | None = None):
        return [one for batch in await self.read(cursor) for one in batch.rekaman]

    async def push(self, *rekaman: RekamanPpks):
        return await self.system.record_sink.push(rekaman)

    async def page(self, cursor: str | None = None) -> dict[str, Any]:
        """A page of the feed as it goes over the wire."""
        query = {"jumlah": "1000"} | ({} if cursor is None else {"sejak": cursor})
        call = Call(
            operation="look",
            method="GET",
            path=self.config.records_path,
            query=query,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        answer = await self._bench.send(call)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = json.loads(answer.body)
        return told

    async def close(self) -> None:
        await self.system.close()
        await self._bench.close()


def meet(rekaman=(), **changed: Any) -> Meeting:
    """A connection to a simulator that begins with `rekaman`."""
    clock = ManualClock(datetime(2026, 1, 5, 2, tzinfo=UTC))
    app = spec.simulator(config(**changed), World(rekaman=tuple(rekaman)), clock)
    return Meeting(app, **changed)
