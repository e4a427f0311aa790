"""Who reads the registry, and how: agencies with grants of all of it and of a small part."""

import asyncio
import base64
import http.client
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from bench.exporting import KEYRING
from bench.registry_people import category
from bench.serving.agencies import Agency, add_agency
from bench.serving.gateway import Gateway, Program
from bench.serving.process import HOST, Server
from gateway.domain.grant import ATRIBUT_PPKS
from gateway.domain.grant_types import ATRIBUT_KELAS_TINGGI
from gateway.parts import Parts, read_everything

PROGRAM: Final = Program(
    environment={
        # The keys of the filled stores.
        "GATEWAY_DATA_KEYS": f"bench:{base64.b64encode(bytes(32)).decode()}",
        "GATEWAY_INDEX_KEY": base64.b64encode(bytes(range(32))).decode(),
    }
)
SEALER: Final = KEYRING
EVERYTHING: Final = "all of it"
A_PART: Final = "one regency, three categories"
_VIEWS: Final[Mapping[str, dict[str, Any]]] = {
    EVERYTHING: {},
    A_PART: {"wilayah": ["64.05"], "kategori": [category(number) for number in (1, 2, 3)]},
}
_READING: Final = {
    "scopes": ["ppks:read"],
    "atribut": sorted(ATRIBUT_PPKS - ATRIBUT_KELAS_TINGGI),
    "atribut_cocok": ["nik", "nama_lengkap", "tanggal_lahir"],
    "kelas": "RENDAH",
    "baris_per_hari": 10**9,
}
_COPYING: Final = {
    "jenis": "SINKRONISASI",
    "scopes": ["ppks:sync"],
    "atribut": sorted(ATRIBUT_PPKS),
    "kelas": "TINGGI",
    "baris_per_hari": "*",
}


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """By what each is shown."""

    pages: dict[str, Agency]
    """They read pages, as bearers of tokens of the legacy issuer."""
    feed: dict[str, Agency]
    """They follow the changes, with a proof for each request."""


def register_readers(gateway: Gateway) -> Readers:
    """Add the agencies to a gateway at work."""
    return asyncio.run(_registered(gateway.environment))


async def _registered(environment: Mapping[str, str]) -> Readers:
    parts = Parts(*read_everything(environment))
    try:
        return Readers(
            pages={
                name: await add_agency(parts, f"baca{number}", _READING | view, with_key=False)
                for number, (name, view) in enumerate(_VIEWS.items())
            },
            feed={
                name: await add_agency(parts, f"salin{number}", _COPYING | view, with_key=True)
                for number, (name, view) in enumerate(_VIEWS.items())
            },
        )
    finally:
        await parts.close()


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """What requests took, one after the other."""

    seconds: list[float]
    cpu_ms: float
    """Processor time of the server's for each."""

    def ms(self, share: float) -> float:
        """The wait that this share of the requests did not exceed."""
        return 1e3 * sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    path: str
    body: Any = None


class Line:
    """A connection that stays open. Raises RuntimeError for an answer that is not sound."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=120)

    def ask(self, asked: Asked, headers: Mapping[str, str]) -> tuple[float, dict[str, Any]]:
        """Seconds from the question to the whole answer, and what it says."""
        body = None if asked.body is None else msgspec.json.encode(asked.body)
        told = {**headers, "content-type": "application/json"} if body else dict(headers)
        begun = time.perf_counter()
        self._connection.request("POST" if body else "GET", asked.path, body, told)
        answer = self._connection.getresponse()
        read = answer.read()
        wait = time.perf_counter() - begun
        if answer.status != 200:
            raise RuntimeError(f"{asked.path.partition('?')[0]} answered {answer.status}")
        said: dict[str, Any] = msgspec.json.decode(read)
        return wait, said

    def waits(self, questions: Iterable[tuple[Asked, Mapping[str, str]]]) -> Waits:
        """Asks one after the other, each with its headers."""
        before = self._server.cpu_seconds()
        seconds = [self.ask(asked, headers)[0] for asked, headers in questions]
        spent = self._server.cpu_seconds() - before
        return Waits(seconds=seconds, cpu_ms=1e3 * spent / len(seconds))

    def close(self) -> None:
        """End it."""
        self._connection.close()
