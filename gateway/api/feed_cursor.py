"""Cursors of the change feed: sealed, bound to the grant and the narrowing, always of one length.

Numbers are written in full width, since the length of a sealed text tells that of its content.
"""

from datetime import UTC, datetime
from struct import Struct, error
from typing import Final

import msgspec

from gateway.api.cursor import bad_cursor, open_text, seal_text
from gateway.application.caller.caller import Caller
from gateway.domain.ports import SealBroken, Sealer
from gateway.domain.umpan import Pegangan, Posisi

_POSITION: Final = Struct(">I8sQQQ")
_HELD: Final = Struct(">I8sQ")


class FeedCursors:
    """Makes and reads them."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, posisi: Posisi, caller: Caller) -> str:
        """The cursor of a position."""
        packed = _POSITION.pack(
            posisi.versi, posisi.sidik, posisi.nomor, posisi.awal, int(posisi.sejak.timestamp())
        )
        held = (_HELD.pack(one.versi, one.sidik, one.sampai) for one in posisi.pegangan)
        return seal_text(self._sealer, b"".join((packed, *held)), _context(caller))

    def after(self, cursor: str | None, caller: Caller) -> Posisi | None:
        """Where a request goes on, None where it begins. Raises BadInput."""
        return None if cursor is None else self.open(cursor, caller)

    def open(self, cursor: str, caller: Caller) -> Posisi:
        """Where to go on. Raises BadInput for a changed cursor and for another grant's."""
        try:
            packed = open_text(self._sealer, cursor, _context(caller))
            versi, sidik, nomor, awal, sejak = _POSITION.unpack_from(packed)
            held = _HELD.iter_unpack(packed[_POSITION.size :])
            pegangan = tuple(Pegangan(versi=v, sidik=s, sampai=n) for v, s, n in held)
        except (SealBroken, ValueError, error):
            raise bad_cursor() from None
        return Posisi(
            versi=versi,
            sidik=sidik,
            nomor=nomor,
            awal=awal,
            sejak=datetime.fromtimestamp(sejak, UTC),
            pegangan=pegangan,
        )


def _context(caller: Caller) -> bytes:
    narrowed = msgspec.msgpack.encode(caller.sempit)
    return b"feed cursor|" + caller.grant.grant_id.encode() + b"|" + narrowed
