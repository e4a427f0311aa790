"""Counts refusals of callers whom nobody knows, so that no flood of them fills the audit log."""

from ipaddress import IPv6Network, ip_address
from typing import Final

from gateway.api.limits import too_many
from gateway.domain.ports import Allowance

_PER_MINUTE: Final = 60
_MINUTE: Final = 60
# A network of this size is given to one household or office: its addresses are one caller's.
_IPV6_PREFIX: Final = 64


class NamelessRefusals:
    """One count for each address, at all doors of the gateway together."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance

    async def count(self, client_ip: str | None) -> None:
        """Count one. Raises QuotaSpent past the limit; Unavailable where nobody can tell."""
        taken = await self._allowance.take(_key(client_ip), _PER_MINUTE, _MINUTE)
        if not taken.allowed:
            raise too_many(taken)

    async def hear(self, client_ip: str | None) -> None:
        """Count none. Raises QuotaSpent where one more would be past the limit; Unavailable."""
        taken = await self._allowance.take(_key(client_ip), _PER_MINUTE, _MINUTE, 0)
        if not taken.remaining:
            raise too_many(taken)


def _key(client_ip: str | None) -> str:
    return f"refused:{_counted(client_ip)}"


def _counted(client_ip: str | None) -> str:
    if client_ip is None:
        return "?"
    address = ip_address(client_ip)
    if address.version == 4:
        return client_ip
    return str(IPv6Network((int(address), _IPV6_PREFIX), strict=False))
