"""Find what ends soon: clients, their keys and secrets, and their grants."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from gateway.domain.client import Client, StatusClient
from gateway.domain.grant import StatusGrant
from gateway.domain.ports import Clients
from gateway.domain.tenggat import AMBANG_HARI, LEWAT, ambang
from gateway.kit.clock import Clock


class Jenis(StrEnum):
    """What may end."""

    CLIENT = "client"
    KUNCI = "kunci"
    RAHASIA = "rahasia"
    GRANT = "grant"


class AkanBerakhir(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that ends soon."""

    jenis: Jenis
    client_id: str
    id: str
    """Id of the client, the key (`kid`), the secret or the grant."""
    berakhir_pada: datetime
    sisa_hari: int
    """Whole days that are left."""
    ambang_hari: int
    """The least of AMBANG_HARI within which it ends."""


class FindExpiring:
    """The use case. Clients that were revoked and grants that are not in force do not count."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def __call__(self, days: int = AMBANG_HARI[-1]) -> Sequence[AkanBerakhir]:
        """What ends within so many days (at most 30), the soonest first."""
        now = self._clock()
        found: list[AkanBerakhir] = []
        for client in await self._clients.clients():
            if client.status is not StatusClient.DICABUT:
                ends = [*_own_ends(client), *await self._held_ends(client.client_id)]
                found.extend(_soon(client.client_id, ends, now, days))
        return sorted(found, key=lambda one: (one.berakhir_pada, one.client_id, one.id))

    async def _held_ends(self, client_id: str) -> Sequence[tuple[Jenis, str, datetime]]:
        secrets = await self._clients.secrets(client_id)
        grants = await self._clients.grants_of(client_id)
        return [
            *((Jenis.RAHASIA, row.secret_id, row.berlaku_sampai) for row in secrets),
            *(
                (Jenis.GRANT, grant.grant_id, grant.berakhir_pada)
                for grant in grants
                if grant.status is StatusGrant.AKTIF
            ),
        ]


def _own_ends(client: Client) -> Iterator[tuple[Jenis, str, datetime]]:
    if client.berakhir_pada is not None:
        yield Jenis.CLIENT, client.client_id, client.berakhir_pada
    for jwk in client.jwks:
        if "exp" in jwk:
            yield Jenis.KUNCI, jwk["kid"], datetime.fromtimestamp(jwk["exp"], UTC)


def _soon(
    client_id: str, ends: Iterable[tuple[Jenis, str, datetime]], now: datetime, days: int
) -> Iterator[AkanBerakhir]:
    for jenis, name, end in ends:
        left, step = end - now, ambang(end, now)
        if step in (None, LEWAT) or left > timedelta(days=days):
            continue
        yield AkanBerakhir(
            jenis=jenis,
            client_id=client_id,
            id=name,
            berakhir_pada=end,
            sisa_hari=left.days,
            ambang_hari=step,
        )
