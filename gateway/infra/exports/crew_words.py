"""What an export's processes say to each other over pipes, and how it is framed.

The keys go to a child by its standard input: an argument or a variable could be read by others.
"""

from enum import StrEnum
from struct import Struct
from typing import Final

import msgspec

from gateway.domain.ekspor import BagianEkspor, BerkasEkspor, Ekspor
from gateway.kit.struct import Quiet

LENGTH: Final = Struct(">I")


class Tools(Quiet, frozen=True, kw_only=True):
    """What a child works with."""

    database_url: str
    data_keys: str
    index_key: str
    folder: str
    rows_per_file: int
    most_bytes: int


class Begin(Quiet, frozen=True, kw_only=True, tag=True):
    """Join the moment of this name for an export."""

    ekspor: Ekspor
    moment: str


class Write(Quiet, frozen=True, kw_only=True, tag=True):
    """Write the file of this number."""

    nomor: int
    part: BagianEkspor


class Ready(Quiet, frozen=True, kw_only=True, tag=True):
    """Done with what comes before: the start, or joining the moment."""


class Names(Quiet, frozen=True, kw_only=True, tag=True):
    """Reference keys of some whose records are being written."""

    rujukan: list[str]


class Written(Quiet, frozen=True, kw_only=True, tag=True):
    """The file is on the disk."""

    berkas: BerkasEkspor


class Obstacle(StrEnum):
    """Why a child cannot go on."""

    FULL = "full"
    AWAY = "away"
    FAULT = "fault"


class Hindered(Quiet, frozen=True, kw_only=True, tag=True):
    """It ends: the disk is full, the store is away, or something is wrong with itself."""

    obstacle: Obstacle
    error: str
    """The kind of error, and no word of what it says."""


Order = Begin | Write
Report = Ready | Names | Written | Hindered

_ENCODE: Final = msgspec.msgpack.Encoder().encode
read_tools: Final = msgspec.msgpack.Decoder(Tools).decode
read_order: Final = msgspec.msgpack.Decoder(Order).decode
read_report: Final = msgspec.msgpack.Decoder(Report).decode


def framed(message: Tools | Order | Report) -> bytes:
    """A message with its length before it."""
    encoded = _ENCODE(message)
    return LENGTH.pack(len(encoded)) + encoded
