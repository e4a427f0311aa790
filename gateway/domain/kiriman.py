"""A batch of records that a client pushes, and what becomes of each."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

import msgspec

from gateway.domain.errors import FieldError
from gateway.domain.merging.fate import Nasib
from gateway.domain.policy import View
from gateway.domain.ppks import RekamanPpks
from gateway.kit.struct import Quiet


class HasilKirim(StrEnum):
    """What became of a record."""

    BARU = "baru"
    BERUBAH = "berubah"
    TETAP = "tetap"
    USANG = "usang"
    BERTENTANGAN = "bertentangan"
    DITOLAK = "ditolak"


class Dibaca(Quiet, frozen=True, kw_only=True):
    """A record as it was read, or what is wrong with it."""

    nomor: int
    """Its place in the batch, from 1; of NDJSON the line."""
    id_sumber: str | None = None
    rekaman: RekamanPpks | None = None
    salah: tuple[FieldError, ...] = ()


class HasilRekaman(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome of one record. `errors` names fields, never their values."""

    nomor: int
    id_sumber: str | None = None
    hasil: HasilKirim
    errors: tuple[FieldError, ...] = ()


class HasilBatch(Quiet, frozen=True, kw_only=True):
    """The outcome of a batch: how many records came to what, and each of them."""

    jumlah: int
    baru: int = 0
    berubah: int = 0
    tetap: int = 0
    usang: int = 0
    bertentangan: int = 0
    ditolak: int = 0
    hasil: tuple[HasilRekaman, ...]


class PembacaKiriman(Protocol):
    """Takes a body in pieces of any size and gives its records' texts."""

    def feed(self, piece: bytes) -> Iterator[tuple[int, bytes | None]]:
        """Number and text of the records that end in this piece. Raises BadInput."""

    def end(self) -> Iterator[tuple[int, bytes | None]]:
        """The last one, where nothing follows it. Raises BadInput."""

    def read(self, sistem: str, nomor: int, text: bytes | None) -> Dibaca:
        """What a text holds, as this system's record; None = it is too long."""


class Pengirim(msgspec.Struct, frozen=True, kw_only=True):
    """Whose batch it is, and under which name the client sends it (keyed hashes)."""

    client_id: str
    grant_id: str
    kunci: str


class KirimanStore(Protocol):
    """Stores pushed records, and the answers to batches that may come again."""

    async def save(
        self, rekaman: list[RekamanPpks], hak: View, oleh: str, sebab: str
    ) -> list[Nasib | None]:
        """Store one block in one transaction; the fate of each record.

        None = the record is stored already, outside of what may be written.
        """

    async def answered(self, pengirim: Pengirim) -> tuple[str, HasilBatch] | None:
        """Hash of the body and answer of a batch that came under this key."""

    async def remember(self, pengirim: Pengirim, sidik: str, hasil: HasilBatch) -> None:
        """Keep an answer for a day. Where another came first, that one stays."""
