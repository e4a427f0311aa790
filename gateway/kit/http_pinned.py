"""One POST to one address that was checked before: no name is resolved here, nothing followed."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult

import httpx

from gateway.kit.http_redirects import NOWHERE
from gateway.kit.tls import certificate_refused
from gateway.kit.transport import TransportFailure, TransportKind

_HTTPS: Final = "https"
_HEADERS: Final = {"user-agent": "ppks-gateway", "accept-encoding": "identity"}
_FAILURES: Final[tuple[tuple[type[Exception], TransportKind], ...]] = (
    (httpx.TimeoutException, TransportKind.TIMED_OUT),
    (TimeoutError, TransportKind.TIMED_OUT),
    (httpx.ConnectError, TransportKind.CONNECT_FAILED),
    (httpx.HTTPError, TransportKind.BROKEN_OFF),
    (OSError, TransportKind.BROKEN_OFF),
)


async def post_pinned(
    url: SplitResult,
    address: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    tls: ssl.SSLContext,
    seconds: float,
) -> tuple[int, Mapping[str, str]]:
    """Status and headers of the answer, whose body is not read.

    `address` is the IP address to connect to; the certificate must be that of the URL's own host,
    which also stands in `Host`. Raises TransportFailure after `seconds` at the latest.
    """
    host = url.hostname or ""
    netloc = f"[{address}]" if ":" in address else address
    port = f":{url.port}" if url.port else ""
    target = url._replace(netloc=netloc + port, fragment="").geturl()
    named = url.netloc.rpartition("@")[2]
    try:
        async with (
            asyncio.timeout(seconds),
            # A client of its own: nothing that one subscriber sets may reach another.
            httpx.AsyncClient(
                verify=tls, trust_env=False, follow_redirects=False, event_hooks=NOWHERE
            ) as client,
            client.stream(
                "POST",
                target,
                headers={**_HEADERS, **headers, "host": named},
                content=body,
                timeout=seconds,
                extensions={"sni_hostname": host} if url.scheme == _HTTPS else {},
            ) as answer,
        ):
            return answer.status_code, {
                name.lower(): value for name, value in answer.headers.items()
            }
    except (httpx.HTTPError, OSError) as error:
        raise _failure(error) from None


def _failure(error: Exception) -> TransportFailure:
    if certificate_refused(error):
        return TransportFailure(TransportKind.CERTIFICATE_REFUSED, sent=False)
    kind = next(kind for fault, kind in _FAILURES if isinstance(error, fault))
    return TransportFailure(kind, sent=kind is not TransportKind.CONNECT_FAILED)
