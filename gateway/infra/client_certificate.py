"""The certificate that a client showed to the proxy in front (RFC 9440), as RFC 8705 names it.

Whether the certificate is in force and who issued it, the proxy has checked or has not; here it
only stands for the key that the client holds.
"""

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from gateway.domain.proof import CertificateFault, CertificateInvalid

_MAX_CHARS: Final = 8192
# A byte sequence of RFC 8941 section 3.3.5, without parameters, for RFC 9440 defines none.
_BYTES: Final = re.compile(r":([A-Za-z0-9+/]+={0,2}):")
_MOST_CERTIFICATES: Final = 1024


class TrustedProxies:
    """Believes `Client-Cert` headers of the proxies in front, and of nobody else."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """`addresses` are IP addresses or networks (`10.0.0.0/8`). Raises ValueError."""
        self._networks = tuple(ip_network(address) for address in addresses)

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self._networks)

    def thumbprint(self, certificates: Sequence[str], peer: str | None) -> str | None:
        """`x5t#S256` of the certificate, None where there is none or no proxy is trusted at all.

        `certificates` are the values of the `Client-Cert` headers, `peer` is the address that the
        connection comes from. Raises CertificateInvalid.
        """
        if not certificates or not self._networks:
            return None
        if not self._trusts(peer):
            raise CertificateInvalid(CertificateFault.STRANGER)
        if len(certificates) > 1:
            raise CertificateInvalid(CertificateFault.SEVERAL)
        return certificate_thumbprint(certificates[0])

    def _trusts(self, peer: str | None) -> bool:
        try:
            address = _unmapped(ip_address(peer or ""))
        except ValueError:
            return False
        return any(address in network for network in self._networks)


@functools.lru_cache(_MOST_CERTIFICATES)
def certificate_thumbprint(field: str) -> str:
    """`x5t#S256` (RFC 8705 section 3.1) of a `Client-Cert` value. Raises CertificateInvalid."""
    found = _BYTES.fullmatch(field) if len(field) <= _MAX_CHARS else None
    if found is None:
        raise CertificateInvalid(CertificateFault.MALFORMED)
    try:
        der = base64.b64decode(found[1], validate=True)
        # Its key is read too, so that bytes which only look like a certificate bind nothing.
        load_der_x509_certificate(der).public_key()
    except (ValueError, InvalidVersion, UnsupportedAlgorithm):
        raise CertificateInvalid(CertificateFault.MALFORMED) from None
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """A server that listens on both kinds writes IPv4 addresses as IPv6 ones."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
