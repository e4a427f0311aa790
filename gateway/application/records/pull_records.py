"""Reads a system's PPKS records through its own service and stores them."""

from collections.abc import Callable

from gateway.application.civil_registry.ask_registry import Offering, unavailable
from gateway.domain.errors import NotFound
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.ports import HitunganImpor, ImportStore
from gateway.domain.systems import Capability, RecordSource
from gateway.kit.struct import Quiet


class HasilTarik(Quiet, frozen=True, kw_only=True):
    """What a reading brought, and the cursor at which the next one goes on."""

    hitungan: HitunganImpor
    ditolak: int
    """Records that could not be read."""
    cursor: str | None


class PullRecords:
    """The use case behind `gateway pull`."""

    def __init__(self, offering: Offering, store: ImportStore) -> None:
        self._offering = offering
        self._store = store

    async def __call__(
        self, name: str, cursor: str | None, on_rows: Callable[[int], None]
    ) -> HasilTarik:
        """Read page by page from the cursor (None = from the beginning); each page is stored whole.

        Raises NotFound for a system that gives no records, Unavailable where it cannot be read;
        the pages before stay stored.
        """
        source = self._source(name)
        done, refused = HitunganImpor(), 0
        try:
            async for page in source.read(cursor):
                done += await self._store.save(page.rekaman, dry_run=False)
                refused += len(page.ditolak)
                cursor = page.cursor or cursor
                on_rows(len(page.rekaman) + len(page.ditolak))
        except UpstreamFailure as failure:
            raise unavailable(name, failure) from failure
        return HasilTarik(hitungan=done, ditolak=refused, cursor=cursor)

    def _source(self, name: str) -> RecordSource:
        system = self._offering(Capability.RECORD_SOURCE).get(name)
        if system is None or system.record_source is None:
            raise NotFound(
                f"{name}: tidak terhubung atau tidak memberi rekaman / "
                "not connected, or gives no records"
            )
        return system.record_source
