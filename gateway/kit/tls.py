"""How the gateway makes sure that an outside system is who it should be."""

import ssl
from functools import cache


def client_context(ca_file: str | None) -> ssl.SSLContext:
    """The TLS context for a system; `ca_file` is a PEM bundle, None the machine's own store.

    With a bundle nothing else is trusted. The name or address in the URL must be in the
    certificate, with one exception: a bundle without any CA certificate names the very
    certificates that are accepted (pinned leaves), and what such a certificate is called adds
    nothing. Raises ValueError for a bundle that cannot be read.
    """
    return _machine_context() if ca_file is None else _pinned_context(ca_file)


@cache
def _machine_context() -> ssl.SSLContext:
    # Reading the machine's store takes tens of milliseconds, and the context can be shared.
    return ssl.create_default_context()


def _pinned_context(ca_file: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ValueError("ca_file: no readable PEM bundle of certificates") from None
    # Lets a pinned certificate that some CA issued be the anchor, without that CA.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    stored = context.cert_store_stats()
    if stored["x509"] == 0:
        raise ValueError("ca_file: holds no certificate")
    context.check_hostname = stored["x509_ca"] > 0
    return context


def certificate_refused(error: BaseException | None) -> bool:
    """Whether a failed connection failed because the server's certificate is not believed."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
