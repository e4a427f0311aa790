"""What the use cases of auditors need from the store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.catatan import (
    DimensiCatatan,
    EntriTercatat,
    Kelompok,
    KondisiCatatan,
    Letak,
    PandanganCatatan,
)
from gateway.domain.contoh import RekamanKasar
from gateway.domain.policy import View
from gateway.domain.ports import Pseudonyms
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof


class Names(Pseudonyms, Protocol):
    """Names that hold under the key of one engagement."""

    def renaming(self, kunci: str) -> Callable[[str], str]:
        """Renames texts to UUIDs under the key of this name."""


class CatatanStore(Protocol):
    """Reads the sealed log through an engagement; what that does not show does not exist."""

    async def entri(
        self,
        view: PandanganCatatan,
        kondisi: KondisiCatatan,
        letak: Letak,
        limit: int,
        *,
        daun: bool = False,
    ) -> Sequence[EntriTercatat]:
        """Entries from a place on, up to the reading's end, in the order of the log.

        `daun`: with the texts of their leaves.
        """

    async def hitung(
        self,
        view: PandanganCatatan,
        kondisi: KondisiCatatan,
        menurut: Sequence[DimensiCatatan],
        most: int,
    ) -> Sequence[Kelompok]:
        """Up to `most` groups of entries, in the order of their values."""


class ContohStore(Protocol):
    """Gives all records that a view shows, to draw a sample from."""

    async def rekaman(self, view: View, after: str, limit: int) -> Sequence[RekamanKasar]:
        """Records in the order of their ids, after one."""


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint as the log keeps it."""

    ukuran: int
    """Leaves of the tree that it signs."""
    pada: datetime
    rotasi: bool
    """Whether it changes the log's key."""
    catatan: str
    """The whole signed note."""


class SegelStore(Protocol):
    """What proves that the log is what it was."""

    async def terbaru(self) -> Cap | None:
        """The newest checkpoint; None where nothing was signed yet."""

    async def cap(self, ukuran: int) -> Cap | None:
        """The newest checkpoint of a size."""

    async def daftar(
        self, sejak: datetime | None, sampai: datetime | None, limit: int
    ) -> Sequence[Cap]:
        """Checkpoints signed after a moment and before another one, by time."""

    async def bukti_masuk(self, tempat: Sequence[int], ukuran: int) -> Sequence[InclusionProof]:
        """That each of these leaves is in the tree of a size. Raises ValueError where none is."""

    async def bukti_sambung(self, dari: int, ke: int) -> ConsistencyProof:
        """That one tree begins the other. Raises ValueError where it cannot."""
