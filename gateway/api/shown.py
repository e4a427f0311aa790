"""What a request shows of its sender, taken from the framework."""

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection

from gateway.domain.proof import Shown


def shown_by(connection: ASGIConnection[Any, Any, Any, Any]) -> Shown:
    """Every value of each header, the method, the escaped path and the peer's address."""
    # The framework's type is that of websockets too, which have no method and never come here.
    scope: Mapping[str, Any] = connection.scope
    headers, client = connection.headers, connection.client
    return Shown(
        authorization=tuple(headers.getall("authorization", [])),
        proofs=tuple(headers.getall("dpop", [])),
        certificates=tuple(headers.getall("client-cert", [])),
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        peer=client.host if client else None,
    )
