"""Add clients, give them secrets and end those, suspend, resume, revoke and log clients out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from gateway.application.caller.operator import named_operator
from gateway.application.tokens.client_profile import check_profile
from gateway.domain.client import AuthMethod, Client, SecretRow, StatusClient
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import Grant
from gateway.domain.ports import Clients
from gateway.kit.clock import Clock
from gateway.kit.secret import Secret
from gateway.kit.secret_hash import hash_secret, new_secret
from gateway.kit.struct import Quiet

_MOST_LIFE: Final = timedelta(days=366)
_MOST_GRACE: Final = timedelta(days=7)
_NEXT: Final[Mapping[StatusClient, frozenset[StatusClient]]] = {
    StatusClient.AKTIF: frozenset((StatusClient.DITANGGUHKAN, StatusClient.DICABUT)),
    StatusClient.DITANGGUHKAN: frozenset((StatusClient.AKTIF, StatusClient.DICABUT)),
    StatusClient.DICABUT: frozenset(),
}


class NewSecret(Quiet, frozen=True, kw_only=True):
    """A fresh secret, shown to its owner this once."""

    secret_id: str
    secret: Secret
    berlaku_sampai: datetime


class ClientFile(Quiet, frozen=True, kw_only=True):
    """All that is known of one client."""

    client: Client
    secrets: Sequence[SecretRow]
    grants: Sequence[Grant]


class ManageClients:
    """What an operator does with clients. `oleh` is the operator's name."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def add(
        self,
        client_id: str,
        *,
        opd: str,
        auth: AuthMethod,
        jwks: Sequence[dict[str, Any]],
        berakhir_pada: datetime | None,
        oleh: str,
    ) -> Client:
        """Register a client. `jwks` are public keys that were checked, each with `kid` and `alg`.

        Raises BadInput, and Conflict where the id is taken.
        """
        client = Client(
            client_id=client_id,
            opd=opd.strip(),
            auth=auth,
            jwks=tuple(jwks),
            berakhir_pada=berakhir_pada,
            dibuat_pada=self._clock(),
        )
        check_profile(client)
        await self._clients.save_client(client, oleh=named_operator(oleh))
        return client

    async def add_secret(self, client_id: str, *, lifetime: timedelta, oleh: str) -> NewSecret:
        """Give a client another secret; at most two are live.

        Raises BadInput, NotFound, Conflict.
        """
        client = await self._find(client_id)
        if client.auth is not AuthMethod.CLIENT_SECRET:
            raise BadInput("client ini memakai kunci / this client has a key, not a secret")
        if not timedelta(0) < lifetime <= _MOST_LIFE:
            raise BadInput("masa berlaku 1 sampai 366 hari / a secret lives 1 to 366 days")
        now = self._clock()
        secret_id, secret = new_secret()
        row = SecretRow(
            secret_id=secret_id,
            client_id=client_id,
            hash=hash_secret(secret),
            berlaku_dari=now,
            berlaku_sampai=now + lifetime,
        )
        await self._clients.add_secret(row, oleh=named_operator(oleh))
        return NewSecret(
            secret_id=secret_id, secret=Secret(secret), berlaku_sampai=row.berlaku_sampai
        )

    async def end_secret(
        self, client_id: str, secret_id: str, *, grace: timedelta, oleh: str
    ) -> SecretRow:
        """Have one of a client's live secrets end after a grace of at most 7 days.

        Without a grace it is an emergency: the client's tokens that are out end as well. Raises
        BadInput, and NotFound without such a secret or where it ends before that anyway.
        """
        if not timedelta(0) <= grace <= _MOST_GRACE:
            raise BadInput("masa tenggang 0 sampai 7 hari / the grace is 0 to 7 days")
        now = self._clock()
        for row in await self._clients.secrets(client_id):
            if row.secret_id == secret_id:
                ended = msgspec.structs.replace(row, berlaku_sampai=now + grace)
                await self._clients.end_secret(
                    ended, not_before=None if grace else now, oleh=named_operator(oleh)
                )
                return ended
        raise NotFound("rahasia itu tidak ada atau sudah berakhir / no such live secret")

    async def set_status(self, client_id: str, status: StatusClient, *, oleh: str) -> Client:
        """Suspend, resume or revoke. A revoked client stays so. Raises NotFound, Conflict.

        Whoever is stopped loses the tokens that are out for good: they do not come back with it.
        """
        now = self._clock()

        def step(client: Client) -> Client:
            if status not in _NEXT[client.status]:
                raise Conflict(f"client ini / this client: {client.status}")
            ended = client.not_before if status is StatusClient.AKTIF else now
            return msgspec.structs.replace(client, status=status, not_before=ended)

        return await self._update(client_id, step, oleh, "client.status")

    async def log_out(self, client_id: str, *, oleh: str) -> Client:
        """End every token of a client that is out; it may ask for new ones. Raises NotFound."""
        now = self._clock()

        def step(client: Client) -> Client:
            return msgspec.structs.replace(client, not_before=now)

        return await self._update(client_id, step, oleh, "client.keluar")

    async def show(self, client_id: str) -> ClientFile:
        """One client with its live secrets and grants. Raises NotFound."""
        return ClientFile(
            client=await self._find(client_id),
            secrets=await self._clients.secrets(client_id),
            grants=await self._clients.grants_of(client_id),
        )

    async def all(self) -> Sequence[Client]:
        """Every client."""
        return await self._clients.clients()

    async def _update(
        self, client_id: str, step: Callable[[Client], Client], oleh: str, peristiwa: str
    ) -> Client:
        return await self._clients.update_client(
            client_id, step, oleh=named_operator(oleh), peristiwa=peristiwa
        )

    async def _find(self, client_id: str) -> Client:
        client = await self._clients.client(client_id)
        if client is None:
            raise NotFound("client tidak ada / no such client")
        return client
