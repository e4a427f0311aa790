"""A sender that hangs up in the middle of a body: no token, no crash in the log."""

import logging
from typing import Any, cast

import pytest

from tests.attacks.attacker import FORM, TOKEN


@pytest.mark.parametrize("path", [TOKEN, "/oauth2/revoke", "/v1/penduduk/lookup"])
async def test_a_body_that_breaks_off(attacker, caplog, path):
    said: list[dict[str, Any]] = []
    heard = iter(
        [
            {"type": "http.request", "body": b"grant_type=", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(heard)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    proof = attacker.prover(path, attacker.token, method="POST").proof()
    kind = "application/json" if path.startswith("/v1") else FORM
    headers = {"content-type": kind, "dpop": proof, "authorization": f"DPoP {attacker.token}"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "client": ("192.0.2.200", 40000),
        "server": ("127.0.0.1", 8000),
    }
    with caplog.at_level(logging.ERROR):
        await attacker.gateway.app(cast("Any", scope), receive, send)
    assert said[0]["status"] == 400
    assert not caplog.records
