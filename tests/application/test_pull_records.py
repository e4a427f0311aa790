"""Pulling a system's records: page by page, each stored whole, to be taken up where it ended."""

import pytest

from gateway.application.records.pull_records import PullRecords
from gateway.domain.errors import NotFound, Unavailable
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Peringatan
from gateway.domain.ports import HitunganImpor
from gateway.domain.systems import Capability, Health, SourceBatch, System
from tests.fixtures.gateway_people import REKAMAN


class Source:
    """Gives its pages, then fails where it is told to."""

    def __init__(self, pages, failure=None) -> None:
        self.pages = pages
        self.failure = failure
        self.asked: list[str | None] = []

    async def read(self, cursor):
        self.asked.append(cursor)
        for page in self.pages:
            yield page
        if self.failure is not None:
            raise self.failure


class Store:
    """Counts every record as new."""

    def __init__(self) -> None:
        self.saved: list[int] = []

    async def save(self, isi, *, dry_run, sewa=None):
        assert dry_run is False
        self.saved.append(len(isi))
        return HitunganImpor(baru=len(isi))


async def nothing() -> None:
    return


def pulling(source, store):
    system = System(record_source=source, health=Health, close=nothing)
    return PullRecords(
        lambda capability: {"siks_ng": system} if capability is Capability.RECORD_SOURCE else {},
        store,
    )


PAGES = (
    SourceBatch(rekaman=REKAMAN[:3], cursor="c-1"),
    SourceBatch(rekaman=REKAMAN[3:5], cursor="c-2", ditolak=(Peringatan(kode="X"),)),
    SourceBatch(rekaman=(), cursor=None),
)


async def test_every_page_is_stored_and_counted():
    source, store, rows = Source(PAGES), Store(), []
    result = await pulling(source, store)("siks_ng", "c-0", rows.append)
    assert source.asked == ["c-0"]
    assert store.saved == [3, 2, 0]
    assert rows == [3, 3, 0]
    assert (result.hitungan.baru, result.ditolak, result.cursor) == (5, 1, "c-2")


async def test_what_came_before_a_failure_stays_stored():
    store = Store()
    pull = pulling(Source(PAGES[:1], UpstreamFailure(Outcome.BUSY, retry_after=7)), store)
    with pytest.raises(Unavailable) as caught:
        await pull("siks_ng", None, lambda _rows: None)
    assert (caught.value.code, caught.value.retry_after) == ("upstream_busy", 7)
    assert store.saved == [3]


async def test_a_system_that_gives_no_records_is_not_found():
    with pytest.raises(NotFound):
        await pulling(Source(()), Store())("simasos", None, lambda _rows: None)
