"""Give a client further keys, each for its time, and take them away again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.application.caller.operator import named_operator
from gateway.application.tokens.client_profile import check_keys
from gateway.domain.client import AuthMethod, Client, StatusClient
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.ports import Clients
from gateway.kit.clock import Clock


class ManageClientKeys:
    """What an operator does with a client's public keys. `oleh` is the operator's name."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def add(
        self,
        client_id: str,
        jwks: Sequence[dict[str, Any]],
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        oleh: str,
    ) -> Client:
        """Register more public keys, checked before, all for the same time (None = no bound).

        Raises BadInput, NotFound, and Conflict where the client was revoked.
        """
        bounds = self._bounds(not_before, not_after)
        added = tuple({**jwk, **bounds} for jwk in jwks)

        def step(client: Client) -> Client:
            _has_keys(client)
            if client.status is StatusClient.DICABUT:
                raise Conflict(f"client ini / this client: {client.status}")
            changed = msgspec.structs.replace(client, jwks=(*client.jwks, *added))
            check_keys(changed)
            return changed

        return await self._clients.update_client(
            client_id, step, oleh=named_operator(oleh), peristiwa="client.kunci_tambah"
        )

    async def remove(self, client_id: str, kid: str, *, oleh: str) -> Client:
        """Take a key away: from now on it proves nothing.

        Raises NotFound, and Conflict for the client's last live key.
        """
        now = self._clock()

        def step(client: Client) -> Client:
            _has_keys(client)
            rest = tuple(jwk for jwk in client.jwks if jwk["kid"] != kid)
            changed = msgspec.structs.replace(client, jwks=rest)
            if len(rest) == len(client.jwks):
                raise NotFound("kunci itu tidak ada / no such key")
            if not rest or (client.kunci_hidup(now) and not changed.kunci_hidup(now)):
                raise Conflict(
                    "kunci terakhir yang berlaku: tambah kunci lain atau tangguhkan client / "
                    "the last live key: add another one first, or suspend the client"
                )
            return changed

        return await self._clients.update_client(
            client_id, step, oleh=named_operator(oleh), peristiwa="client.kunci_hapus"
        )

    def _bounds(self, not_before: datetime | None, not_after: datetime | None) -> dict[str, int]:
        now = self._clock()
        if not_after is not None and not_after <= max(not_before or now, now):
            raise BadInput("not_after: sudah lewat atau sebelum / is past or before not_before")
        bounds = {"nbf": not_before, "exp": not_after}
        return {name: int(at.timestamp()) for name, at in bounds.items() if at is not None}


def _has_keys(client: Client) -> None:
    if client.auth is not AuthMethod.PRIVATE_KEY_JWT:
        raise BadInput("client ini memakai rahasia / this client has a secret, not a key")
