"""What the use cases about data subjects need of the store."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.audit import HasilAudit
from gateway.domain.permintaan_subjek import PermintaanSubjek
from gateway.kit.struct import Quiet


class Restrictions(Protocol):
    """Who asked that their data stay where they are."""

    async def includes(self, nik: str) -> bool:
        """Whether the data of whoever has this NIK may not be disclosed; half a second old."""


class SubjectRequests(Protocol):
    """The requests of data subjects; every act leaves an admin row."""

    async def add(self, permintaan: PermintaanSubjek) -> None:
        """Keep a new request."""

    async def one(self, permintaan_id: str) -> PermintaanSubjek:
        """One request. Raises NotFound."""

    async def all(self) -> Sequence[PermintaanSubjek]:
        """Every request, by when it must be decided."""

    async def about(self, rujukan: Collection[str]) -> Sequence[PermintaanSubjek]:
        """The requests of whoever bears one of these keys."""

    async def step(
        self, permintaan_id: str, take: Callable[[PermintaanSubjek], PermintaanSubjek], *, oleh: str
    ) -> PermintaanSubjek:
        """Store what `take` makes of a request, and let it take effect in the same transaction.

        Raises NotFound, and whatever `take` raises.
        """

    async def without_nik(self, ppks_ids: Collection[str]) -> frozenset[str]:
        """Those of the record ids that are records without a NIK; their keys are the ids."""

    async def joined(self, rujukan: Collection[str]) -> frozenset[str]:
        """Further keys under which what is told of these persons stands in lists, or stood.

        Those of records in which it is joined with other words, or that bore no number then.
        """

    async def reported(self, objek: str, *, oleh: str, rincian: dict[str, int]) -> None:
        """Note that an operator had a person's history reported; `objek` is a pseudonym."""


class JejakAkses(Quiet, frozen=True, kw_only=True):
    """One entry of the audit log that is about the person."""

    pada: datetime
    peristiwa: str
    hasil: HasilAudit
    client_id: str | None
    grant_id: str | None
    grant_versi: int | None
    nomor_pks: str | None
    tujuan: str | None
    dasar_hukum: str | None
    atribut: tuple[str, ...]
    jumlah: int
    sumber: str | None
    alasan: str | None


class TanpaNama(Quiet, frozen=True, kw_only=True):
    """Disclosures of which the log tells how many records left, and not whose."""

    client_id: str | None
    kali: int
    rekaman: int
    pertama: datetime
    terakhir: datetime


class SubjectLog(Protocol):
    """Reads the audit log for one person. A period is [dari, sampai); None = without that end."""

    def entries(
        self,
        subjek: Collection[str],
        sebutan: Collection[str],
        dari: datetime | None,
        sampai: datetime | None,
    ) -> AsyncIterator[JejakAkses]:
        """Entries under these pseudonyms, or whose lists hold one of these names; in no order."""

    async def unnamed(self, dari: datetime | None, sampai: datetime | None) -> Sequence[TanpaNama]:
        """Disclosures that do not say of whom, by client."""

    async def oldest(self) -> datetime | None:
        """When the oldest entry was written that is still there; None = there is none."""
