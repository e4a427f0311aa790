"""A simulated timestamping authority (RFC 3161 over HTTP), with whatever may be wrong with one."""

import os
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

import msgspec
from cryptography.hazmat import asn1
from msgspec import Meta

from gateway.domain.systems import Receive, Scope, Send
from gateway.kit.clock import Clock, system_clock
from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.shapes import Imprint, Query, Reply, SignedMessage, Status
from gateway.sandbox.tsa_certificates import Authority, SignerKind
from gateway.sandbox.tsa_tokens import signed_token, token_info

SLUG: Final = "tsa"
_REPLY: Final = b"application/timestamp-reply"
_JSON: Final = b"application/json"
_PEM: Final = b"application/x-pem-file"
_REJECTION: Final = 2
_HASHED_BYTES: Final = {shapes.SHA256: 32, shapes.SHA384: 48, shapes.SHA512: 64}


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with the tokens; `PUT /_control` changes any of it."""

    status: Annotated[int, Meta(ge=0, le=5, description="PKIStatus; 0 and 1 bring a token")] = 0
    nonce: Literal["same", "other", "none"] = "same"
    imprint: Literal["same", "other"] = "same"
    signer: Annotated[SignerKind, Meta(description="Whose certificate")] = "sound"
    broken: Annotated[bool, Meta(description="The signature is of something else")] = False
    certificates: Annotated[bool, Meta(description="The token carries them")] = True
    ahead: Annotated[int, Meta(description="Seconds by which its clock is ahead")] = 0
    garbage: Annotated[bool, Meta(description="Answers bytes without any meaning")] = False


class TimestampAuthority:
    """An ASGI app: `POST /` stamps, `GET /ca.pem` tells the anchor."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self.authority = Authority(clock())
        self.control = Control()
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        match scope["method"], path.rstrip("/"):
            case "GET", "/ca.pem":
                answer = 200, _PEM, self.authority.pem()
            case "PUT", "/_control":
                answer = self._change(await _read(receive))
            case "POST", "":
                answer = 200, _REPLY, self.stamp(await _read(receive))
            case _:
                answer = 404, _JSON, b"{}"
        await _reply(send, *answer)

    def _change(self, body: bytes) -> tuple[int, bytes, bytes]:
        try:
            changes = msgspec.json.decode(body, type=dict[str, Any])
            merged = msgspec.to_builtins(self.control) | changes
            self.control = msgspec.convert(merged, Control)
        except msgspec.MsgspecError as error:
            return 400, _JSON, msgspec.json.encode({"error": str(error)})
        return 200, _JSON, msgspec.json.encode(self.control)

    def stamp(self, body: bytes) -> bytes:
        """The answer to one query."""
        self.asked += 1
        control = self.control
        if control.garbage:
            return os.urandom(200)
        if control.status > 1:
            return _encoded(control.status, None)
        try:
            query = asn1.decode_der(Query, body)
        except ValueError:
            return _encoded(_REJECTION, None)
        length = _HASHED_BYTES.get(query.imprint.algorithm.kind)
        if length != len(query.imprint.hashed):
            return _encoded(_REJECTION, None)
        return _encoded(control.status, self._token(query))

    def _token(self, query: Query) -> SignedMessage:
        control, imprint = self.control, query.imprint
        if control.imprint == "other":
            other = os.urandom(len(imprint.hashed))
            imprint = Imprint(algorithm=imprint.algorithm, hashed=other)
        told = query.nonce or 0
        nonce = {"same": query.nonce, "other": told + 1, "none": None}[control.nonce]
        now = self._clock() + timedelta(seconds=control.ahead)
        info = token_info(imprint, nonce, now)
        is_sent = control.certificates and query.cert_req
        sent = self.authority.chain(control.signer) if is_sent else []
        holder = self.authority.signer(control.signer)
        return signed_token(info, holder, sent, broken=control.broken)


def _encoded(status: int, token: SignedMessage | None) -> bytes:
    told = Status(status=status, text=None, failure=None)
    return asn1.encode_der(Reply(status=told, token=token))


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def _reply(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
