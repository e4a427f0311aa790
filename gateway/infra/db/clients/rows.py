"""Rows of clients, secrets and grants, and what they are to the domain."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.client import Client, SecretRow
from gateway.domain.grant import Grant
from gateway.infra.db.tables import CLIENT, CLIENT_SECRET, GRANT_VERSI


async def find_client(
    connection: AsyncConnection, client_id: str, *, lock: bool = False
) -> Client | None:
    """One client, or None; `lock` keeps others from changing it until the transaction ends."""
    query = sa.select(CLIENT).where(CLIENT.c.client_id == client_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else to_client(row)


async def live_secrets(
    connection: AsyncConnection, client_id: str, now: datetime
) -> Sequence[SecretRow]:
    """A client's secrets that have not run out, oldest first."""
    query = (
        sa.select(CLIENT_SECRET)
        .where(CLIENT_SECRET.c.client_id == client_id, CLIENT_SECRET.c.berlaku_sampai > now)
        .order_by(CLIENT_SECRET.c.berlaku_dari, CLIENT_SECRET.c.secret_id)
    )
    rows = (await connection.execute(query)).mappings()
    return [msgspec.convert(_values(row), SecretRow) for row in rows]


async def grants(connection: AsyncConnection, query: sa.Select[Any]) -> Sequence[Grant]:
    """The grants of a query that selects `isi` alone."""
    return [msgspec.convert(isi, Grant) for isi in await connection.scalars(query)]


def versions(grant_id: str, *, newest_first: bool = False) -> sa.Select[Any]:
    """Selects all versions of a grant."""
    order = GRANT_VERSI.c.versi.desc() if newest_first else GRANT_VERSI.c.versi
    same = GRANT_VERSI.c.grant_id == grant_id
    return sa.select(GRANT_VERSI.c.isi).where(same).order_by(order)


def newest_grants(client_id: str) -> sa.Select[Any]:
    """Selects the newest version of each of a client's grants, by id."""
    newest = (
        sa.select(GRANT_VERSI.c.grant_id, sa.func.max(GRANT_VERSI.c.versi).label("versi"))
        .where(GRANT_VERSI.c.client_id == client_id)
        .group_by(GRANT_VERSI.c.grant_id)
        .subquery()
    )
    same = sa.and_(
        GRANT_VERSI.c.grant_id == newest.c.grant_id, GRANT_VERSI.c.versi == newest.c.versi
    )
    return sa.select(GRANT_VERSI.c.isi).join(newest, same).order_by(GRANT_VERSI.c.grant_id)


def to_client(row: sa.Row[Any]) -> Client:
    """A client from its row."""
    # The library names columns with a kind of text of its own, which msgspec takes for no text.
    values = {str(name): value for name, value in zip(row._fields, row, strict=True)}
    return msgspec.convert(values, Client)


def client_row(client: Client) -> dict[str, Any]:
    """The row of a client."""
    values = msgspec.structs.asdict(client)
    return values | {"auth": client.auth.value, "status": client.status.value}


def grant_row(grant: Grant, pada: datetime, oleh: str) -> dict[str, Any]:
    """The row of one version of a grant; its document is the same for the same grant."""
    return {
        "grant_id": grant.grant_id,
        "versi": grant.versi,
        "client_id": grant.client_id,
        "isi": msgspec.to_builtins(grant, order="deterministic"),
        "dicatat_pada": pada,
        "dicatat_oleh": oleh,
    }


def _values(row: Mapping[Any, Any]) -> dict[str, Any]:
    # The names are a subclass of str, which msgspec does not take for one.
    return {str(name): value for name, value in row.items()}
