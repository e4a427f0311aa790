"""Looks a client up by the name that a request gives it."""

import re
from typing import Final

from gateway.domain.client import Client
from gateway.domain.ports import Clients

# RFC 6749 appendix A.1: visible ASCII. No database is asked for anything else.
_CLIENT_ID: Final = re.compile(r"[!-~]{1,100}")


async def find_registered(clients: Clients, client_id: str) -> Client | None:
    """The client of this name, or None."""
    if _CLIENT_ID.fullmatch(client_id) is None:
        return None
    return await clients.client(client_id)
