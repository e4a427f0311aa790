"""Find what agreements want soon: reports that are due or overdue, and ends that come near."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from gateway.domain.client import StatusClient
from gateway.domain.grant import Grant
from gateway.domain.perjanjian import Perjanjian
from gateway.domain.ports import Clients
from gateway.domain.ports_perjanjian import Agreements, Diserahkan
from gateway.domain.tenggat import ambang
from gateway.kit.clock import Clock


class JenisTenggat(StrEnum):
    """What comes to its time."""

    SEMESTER = "semester"
    BALIKAN = "balikan"
    PERJANJIAN = "perjanjian"
    GRANT = "grant"


class Tenggat(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that comes to its time within 30 days, or has been late since then."""

    jenis: JenisTenggat
    nomor: str
    """Number of the agreement."""
    id: str
    """Period of the report, or id of the grant; empty for the agreement itself."""
    pada: datetime
    sisa_hari: int
    """Whole days that are left; below zero = so many days late, begun ones counted."""
    ambang_hari: int
    """1, 7 or 30: the least within which it comes; 0 = it is past."""


class Pengingat(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator is to be reminded of."""

    tenggat: tuple[Tenggat, ...]
    """The most urgent first."""
    tak_tercatat: tuple[str, ...]
    """Numbers in grants of agreements that are not recorded, so that nobody knows what they owe."""


class FindDue:
    """The use case. A report counts until it is handed in, also after the agreement's end."""

    def __init__(self, agreements: Agreements, clients: Clients, clock: Clock) -> None:
        self._agreements = agreements
        self._clients = clients
        self._clock = clock

    async def __call__(self) -> Pengingat:
        """All of it."""
        now = self._clock()
        recorded = {one.nomor: one for one in await self._agreements.all()}
        handed_in = await self._agreements.handed_in()
        found = [one for each in recorded.values() for one in _of_agreement(each, handed_in, now)]
        grants = await self._grants(now)
        for grant in grants:
            found.extend(_of_grant(grant, recorded.get(grant.nomor_pks), now))
        unknown = {grant.nomor_pks for grant in grants} - recorded.keys()
        return Pengingat(
            tenggat=tuple(sorted(found, key=lambda one: (one.pada, one.nomor, one.id))),
            tak_tercatat=tuple(sorted(unknown)),
        )

    async def _grants(self, now: datetime) -> Sequence[Grant]:
        """Those in force, of clients that may come back."""
        found: list[Grant] = []
        for client in await self._clients.clients():
            if client.status is not StatusClient.DICABUT:
                found.extend(await self._clients.grants_of(client.client_id))
        return [grant for grant in found if grant.berlaku(now)]


def _of_grant(grant: Grant, perjanjian: Perjanjian | None, now: datetime) -> Sequence[Tenggat]:
    """Its own end, or that of an agreement that ended before it."""
    ends = [grant.berakhir_pada, *([] if perjanjian is None else [perjanjian.berakhir_pada])]
    return _soon(JenisTenggat.GRANT, grant.nomor_pks, grant.grant_id, min(ends), now)


def _of_agreement(
    perjanjian: Perjanjian, handed_in: Collection[Diserahkan], now: datetime
) -> Iterator[Tenggat]:
    nomor = perjanjian.nomor
    if perjanjian.berakhir_pada > now:
        yield from _soon(JenisTenggat.PERJANJIAN, nomor, "", perjanjian.berakhir_pada, now)
    for duty in perjanjian.kewajiban:
        for periode in perjanjian.periode_terutang(duty):
            owed = Diserahkan(nomor=nomor, jenis=duty.jenis, periode=str(periode))
            if owed not in handed_in:
                jenis = JenisTenggat(duty.jenis.value)
                yield from _soon(jenis, nomor, owed.periode, duty.jatuh_tempo(periode), now)


def _soon(
    jenis: JenisTenggat, nomor: str, name: str, pada: datetime, now: datetime
) -> Sequence[Tenggat]:
    step = ambang(pada, now)
    if step is None:
        return ()
    left = pada - now
    return (
        Tenggat(
            jenis=jenis,
            nomor=nomor,
            id=name,
            pada=pada.astimezone(UTC),
            sisa_hari=left // timedelta(days=1),
            ambang_hari=step,
        ),
    )
