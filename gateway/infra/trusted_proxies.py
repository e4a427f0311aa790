"""The proxies in front whose word about a client counts: its address and its certificate."""

import functools
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from gateway.domain.proof import CertificateFault, CertificateInvalid
from gateway.infra.oauth.client_certificate import certificate_thumbprint

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Some proxies write the port too; an IPv6 address then stands in brackets.
_WITH_PORT: Final = re.compile(r"(?a)\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|(\d[\d.]+):\d{1,5}")
_MAPPED: Final = IPv6Network("::ffff:0:0/96")


class TrustedProxies:
    """Believes what the proxies in front say of a client, and nobody else."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """`addresses` are IP addresses or networks (`10.0.0.0/8`). Raises ValueError."""
        self._networks = tuple(map(_network, addresses))

    def __bool__(self) -> bool:
        """Whether any proxy is trusted."""
        return bool(self._networks)

    def client_address(self, peer: str | None, forwarded: Sequence[str]) -> str | None:
        """The client's address, None where the connection has none (a unix socket).

        `peer` is the address that the connection comes from, `forwarded` are the values of the
        `X-Forwarded-For` headers in their order. Only what trusted proxies wrote counts: from the
        right up to the first address that is none of theirs. Where something else than an address
        stands on that way, it is the peer's.
        """
        if not forwarded or not self._networks:
            return _written(peer or "")
        address = _address(peer or "")
        return None if address is None else str(self._behind(address, forwarded))

    def _behind(self, peer: Address, forwarded: Sequence[str]) -> Address:
        client = peer
        for entry in reversed(",".join(forwarded).split(",")):
            if not self._trusts(client):
                break
            # RFC 9110 section 5.6.1: empty elements of a list do not count.
            if text := entry.strip():
                told = _entry(text)
                if told is None:
                    return peer
                client = told
        return client

    def thumbprint(self, certificates: Sequence[str], peer: str | None) -> str | None:
        """`x5t#S256` of the certificate, None where there is none or no proxy is trusted at all.

        `certificates` are the values of the `Client-Cert` headers, `peer` is the address that the
        connection comes from. Raises CertificateInvalid.
        """
        if not certificates or not self._networks:
            return None
        address = _address(peer or "")
        if address is None or not self._trusts(address):
            raise CertificateInvalid(CertificateFault.STRANGER)
        if len(certificates) > 1:
            raise CertificateInvalid(CertificateFault.SEVERAL)
        return certificate_thumbprint(certificates[0])

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


@functools.lru_cache(4096)
def _address(text: str) -> Address | None:
    """The address; a server that listens on both kinds writes IPv4 addresses as IPv6 ones."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@functools.lru_cache(4096)
def _written(text: str) -> str | None:
    """The address in its usual form."""
    address = _address(text)
    return None if address is None else str(address)


def _entry(text: str) -> Address | None:
    """What a proxy wrote, without the port; a zone (`%eth0`) means nothing on another machine."""
    found = _WITH_PORT.fullmatch(text)
    return None if "%" in text else _address(found[1] or found[2] if found else text)


def _network(text: str) -> Network:
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        first = network.network_address.ipv4_mapped
        return IPv4Network((int(first or 0), network.prefixlen - 96))
    return network
