"""The outermost layer: request ids, the refusal's audit row before its answer, headers, access log.

Here also the client's address is found, which everybody behind reads in `state["client_ip"]`.
Everything that the framework answers passes here, also what its middleware never sees (unknown
paths), so nothing leaves without an id and no refusal leaves without its row in the audit log.
"""

import re
import time
from collections.abc import Callable, Sequence
from http import HTTPMethod
from typing import Any, Final
from urllib.parse import unquote_plus

import msgspec
from litestar.utils.path import normalize_path

from gateway.api.body_deadline import BODY_SECONDS, BodyDeadlines
from gateway.api.challenges import Challenges
from gateway.api.nameless import NamelessRefusals
from gateway.api.problems import MEDIA_TYPE, problem, problem_headers, speaks_english
from gateway.api.sent_headers import SentHeaders, first, read_headers, texts
from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import outcome_of
from gateway.domain.audit import EntriAudit
from gateway.domain.errors import BadInput, GatewayError, QuotaSpent, Unavailable
from gateway.domain.ports import AuditLog
from gateway.domain.ports_auth import AccessToken
from gateway.domain.systems import AsgiApp, Receive, Scope, Send
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.mask import mask_text

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_UUID: Final = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SIXTEEN: Final = re.compile(r"\d{16}")
_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
# Refusals here concern personal data or the right to it; elsewhere there is nothing to audit.
_AUDITED: Final = ("/v1/", "/hooks/")
_METHODS: Final = frozenset(HTTPMethod)

ClientAddress = Callable[[str | None, Sequence[str]], str | None]
"""The client's address by the peer's and the `X-Forwarded-For` headers; None = it has none."""
OnDone = Callable[[Scope, int, float], None]


class Door:
    """Wraps the framework's application."""

    def __init__(
        self,
        app: AsgiApp,
        audit: AuditLog,
        nameless: NamelessRefusals,
        clock: Clock,
        challenges: Challenges,
        client_address: ClientAddress,
        as_error: Callable[[Exception], GatewayError],
        on_done: OnDone,
    ) -> None:
        self._app = app
        self._audit = audit
        self._nameless = nameless
        self._clock = clock
        self._challenges = challenges
        self._client_address = client_address
        self._as_error = as_error
        self._on_done = on_done
        self.bodies = BodyDeadlines(BODY_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = read_headers(scope)
        state = scope.setdefault("state", {})
        state["headers"] = headers
        state["request_id"] = _request_id(first(headers, b"x-request-id"))
        state["interaction_id"] = _interaction_id(first(headers, b"x-fapi-interaction-id"))
        peer = scope.get("client")
        state["client_ip"] = self._client_address(
            peer[0] if peer else None, texts(headers, b"x-forwarded-for")
        )
        if scope["method"] not in _METHODS:
            # A word of the caller's own must not become a metric's label or stand in a log.
            scope["method"] = "OTHER"
        answer = _Answer(self, scope, send)
        if _SIXTEEN.search(_url(scope)):
            await answer.refuse(_number_in_url())
        else:
            await self._ask(scope, receive, answer)
        self._on_done(scope, answer.status, time.perf_counter() - started)

    async def _ask(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """The framework answers its own errors; what stands before it raises them."""
        try:
            await self._app(scope, self.bodies.within_time(receive), answer.send)
        except Exception as exception:
            if answer.status:
                raise
            error = self._as_error(exception)
            if error.status >= 500:
                scope["state"]["exception"] = exception
            await answer.refuse(error)

    async def settle(self, scope: Scope, error: GatewayError) -> GatewayError:
        """The refusal that may leave: its row is written, or another stands in its place."""
        # The framework finds a route also where a slash is doubled.
        if error.audited or not normalize_path(scope["path"]).startswith(_AUDITED):
            return error
        try:
            if "caller" not in scope["state"] and error.status < 500:
                await self._nameless.count(scope["state"]["client_ip"])
            await self._audit.record(_entry(scope, error, self._clock))
        except (QuotaSpent, Unavailable) as instead:
            return instead
        error.audited = True
        return error

    def problem(self, scope: Scope, error: GatewayError) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Headers and body of the problem document."""
        state = scope["state"]
        document = problem(error, state["request_id"], english=_english(state["headers"]))
        body = msgspec.json.encode(document)
        headers = problem_headers(error, self._challenges, state.get("scheme"))
        headers["content-type"] = MEDIA_TYPE
        headers["content-length"] = str(len(body))
        return [(name.encode(), value.encode()) for name, value in headers.items()], body


class _Answer:
    """Watches one answer on its way out."""

    def __init__(self, door: Door, scope: Scope, send: Send) -> None:
        self._door = door
        self._scope = scope
        self._send = send
        self._replaced = False
        self.status = 0

    async def send(self, message: dict[str, Any]) -> None:
        """Pass a message on; before an error's first one, its audit row is written."""
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            error = self._scope["state"].get("error")
            if error is not None:
                settled = await self._door.settle(self._scope, error)
                if settled is not error:
                    self._replaced = True
                    await self._problem(settled)
                    return
            self._dress(message)
        await self._send(message)

    async def refuse(self, error: GatewayError) -> None:
        """Answer without asking the application."""
        await self._problem(await self._door.settle(self._scope, error))

    async def _problem(self, error: GatewayError) -> None:
        self._scope["state"]["error"] = error
        headers, body = self._door.problem(self._scope, error)
        start = {"type": "http.response.start", "status": error.status, "headers": headers}
        self._dress(start)
        await self._send(start)
        shown = b"" if self._scope["method"] == "HEAD" else body
        await self._send({"type": "http.response.body", "body": shown, "more_body": False})

    def _dress(self, start: dict[str, Any]) -> None:
        self.status = start["status"]
        state = self._scope["state"]
        start["headers"] = [
            *start["headers"],
            (b"x-request-id", state["request_id"].encode()),
            *state["interaction_id"],
            *_security(start["headers"]),
            *state.get("rate_headers", ()),
        ]


def _request_id(told: bytes) -> str:
    """The caller's own id where it is harmless, else a new one."""
    if not told:
        return new_id()
    text = told.decode("latin-1")
    if _REQUEST_ID.fullmatch(text) and mask_text(text) == text:
        return text
    return new_id()


def _interaction_id(told: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The header to send back (FAPI): a caller's own id, where it is a UUID as it ought to be."""
    return ((b"x-fapi-interaction-id", told),) if _UUID.fullmatch(told) else ()


def _security(told: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of every answer, but for those that it has already."""
    names = dict(told)
    return [item for item in _SECURITY if item[0] not in names]


def _url(scope: Scope) -> str:
    """Path and query without their percent-encoding, behind which a number could hide."""
    if not scope["query_string"]:
        path: str = scope["path"]
        return path
    return f"{scope['path']}?{unquote_plus(scope['query_string'].decode('latin-1'))}"


def _english(headers: SentHeaders) -> bool:
    return speaks_english({"accept-language": first(headers, b"accept-language").decode("latin-1")})


def _number_in_url() -> BadInput:
    return BadInput(
        "NIK atau KK tidak boleh ada di URL; kirim di isi permintaan / "
        "a NIK or KK number must not stand in a URL; send it in the body",
        code="number_in_url",
    )


def _entry(scope: Scope, error: GatewayError, clock: Clock) -> EntriAudit:
    event = f"{scope['method']} {scope.get('path_template') or '?'}"
    state = scope["state"]
    caller: Caller | None = state.get("caller")
    if caller is not None:
        return caller.entry(event, outcome_of(error), clock(), alasan=error.code)
    token: AccessToken | None = state.get("token")
    return EntriAudit(
        entri_id=new_id(),
        pada=clock(),
        peristiwa=event,
        hasil=outcome_of(error),
        client_id=None if token is None else token.client_id,
        grant_id=None if token is None else token.grant_id,
        alasan=error.alasan,
        request_id=state["request_id"],
    )
