"""Pages, searches and the change feed over HTTP, as the registry grows a hundredfold."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import msgspec

from bench.registry_feed import Followed, follow
from bench.registry_pages import page_waits, places_of
from bench.registry_readers import PROGRAM, Line, Waits, register_readers
from bench.registry_store import filled, kept_folder
from bench.result import Cell, Scale, Table
from bench.serving.cores import on_load_core
from bench.serving.gateway import gateway_at_work
from bench.serving.tools import need
from bench.stores import Stores, opened_stores
from tests.fixtures.redis_alone import lone_redis

_TOOLS: Final = ("redis-server", "taskset")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured on one store of one size."""

    pages: dict[str, Waits]
    """By the request."""
    feed: dict[str, Followed]
    """By what the reader is shown."""


BySize = Mapping[int, Measured]


def measure(scale: Scale) -> list[Table]:
    """The same questions to stores of three sizes, each ten times the one before."""
    need(_TOOLS)
    sizes = (scale.rows // 20, scale.rows // 2, scale.rows * 5)
    with on_load_core(), opened_stores(scale, kept_folder()) as opened:
        found = {
            stores.name: {size: measured(stores, size, scale.seconds) for size in sizes}
            for stores in opened
        }
    return [_pages_table(found, sizes), _feed_table(found)]


def measured(stores: Stores, size: int, seconds: float) -> Measured:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppks-bench-")))
        url = stack.enter_context(filled(stores, size))
        redis = stack.enter_context(lone_redis())
        gateway = stack.enter_context(gateway_at_work(url, redis.url, folder, PROGRAM))
        readers = register_readers(gateway)
        line = stack.enter_context(closing(Line(gateway.server)))
        return Measured(
            pages=dict(page_waits(line, readers, places_of(url, size), seconds)),
            feed=dict(follow(line, readers, size, seconds)),
        )


def _pages_table(found: Mapping[str, BySize], sizes: tuple[int, ...]) -> Table:
    return Table(
        title="Pages and searches",
        columns=(
            *("store", "request", *(f"p50 ms, {size:,}" for size in sizes), "p99 ms"),
            *("CPU ms, least", "CPU ms, most"),
        ),
        rows=tuple(
            _page_row(store, name, by_size)
            for store, by_size in found.items()
            for name in by_size[sizes[0]].pages
        ),
        note="Pages of 100 records, one request at a time on a connection that stays open. p99 is "
        "that of the largest registry. CPU is the server process's for a request, with the least "
        "and with the most records. Deep is behind nine tenths of all records.",
    )


def _page_row(store: str, name: str, by_size: BySize) -> tuple[Cell, ...]:
    waits = [each.pages[name] for each in by_size.values()]
    middles = [each.ms(0.5) for each in waits]
    return store, name, *middles, waits[-1].ms(0.99), waits[0].cpu_ms, waits[-1].cpu_ms


def _feed_table(found: Mapping[str, BySize]) -> Table:
    return Table(
        title="The change feed",
        columns=(
            *("store", "grant", "records", "changes/s from the beginning"),
            *("newest 100: p50 ms", "p99 ms", "nothing new: p50 ms", "p99 ms "),
        ),
        rows=tuple(
            (store, view, size, *_followed(followed))
            for store, by_size in found.items()
            for size, measured in by_size.items()
            for view, followed in measured.feed.items()
        ),
        note="Pages of up to 1,000 changes, one request at a time, each with a proof. The newest "
        "page holds those of the last 100 changes that the grant shows.",
    )


def _followed(followed: Followed) -> tuple[float, ...]:
    both = (followed.newest, followed.quiet)
    return followed.per_second, *(waits.ms(share) for waits in both for share in (0.5, 0.99))
