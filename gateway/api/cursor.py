"""Opaque cursors: sealed, and bound to the grant and the filters that they were made for."""

import base64
from datetime import datetime
from typing import Final

import msgspec

from gateway.domain.errors import BadInput, FieldError
from gateway.domain.ports import SealBroken, Sealer

Position = tuple[datetime, str]
_DECODER: Final[msgspec.msgpack.Decoder[Position]] = msgspec.msgpack.Decoder(Position)


class Cursors:
    """Makes and reads cursors."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, position: Position, grant_id: str, kondisi: msgspec.Struct) -> str:
        """The cursor after a page that ended at `position`."""
        packed = msgspec.msgpack.encode(position)
        return seal_text(self._sealer, packed, _context(grant_id, kondisi))

    def open(self, cursor: str, grant_id: str, kondisi: msgspec.Struct) -> Position:
        """Where to go on. Raises BadInput for a changed cursor and for one of other filters."""
        try:
            packed = open_text(self._sealer, cursor, _context(grant_id, kondisi))
            return _DECODER.decode(packed)
        except (ValueError, msgspec.DecodeError):
            raise bad_cursor() from None

    def position(
        self, cursor: str | None, grant_id: str, kondisi: msgspec.Struct
    ) -> Position | None:
        """Where a cursor of a request goes on, None where it has none. Raises BadInput."""
        return None if cursor is None else self.open(cursor, grant_id, kondisi)

    def following(
        self, position: Position | None, grant_id: str, kondisi: msgspec.Struct
    ) -> str | None:
        """The cursor after a page, None where it was the last one."""
        return None if position is None else self.seal(position, grant_id, kondisi)


def seal_text(sealer: Sealer, plain: bytes, context: bytes) -> str:
    """Sealed, and written with the characters of a URL."""
    return _text(sealer.seal(plain, context))


def open_text(sealer: Sealer, text: str, context: bytes) -> bytes:
    """What was sealed into a text. Raises ValueError, SealBroken among them."""
    sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(sealed) != text:
        raise SealBroken("not written by us: the decoder skips over stray characters")
    return sealer.open(sealed, context)


def bad_cursor() -> BadInput:
    """The refusal of a cursor that was made for something else, or not by us."""
    return BadInput(
        "cursor tidak berlaku untuk permintaan ini / the cursor does not fit this request",
        code="bad_cursor",
        errors=(
            FieldError(
                "cursor",
                "pakai next_cursor dari jawaban sebelumnya dengan saringan yang sama / "
                "use next_cursor of the previous answer with the same filters",
            ),
        ),
    )


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _context(grant_id: str, kondisi: msgspec.Struct) -> bytes:
    return b"cursor|" + grant_id.encode() + b"|" + msgspec.msgpack.encode(kondisi)
