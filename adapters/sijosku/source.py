"""Reads SIJOSKU's records in the order of their changes, all or since a cursor."""

from collections.abc import AsyncIterator
from typing import Final

from adapters.sijosku.config import Config
from adapters.sijosku.inbound import id_sendiri, ke_rekaman
from adapters.sijosku.outcomes import KURSOR_TIDAK_BERLAKU
from adapters.sijosku.reading import Konteks, RekamanDitolak
from adapters.sijosku.remote import Remote
from adapters.sijosku.schema import HalamanWire, RekamanWire
from adapters.sijosku.wire import FieldNames
from gateway.domain.person import Peringatan
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import SourceBatch

READ: Final = "read"


class SijoskuSource:
    """Implements `RecordSource` over the change feed."""

    def __init__(self, remote: Remote, config: Config, konteks: Konteks) -> None:
        self._remote = remote
        self._config = config
        self._konteks = konteks
        self._names = FieldNames(config.field_names)
        self.catatan: str | None = None
        """What an operator should know about the last reading."""

    async def read(self, cursor: str | None) -> AsyncIterator[SourceBatch]:
        """Pages in the order of changes; every page has a cursor, also the last one.

        A cursor that SIJOSKU no longer knows leads back to the beginning: every record comes
        again, which the receiver recognises as unchanged. Raises UpstreamFailure.
        """
        self.catatan = None
        before: list[bytes] = []
        anew, passed = False, {None, cursor}
        while True:
            page = await self._page(cursor)
            if page is None:
                self._start_over(cursor)
                # Another life of the feed may have the same cursors, and begin with the same.
                cursor, anew, before, passed = None, True, [], {None}
                continue
            items = [bytes(item) for item in page.data]
            # A feed that moves while it is read may show the end of a page once more.
            yield self._batch(items[_shown_again(before, items) :], page.kursor, dari_awal=anew)
            anew = False
            if not page.masih_ada:
                return
            if page.kursor in passed:
                raise self._remote.malformed(READ, "kursor tidak maju")
            cursor, before = page.kursor, items
            passed.add(cursor)

    def _start_over(self, cursor: str | None) -> None:
        """Start over, once: a feed that keeps refusing its own cursors would be read for ever."""
        if cursor is None or self.catatan is not None:
            raise self._remote.malformed(READ, "kursor ditolak berulang kali")
        self.catatan = "kursor tidak berlaku lagi: dibaca ulang dari awal"

    async def _page(self, cursor: str | None) -> HalamanWire | None:
        query = {"jumlah": str(self._config.page_size)}
        if cursor is not None:
            query["sejak"] = cursor
        answer = await self._remote.get(READ, self._config.records_path, query)
        if answer.status == KURSOR_TIDAK_BERLAKU:
            return None
        return self._remote.understood(READ, answer, HalamanWire)

    def _batch(self, items: list[bytes], cursor: str, *, dari_awal: bool) -> SourceBatch:
        rekaman: list[RekamanPpks] = []
        gema: list[str] = []
        ditolak: list[Peringatan] = []
        tak_terbaca: list[str] = []
        for place, item in enumerate(items, 1):
            try:
                wire, unknown = self._names.decode(item)
                if not self._is_echo(wire):
                    rekaman.append(ke_rekaman(wire, self._konteks, unknown))
                elif own := id_sendiri(wire):
                    gema.append(own)
            except RekamanDitolak as refusal:
                ditolak.append(_report(refusal, place))
                if own := id_sendiri(self._names.named_only(item)):
                    tak_terbaca.append(own)
        return SourceBatch(
            rekaman=tuple(rekaman),
            cursor=cursor,
            ditolak=tuple(ditolak),
            dari_awal=dari_awal,
            gema=tuple(gema),
            tak_terbaca=tuple(tak_terbaca),
        )

    def _is_echo(self, wire: RekamanWire) -> bool:
        return self._config.skip_echoes and wire.asal == self._config.origin


def _shown_again(before: list[bytes], items: list[bytes]) -> int:
    """With how many of its last items the page before goes on into this one.

    Only a whole end may be left out: the same content further on may be a change back to it.
    """
    most = min(len(before), len(items))
    return next((count for count in range(most, 0, -1) if before[-count:] == items[:count]), 0)


def _report(refusal: RekamanDitolak, place: int) -> Peringatan:
    pesan = f"rekaman ke-{place} pada halaman: {refusal.pesan}"
    return Peringatan(kode=refusal.kode, atribut=refusal.kolom, pesan=pesan)
