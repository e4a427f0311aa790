"""Whose things are that are worked on later, and whether their grant still serves then."""

from datetime import datetime

from gateway.application.caller.caller import Caller
from gateway.domain.grant import Grant, Scope
from gateway.domain.grant_types import dalam_jenis
from gateway.domain.ports import Clients
from gateway.domain.tugas import PemilikTugas


def owner_of(caller: Caller) -> PemilikTugas:
    """Whose a job or an export is that this caller asks for, and whose the caller can see."""
    return PemilikTugas(client_id=caller.client_id, grant_id=caller.grant.grant_id)


async def grant_in_force(
    clients: Clients,
    pemilik: PemilikTugas,
    now: datetime,
    scope: Scope = Scope.PENDUDUK_READ,
    *,
    sejak: datetime | None = None,
) -> Grant | None:
    """The grant of an owner, where both still may do what the scope names.

    `sejak`: when a reading began that goes on. It ends where the client's tokens of then do.
    """
    client = await clients.client(pemilik.client_id)
    grant = await clients.grant(pemilik.grant_id)
    if client is None or grant is None or not grant.berlaku(now):
        return None
    if not client.menerima(sejak or now, now):
        return None
    return grant if scope in dalam_jenis(grant).scopes else None
