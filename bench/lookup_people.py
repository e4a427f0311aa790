"""Whom the measures of lookups ask about: invented people, known to the registry or not."""

import http.client
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bench.load.steady import Pace, send_all
from bench.load.wrk import RunFailed
from bench.lookup_load import LOOKUP, by_bearer
from bench.serving.gateway import Gateway
from bench.serving.process import HOST
from gateway.domain.person import StatusPenduduk
from gateway.sandbox.world import residents

COLD: Final = 500
_DAYS, _MONTHS, _YEARS, _PLACES = 28, 12, 50, 100


def people() -> tuple[list[str], list[str]]:
    """NIKs that the simulated registry knows: those to be cached, and COLD others."""
    alive = [
        str(person.nik) for person in residents() if person.status_penduduk is StatusPenduduk.AKTIF
    ]
    return alive[COLD:], alive[:COLD]


def strangers() -> Iterator[str]:
    """NIKs that the registry does not know, never the same one twice."""
    for number in range(_DAYS * _MONTHS * _YEARS * _PLACES):
        left, day = divmod(number, _DAYS)
        left, month = divmod(left, _MONTHS)
        place, year = divmod(left, _YEARS)
        yield f"640299{day + 1:02}{month + 1:02}{year + 30:02}{9000 + place:04}"


def fill_cache(gateway: Gateway, niks: Sequence[str]) -> None:
    """Look everybody up once. Raises RunFailed where somebody is not answered."""
    file = gateway.folder / "fill.requests"
    by_bearer(niks, gateway.legacy)(file, len(niks))
    waits = send_all(Pace(file=str(file), port=gateway.server.port, total=len(niks), connections=8))
    if waits.statuses != {"200": len(niks)}:
        raise RunFailed(f"the cache could not be filled: {waits.statuses}")


def one_answer(gateway: Gateway, nik: str) -> bytes:
    """The body of one answer, as every client gets it."""
    connection = http.client.HTTPConnection(HOST, gateway.server.port, timeout=10)
    try:
        headers = {"content-type": "application/json", **gateway.legacy.headers()}
        connection.request("POST", LOOKUP, msgspec.json.encode({"nik": nik}), headers)
        return connection.getresponse().read()
    finally:
        connection.close()
