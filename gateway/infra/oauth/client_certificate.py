"""The certificate that a client showed to the proxy in front (RFC 9440), as RFC 8705 names it.

Whether the certificate is in force and who issued it, the proxy has checked or has not; here it
only stands for the key that the client holds.
"""

import base64
import functools
import hashlib
import re
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from gateway.domain.proof import CertificateFault, CertificateInvalid

_MAX_CHARS: Final = 8192
# A byte sequence of RFC 8941 section 3.3.5, without parameters, for RFC 9440 defines none.
_BYTES: Final = re.compile(r":([A-Za-z0-9+/]+={0,2}):")
_MOST_CERTIFICATES: Final = 1024


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
