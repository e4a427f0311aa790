"""Keeps clients, secrets and the versions of grants; every write leaves an admin row."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.client import Client, SecretRow, StatusClient
from gateway.domain.errors import Conflict, NotFound
from gateway.domain.grant import Grant
from gateway.infra.db.admin_log import note
from gateway.infra.db.clients.rows import (
    client_row,
    find_client,
    grant_row,
    grants,
    live_secrets,
    newest_grants,
    to_client,
    versions,
)
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import CLIENT, CLIENT_SECRET, GRANT_VERSI
from gateway.kit.clock import Clock
from gateway.kit.recent import Recent

_MOST_LIVE_SECRETS: Final = 2


class SqlClients:
    """The `Clients` port on SQLite and PostgreSQL.

    A client, and the newest version of a grant, may be `remember` seconds old where another
    process has changed them.
    """

    def __init__(self, database: Database, clock: Clock, *, remember: float = 0.0) -> None:
        self._database = database
        self._clock = clock
        self._recent = Recent(remember)

    async def close(self) -> None:
        """Break off what is being read beside."""
        await self._recent.close()

    async def client(self, client_id: str) -> Client | None:
        """One client, or None."""

        async def read() -> Client | None:
            async with self._database.reading() as connection:
                return await find_client(connection, client_id)

        return await self._recent.get(("client", client_id), read)

    async def clients(self) -> Sequence[Client]:
        """All clients by id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(CLIENT).order_by(CLIENT.c.client_id))
            return [to_client(row) for row in rows]

    async def save_client(self, client: Client, *, oleh: str) -> None:
        """Add a client or change it.

        Raises Conflict where the id belongs to a client that was added at another moment, and where
        a revoked client would come back.
        """
        async with self._changing() as connection:
            before = await find_client(connection, client.client_id, lock=True)
            if before is None:
                await _insert(connection, CLIENT, client_row(client), "client_id")
            else:
                _may_replace(before, client)
                same = CLIENT.c.client_id == client.client_id
                await connection.execute(sa.update(CLIENT).where(same).values(client_row(client)))
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa="client.tambah" if before is None else "client.ubah",
                objek=client.client_id,
                rincian={"sebelum": before and _summary(before), "sesudah": _summary(client)},
            )

    async def update_client(
        self, client_id: str, step: Callable[[Client], Client], *, oleh: str, peristiwa: str
    ) -> Client:
        """Store what `step` makes of a client, while nobody else can change it.

        Raises NotFound, Conflict as `save_client` does, and whatever `step` raises.
        """
        async with self._changing() as connection:
            before = await _locked(connection, client_id)
            after = step(before)
            _may_replace(before, after)
            same = CLIENT.c.client_id == client_id
            await connection.execute(sa.update(CLIENT).where(same).values(client_row(after)))
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa=peristiwa,
                objek=client_id,
                rincian={"sebelum": _summary(before), "sesudah": _summary(after)},
            )
            return after

    async def secrets(self, client_id: str) -> Sequence[SecretRow]:
        """The secrets that have not run out, oldest first."""
        async with self._database.reading() as connection:
            return await live_secrets(connection, client_id, self._clock())

    async def add_secret(self, secret: SecretRow, *, oleh: str) -> None:
        """Add a secret. Raises NotFound without its client, Conflict where two are live already."""
        now = self._clock()
        async with self._changing() as connection:
            # The client's row is the lock: two secrets cannot be added at the same time.
            await _locked(connection, secret.client_id)
            if len(await live_secrets(connection, secret.client_id, now)) >= _MOST_LIVE_SECRETS:
                raise Conflict("sudah ada dua rahasia yang berlaku / two secrets are live already")
            values = msgspec.structs.asdict(secret)
            await _insert(connection, CLIENT_SECRET, values, "secret_id")
            await note(
                connection,
                pada=now,
                oleh=oleh,
                peristiwa="client.rahasia",
                objek=secret.client_id,
                rincian={"secret_id": secret.secret_id, "berlaku_sampai": secret.berlaku_sampai},
            )

    async def end_secret(
        self, secret: SecretRow, *, not_before: datetime | None, oleh: str
    ) -> None:
        """Have a secret end when the row says.

        `not_before`: from which issue on the client's tokens hold; None = as it was. Raises
        NotFound without such a secret, and where it ends before that anyway.
        """
        async with self._changing() as connection:
            await _locked(connection, secret.client_id)
            longer = sa.and_(
                CLIENT_SECRET.c.secret_id == secret.secret_id,
                CLIENT_SECRET.c.client_id == secret.client_id,
                CLIENT_SECRET.c.berlaku_sampai > secret.berlaku_sampai,
            )
            values = {"berlaku_sampai": secret.berlaku_sampai}
            done = await connection.execute(sa.update(CLIENT_SECRET).where(longer).values(values))
            if not done.rowcount:
                raise NotFound("rahasia itu berakhir sebelumnya / that secret ends before that")
            if not_before is not None:
                same = CLIENT.c.client_id == secret.client_id
                await connection.execute(
                    sa.update(CLIENT).where(same).values(not_before=not_before)
                )
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa="client.rahasia_akhir",
                objek=secret.client_id,
                rincian={"secret_id": secret.secret_id, **values, "not_before": not_before},
            )

    async def grant(self, grant_id: str) -> Grant | None:
        """The newest version, or None."""

        async def read() -> Grant | None:
            newest = versions(grant_id, newest_first=True).limit(1)
            async with self._database.reading() as connection:
                found = await grants(connection, newest)
            return found[0] if found else None

        return await self._recent.get(("grant", grant_id), read)

    async def grants_of(self, client_id: str) -> Sequence[Grant]:
        """The newest version of each of a client's grants, by id."""
        async with self._database.reading() as connection:
            return await grants(connection, newest_grants(client_id))

    async def grant_history(self, grant_id: str) -> Sequence[Grant]:
        """All versions, oldest first."""
        async with self._database.reading() as connection:
            return await grants(connection, versions(grant_id))

    async def append_grant(self, grant: Grant, *, oleh: str) -> None:
        """Store the next version.

        Raises Conflict where that version exists already, is not the next one or has another
        client than the versions before it; NotFound where there is no such client.
        """
        pada = self._clock()
        async with self._changing() as connection:
            if await find_client(connection, grant.client_id) is None:
                raise NotFound("client tidak ada / no such client")
            await _check_next(connection, grant)
            await _insert(connection, GRANT_VERSI, grant_row(grant, pada, oleh), "versi")
            await note(
                connection,
                pada=pada,
                oleh=oleh,
                peristiwa="grant.versi",
                objek=grant.grant_id,
                rincian={
                    "versi": grant.versi,
                    "jenis": grant.jenis,
                    "status": grant.status,
                    "client_id": grant.client_id,
                    "disetujui_oleh": grant.disetujui_oleh,
                },
            )

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, after which nothing that was read before it is given again."""
        try:
            async with self._database.writing() as connection:
                yield connection
        finally:
            self._recent.forget()


async def _insert(
    connection: AsyncConnection, table: sa.Table, values: dict[str, Any], what: str
) -> None:
    try:
        await connection.execute(sa.insert(table).values(values))
    except IntegrityError:
        raise Conflict(f"{what}: sudah ada / exists already") from None


async def _check_next(connection: AsyncConnection, grant: Grant) -> None:
    query = (
        sa.select(GRANT_VERSI.c.versi, GRANT_VERSI.c.client_id)
        .where(GRANT_VERSI.c.grant_id == grant.grant_id)
        .order_by(GRANT_VERSI.c.versi.desc())
        .limit(1)
    )
    last = (await connection.execute(query)).one_or_none()
    if grant.versi != (1 if last is None else last.versi + 1):
        raise Conflict("versi: bukan versi berikutnya / not the next version")
    if last is not None and last.client_id != grant.client_id:
        raise Conflict("client_id: tidak dapat berpindah / a grant cannot change its client")


async def _locked(connection: AsyncConnection, client_id: str) -> Client:
    client = await find_client(connection, client_id, lock=True)
    if client is None:
        raise NotFound("client tidak ada / no such client")
    return client


def _may_replace(before: Client, after: Client) -> None:
    if before.dibuat_pada != after.dibuat_pada:
        raise Conflict("client_id: sudah ada / exists already")
    if before.status is StatusClient.DICABUT and after.status is not StatusClient.DICABUT:
        raise Conflict("client sudah dicabut / the client was revoked")


def _summary(client: Client) -> dict[str, Any]:
    return {
        "opd": client.opd,
        "auth": client.auth,
        "status": client.status,
        "berakhir_pada": client.berakhir_pada,
        "not_before": client.not_before,
        "kunci": [{"kid": key.get("kid"), **_bounds(key)} for key in client.jwks],
    }


def _bounds(jwk: dict[str, Any]) -> dict[str, Any]:
    return {name: jwk[name] for name in ("nbf", "exp") if name in jwk}
