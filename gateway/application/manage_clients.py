"""Add clients, give them secrets, suspend, resume and revoke them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from gateway.application.operator import named_operator
from gateway.domain.client import AuthMethod, Client, SecretRow, StatusClient
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import Grant
from gateway.domain.ports import Clients
from gateway.kit.clock import Clock
from gateway.kit.secret import Secret
from gateway.kit.secret_hash import hash_secret, new_secret
from gateway.kit.struct import Quiet

_CLIENT_ID: Final = re.compile(r"(?!.*\d{16})[a-z0-9][a-z0-9-]{1,62}")
_MOST_KEYS: Final = 4
_MOST_LIFE: Final = timedelta(days=366)
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
        _check(client)
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

    async def set_status(self, client_id: str, status: StatusClient, *, oleh: str) -> Client:
        """Suspend, resume or revoke. A revoked client stays so. Raises NotFound, Conflict."""
        client = await self._find(client_id)
        if status not in _NEXT[client.status]:
            raise Conflict(f"client ini / this client: {client.status}")
        changed = msgspec.structs.replace(client, status=status)
        await self._clients.save_client(changed, oleh=named_operator(oleh))
        return changed

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

    async def _find(self, client_id: str) -> Client:
        client = await self._clients.client(client_id)
        if client is None:
            raise NotFound("client tidak ada / no such client")
        return client


def _check(client: Client) -> None:
    if _CLIENT_ID.fullmatch(client.client_id) is None:
        raise BadInput(
            "client_id: huruf kecil, angka, tanda hubung, 2 sampai 63, bukan NIK / "
            "2 to 63 lower-case letters, digits and hyphens, no 16-digit number"
        )
    if not client.opd:
        raise BadInput("opd: wajib diisi / must be given")
    if client.berakhir_pada is not None and client.berakhir_pada <= client.dibuat_pada:
        raise BadInput("berakhir_pada: sudah lewat / is past")
    with_key = client.auth is AuthMethod.PRIVATE_KEY_JWT
    if with_key != bool(client.jwks) or len(client.jwks) > _MOST_KEYS:
        raise BadInput(
            f"jwks: 1 sampai {_MOST_KEYS} kunci / keys, or none for a client with secret"
        )
    names = {(key["alg"], key["kid"]) for key in client.jwks}
    if len(names) < len(client.jwks):
        raise BadInput("jwks: kid berulang / two keys have the same kid")
