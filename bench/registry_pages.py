"""Pages of records, single ones and searches, each asked for some hundred times."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import sqlalchemy as sa

from bench.registry_people import born, category, name, nik, village
from bench.registry_readers import A_PART, EVERYTHING, SEALER, Asked, Line, Readers, Waits
from gateway.api.cursor import Cursors
from gateway.domain.ports import KondisiPpks
from gateway.infra.db.engine import open_thread_engine
from gateway.infra.db.tables import PPKS

_MOST: Final = 300
_LIMIT: Final = 100
_DEEP: Final = 0.9
_CURSORS: Final = Cursors(SEALER)


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a store to read."""

    size: int
    deep: tuple[datetime, str]
    """The last record of the first nine tenths."""
    ids: list[str]
    """Some records."""


def places_of(url: str, size: int) -> Places:
    """Read beforehand, so that it costs no request."""
    engine = open_thread_engine(url)
    query = sa.select(PPKS.c.diubah_pada, PPKS.c.id).where(PPKS.c.nomor == int(size * _DEEP))
    some = sa.select(PPKS.c.id).where(PPKS.c.nomor.in_(range(1, size, max(1, size // _MOST))))
    with engine.connect() as connection:
        moment, row_id = connection.execute(query).one()
        ids = list(connection.scalars(some))
    engine.dispose()
    return Places(size=size, deep=(moment, row_id), ids=ids)


Ask = Callable[[int, Places, str], Asked]
"""The request with this number, for a reader with this grant."""


def _page(*, deep: bool = False, **filters: Callable[[int, int], str]) -> Ask:
    """A page of the list; `filters` are told the number of the request and the records' number."""

    def ask(number: int, places: Places, grant_id: str) -> Asked:
        told: dict[str, Any] = {key: made(number, places.size) for key, made in filters.items()}
        query = told | {"limit": _LIMIT}
        if deep:
            kondisi = KondisiPpks(**told)
            query["cursor"] = _CURSORS.seal(places.deep, grant_id, kondisi)
        return Asked(path=f"/v1/ppks?{urlencode(query)}")

    return ask


def _since(_number: int, places: Places, _grant_id: str) -> Asked:
    query = {"diubah_sejak": places.deep[0].isoformat(), "limit": _LIMIT}
    return Asked(path=f"/v1/ppks?{urlencode(query)}")


def _one(number: int, places: Places, _grant_id: str) -> Asked:
    return Asked(path=f"/v1/ppks/{places.ids[number % len(places.ids)]}")


def _search(**by: Callable[[int], Any]) -> Ask:
    def ask(number: int, places: Places, _grant_id: str) -> Asked:
        whom = number * 7919 % places.size
        return Asked(path="/v1/ppks/search", body={key: made(whom) for key, made in by.items()})

    return ask


def _in_village(number: int, size: int) -> str:
    return village(number * 7919 % size // 4)


def _of_category(number: int, _size: int) -> str:
    return category(number)


def _in_regency(number: int, _size: int) -> str:
    return f"64.{number % 10 + 1:02}"


_CASES: Final[Mapping[str, Ask]] = {
    "first page": _page(),
    "deep page": _page(deep=True),
    "changed since": _since,
    "one regency": _page(kode_wilayah=_in_regency),
    "one regency, deep": _page(deep=True, kode_wilayah=_in_regency),
    "one village": _page(kode_wilayah=_in_village),
    "one category": _page(kategori=_of_category),
    "one category, deep": _page(deep=True, kategori=_of_category),
    "village and category": _page(kode_wilayah=_in_village, kategori=_of_category),
    "one record": _one,
    "search by NIK": _search(nik=nik),
    "search by name": _search(nama_lengkap=name),
    "search by birth date": _search(tanggal_lahir=lambda whom: born(whom).isoformat()),
    "search by name and date": _search(
        nama_lengkap=name, tanggal_lahir=lambda whom: born(whom).isoformat()
    ),
}
_OF_A_PART: Final = ("first page", "deep page", "search by name")
"""What is also asked by whoever is shown little."""


def page_waits(
    line: Line, readers: Readers, places: Places, seconds: float
) -> Iterator[tuple[str, Waits]]:
    """Each request's name, and the waits of those that were asked in so many seconds."""
    for view, agency in readers.pages.items():
        for title, ask in _CASES.items():
            if view == EVERYTHING or title in _OF_A_PART:
                headers = agency.headers()
                line.ask(ask(0, places, agency.grant_id), headers)
                numbers = _numbers(seconds)
                asked = ((ask(number, places, agency.grant_id), headers) for number in numbers)
                shown = title if view == EVERYTHING else f"{title}; grant of {A_PART}"
                yield shown, line.waits(asked)


def _numbers(seconds: float) -> Iterator[int]:
    """As many as are asked for within that time."""
    until = time.perf_counter() + seconds
    return takewhile(lambda _: time.perf_counter() < until, range(1, _MOST + 1))
