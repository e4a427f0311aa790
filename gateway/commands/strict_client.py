"""A client of a running gateway that proves itself with its key at every step (DPoP)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from gateway.commands.running import BAD_INPUT, stop
from gateway.infra.oauth.client_keys import sign_assertion, sign_proof
from gateway.kit.clock import system_clock
from gateway.kit.http import HttpPools
from gateway.kit.transport import Answer, Call, Endpoint, Http, Limits, TransportFailure

_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
_USUAL: Final = Limits()


class StrictClient:
    """One client with one key, at one gateway. What goes wrong ends the command in words."""

    def __init__(self, http: Http, url: str, client_id: str, key: Mapping[str, Any]) -> None:
        self._http = http
        self._url = url
        self._client_id = client_id
        self._key = key

    @classmethod
    @asynccontextmanager
    async def at(
        cls, url: str, client_id: str, key: Mapping[str, Any], limits: Limits = _USUAL
    ) -> AsyncIterator[Self]:
        """The client, connected until the end of the block."""
        try:
            http = HttpPools()("gateway", Endpoint(base_url=url, limits=limits))
        except ValueError as error:
            stop(str(error), BAD_INPUT)
        try:
            yield cls(http, url, client_id, key)
        finally:
            await http.close()

    async def token(self, wishes: Mapping[str, str | None]) -> str:
        """A fresh token that is bound to the key; `wishes` are further members of the form."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": sign_assertion(
                self._key, self._client_id, self._url, system_clock()
            ),
            **{name: text for name, text in wishes.items() if text},
        }
        answer = await self._send("POST", "/oauth2/token", _FORM, urlencode(form).encode())
        return _token_of(answer)

    async def call(
        self,
        method: str,
        target: str,
        token: str,
        body: bytes | None,
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to one request with the token; `target` is a path with its query.

        A body is JSON, unless `more` headers say otherwise.
        """
        headers = {"authorization": f"DPoP {token}"}
        if body is not None:
            headers["content-type"] = "application/json"
        headers |= more or {}
        return await self._send(method, target, headers, body or b"", token)

    async def _send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        token: str | None = None,
    ) -> Answer:
        parts = urlsplit(target)
        proof = sign_proof(self._key, method, self._url + parts.path, system_clock, token)
        try:
            return await self._http.send(
                Call(
                    operation="client",
                    method=method,
                    path=parts.path,
                    query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                    headers={**headers, "dpop": proof},
                    body=body,
                )
            )
        except TransportFailure as failure:
            stop(f"{self._url}: no answer ({failure.kind})")


def _token_of(answer: Answer) -> str:
    try:
        told = msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        stop(f"the gateway answered {answer.status} without JSON")
    if answer.status != 200:
        reason = told.get("error_description") or told.get("detail") or ""
        stop(f"refused: {told.get('error') or told.get('code')}: {reason}")
    return str(told["access_token"])
