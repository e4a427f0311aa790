"""What a request shows of its sender."""

from gateway.api.sent_headers import read_headers, texts
from gateway.domain.proof import Shown
from gateway.domain.systems import Scope


def shown_by(scope: Scope) -> Shown:
    """Every value of each header, the method, the escaped path and the peer's address."""
    state, peer = scope.get("state", {}), scope.get("client")
    # The door has read them already.
    headers = state.get("headers") or read_headers(scope)
    return Shown(
        authorization=texts(headers, b"authorization"),
        proofs=texts(headers, b"dpop"),
        certificates=texts(headers, b"client-cert"),
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        peer=peer[0] if peer else None,
    )
