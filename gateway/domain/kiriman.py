"""A batch of records that a client pushes, and what becomes of each."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, Protocol

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
    """A record as it was read and may be written, or what is wrong with it."""

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


class HasilBlok(Quiet, frozen=True, kw_only=True):
    """The outcomes of a batch's block, in its order."""

    hasil: tuple[HasilRekaman, ...]
    ditulis: int = 0
    """Records that were written for it now; 0 where it was stored before."""


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


class Batch(Quiet, frozen=True, kw_only=True):
    """A batch, but for its records."""

    pengirim: Pengirim
    sidik: str
    """Keyed hash of the body: other bodies have others."""
    hak: View
    """What may be written."""
    sebab: str
    """What the records' history says of why they changed."""


class KunciDipakai(Exception):
    """Another body came under this key within a day."""


class KirimanStore(Protocol):
    """Stores pushed records, and keeps the outcomes of batches that may come again.

    Both in one transaction, so that it does not matter whether a batch comes again after its
    answer, after a crash, or while it is being stored: each of its blocks is stored once, and
    whoever brings it is told the same. A key belongs for a day to the body of which the first block
    was stored under it; whoever brings another one is told KunciDipakai.
    """

    async def answered(self, pengirim: Pengirim, sidik: str) -> list[tuple[HasilRekaman, ...]]:
        """The outcomes of the batch's first blocks, as far as they are stored."""

    async def save(self, batch: Batch, nomor: int, dibaca: Sequence[Dibaca]) -> HasilBlok:
        """Store a block and its outcomes, unless it is stored already.

        `nomor`: its place in the batch, from 0; the one before it is stored.
        """


_OUTSIDE: Final = FieldError(
    "id_sumber", "tersimpan di luar grant / it is stored outside of the grant"
)
_OLDER: Final = FieldError("urutan", "versi yang lebih baru sudah ada / a newer version is stored")
_OTHER: Final = FieldError(
    "urutan", "versi ini sudah ada dengan isi lain / this version has other content"
)
_MOST_ERRORS: Final = 10
"""That are told of a record: all of a body of nothing else would be an answer of many megabytes."""
_OUTCOMES: Final[dict[Nasib, tuple[HasilKirim, tuple[FieldError, ...]]]] = {
    Nasib.BARU: (HasilKirim.BARU, ()),
    Nasib.BERUBAH: (HasilKirim.BERUBAH, ()),
    Nasib.TETAP: (HasilKirim.TETAP, ()),
    Nasib.USANG: (HasilKirim.USANG, (_OLDER,)),
    Nasib.BERTENTANGAN: (HasilKirim.BERTENTANGAN, (_OTHER,)),
}


def hasil_rekaman(dibaca: Dibaca, nasib: Nasib | None) -> HasilRekaman:
    """The outcome of a record; None = it was not written, for what is wrong with it.

    Where nothing is wrong with it, it is stored already, outside of what may be written.
    """
    if nasib is None:
        hasil, errors = HasilKirim.DITOLAK, dibaca.salah[:_MOST_ERRORS] or (_OUTSIDE,)
    else:
        hasil, errors = _OUTCOMES[nasib]
    return HasilRekaman(nomor=dibaca.nomor, id_sumber=dibaca.id_sumber, hasil=hasil, errors=errors)
