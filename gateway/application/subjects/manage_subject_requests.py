"""Takes persons' requests about their data in, decides them, and knows which are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.application.caller.operator import named_operator
from gateway.application.subjects.report_subject import IdentifySubject, Orang
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.grant import ATRIBUT_PPKS
from gateway.domain.permintaan_subjek import (
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
    melangkah,
    tanpa_nomor,
)
from gateway.domain.ports import Pseudonyms
from gateway.domain.ports_subjek import SubjectRequests
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.struct import Quiet


class Isian(Quiet, frozen=True, kw_only=True):
    """What an operator notes of a request."""

    jenis: JenisPermintaan
    atribut: tuple[str, ...] = ()
    berkas: str = ""
    diterima_pada: datetime | None = None
    """When the office received it; None = now."""


class Tenggat(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits, and how long it may."""

    id: str
    jenis: JenisPermintaan
    berkas: str
    diterima_pada: datetime
    batas_pada: datetime
    sisa_jam: int
    """Whole hours that are left, rounded down; negative = it is late."""
    terlambat: bool


class ManageSubjectRequests:
    """The use cases behind `gateway subject request|decide|list|due`."""

    def __init__(self, requests: SubjectRequests, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._requests = requests
        self._identify = IdentifySubject(requests, pseudonyms)
        self._clock = clock

    async def receive(self, orang: Orang, isian: Isian, *, oleh: str) -> PermintaanSubjek:
        """Take a request in; its clock runs from when the office received it. Raises BadInput."""
        now = self._clock()
        received = isian.diterima_pada or now
        if received > now:
            raise BadInput("diterima_pada: belum terjadi / lies in the future")
        permintaan = PermintaanSubjek(
            id=new_id(),
            jenis=isian.jenis,
            rujukan=await self._identify(orang),
            atribut=_known(isian.atribut),
            berkas=tanpa_nomor("berkas", isian.berkas),
            diterima_pada=received,
            dicatat_pada=now,
            dicatat_oleh=named_operator(oleh),
        )
        await self._requests.add(permintaan)
        return permintaan

    async def decide(
        self, permintaan_id: str, ke: StatusPermintaan, *, oleh: str, alasan: str
    ) -> PermintaanSubjek:
        """Take the next step of a request. Raises NotFound, Conflict, BadInput."""
        name = named_operator(oleh)
        return await self._requests.step(
            permintaan_id,
            lambda one: melangkah(one, ke, oleh=name, alasan=alasan, now=self._clock()),
            oleh=name,
        )

    async def all(self, status: StatusPermintaan | None = None) -> Sequence[PermintaanSubjek]:
        """The requests in a state, or all, by when they must be decided."""
        found = await self._requests.all()
        return [one for one in found if status in (None, one.status)]

    async def due(self, within: timedelta) -> Sequence[Tenggat]:
        """The requests that are late, or will be within so long; the most urgent first."""
        now = self._clock()
        waiting = [one for one in await self._requests.all() if one.terbuka]
        return [_due(one, now) for one in waiting if one.batas_pada - now <= within]


def _due(one: PermintaanSubjek, now: datetime) -> Tenggat:
    return Tenggat(
        id=one.id,
        jenis=one.jenis,
        berkas=one.berkas,
        diterima_pada=one.diterima_pada,
        batas_pada=one.batas_pada,
        sisa_jam=(one.batas_pada - now) // timedelta(hours=1),
        terlambat=one.terlambat(now),
    )


def _known(atribut: Iterable[str]) -> tuple[str, ...]:
    named = tuple(sorted(set(atribut)))
    if unknown := [name for name in named if name not in ATRIBUT_PPKS]:
        raise BadInput(
            "atribut tidak dikenal / unknown attributes",
            errors=tuple(FieldError("atribut", name) for name in unknown),
        )
    return named
