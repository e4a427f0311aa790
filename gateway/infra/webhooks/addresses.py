"""Where subscribers may be: names that the operator allows, at addresses that are not our own.

A URL is a stranger's text. It must not make the gateway call what stands beside it: a name is
resolved once, every address that it has is checked, and the connection goes to a checked one.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from gateway.domain.errors import BadInput, FieldError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_ANY: Final = "*"
_LONGEST: Final = 500
_NO_URL: Final = "bukan URL / not a URL"
_PORTS: Final = {"https": 443, "http": 80}
_SIXTEEN: Final = re.compile(r"\d{16}")
_NAME: Final = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
# IPv6 addresses that stand for an IPv4 one, which is the one to be judged.
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")
# Special purposes (IANA) that the language's own table lacks or has only in later versions.
_SPECIAL: Final = tuple(
    map(
        ip_network,
        (
            *("192.0.0.0/24", "192.88.99.0/24"),
            *("64:ff9b:1::/48", "2001::/23", "3fff::/20", "5f00::/16"),
            # Site-local: withdrawn, and still in use within networks.
            "fec0::/10",
        ),
    )
)
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The host has no address, or one that must not be called; `reason` is a word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WebhookAddresses:
    """Decides about URLs and addresses."""

    def __init__(
        self,
        hosts: Sequence[str],
        networks: Sequence[str],
        *,
        plain_http: bool,
        resolve: Resolve | None = None,
    ) -> None:
        """`hosts`: names, `.name` for all below it, `*` for any; none = nobody may be called.

        `networks`: addresses that may be called though they are not public. Raises ValueError.
        """
        self._hosts = tuple(host.lower() for host in hosts)
        self._networks = tuple(map(ip_network, networks))
        self._schemes = ("https", "http") if plain_http else ("https",)
        self._resolve = resolve or _resolved

    def check(self, url: str) -> SplitResult:
        """The parts of a URL that may be called. Raises BadInput."""
        try:
            parts = urlsplit(url)
            fault = self._fault(url, parts)
        except ValueError:
            fault = _NO_URL
        if fault is not None:
            raise BadInput("url tidak diterima / this url is refused", errors=(_field(fault),))
        return parts

    async def address(self, parts: SplitResult) -> str:
        """The address to connect to. Raises AddressRefused."""
        host = parts.hostname or ""
        try:
            found = await self._resolve(host, parts.port or _PORTS[parts.scheme])
        except OSError:
            raise AddressRefused("no_address") from None
        # One that is allowed beside one that is not: whoever names both means harm.
        if not all(self._may_be_called(ip_address(text)) for text in found):
            raise AddressRefused("address_refused")
        if not found:
            raise AddressRefused("no_address")
        return found[0]

    def _fault(self, url: str, parts: SplitResult) -> str | None:
        host = parts.hostname or ""
        faults = (
            (
                len(url) > _LONGEST or not url.isascii() or not url.isprintable(),
                "bukan URL / not a URL",
            ),
            (parts.scheme not in self._schemes, "harus https / must be https"),
            (parts.port == 0, _NO_URL),
            ("@" in parts.netloc, "tanpa nama dan sandi / without user and password"),
            (bool(parts.fragment), "tanpa # / without a fragment"),
            (bool(_SIXTEEN.search(url)), "tanpa NIK atau KK / without a NIK or KK number"),
            (_NAME.fullmatch(host) is None and not _is_address(host), "bukan nama host / no host"),
            (not self._is_allowed(host), "host ini tidak diizinkan / this host is not allowed"),
        )
        return next((text for wrong, text in faults if wrong), None)

    def _is_allowed(self, host: str) -> bool:
        return any(
            allowed in {_ANY, host} or (allowed.startswith(".") and host.endswith(allowed))
            for allowed in self._hosts
        )

    def _may_be_called(self, address: Address) -> bool:
        address = _meant(address)
        if any(address in network for network in self._networks):
            return True
        if any(address in network for network in _SPECIAL):
            return False
        return address.is_global and not (address.is_multicast or address.is_reserved)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return address.sixtofour or address
    return address


async def _resolved(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(item[4][0]) for item in found))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _field(text: str) -> FieldError:
    return FieldError("url", text)
