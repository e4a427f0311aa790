"""The OpenAPI document, taken at its word: generated requests, and answers held against it."""

import asyncio
import re
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from ipaddress import ip_network
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from gateway.domain.grant import JenisGrant, Kelas, Scope
from tests.fixtures.auditors import auditing
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.project import read


class Running:
    """The gateway that the requests go to, each from an address of its own.

    The fuzzer has an event loop for every request; the gateway's connections belong to one.
    """

    def __init__(self) -> None:
        self.app = None
        self.addresses = iter(ip_network("10.0.0.0/8"))
        self.loop = asyncio.new_event_loop()
        self.life = AsyncExitStack()

    async def __call__(self, scope, receive, send) -> None:
        there, here = self.loop, asyncio.get_running_loop()
        if scope["type"] == "lifespan":
            # Each of the fuzzer's clients would start and end it; it lives as long as the module.
            await self.ends_with_the_module(receive, send)
            return

        async def receive_here() -> dict[str, Any]:
            return await on(here, receive())

        async def send_here(message: dict[str, Any]) -> None:
            await on(here, send(message))

        client = (str(next(self.addresses)), 40000)
        await on(there, self.app({**scope, "client": client}, receive_here, send_here))

    async def ends_with_the_module(self, receive, send) -> None:
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})


async def on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any]) -> Any:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


NUMBER = re.compile(r"[0-9]{16}")
COPYING = frozenset((Scope.PPKS_SYNC, Scope.PPKS_EXPORT))
running = Running()
UNHURRIED = {"GATEWAY_CHANGES_WAIT": "0"}
bounded = settings(max_examples=10, deadline=None)
described = schemathesis.openapi.from_dict(msgspec.json.decode(read("openapi/gateway.json")))
described.app = running
audited = described.include(path_regex="^/v1/audit/")
protected = described.include(path_regex="^/v1/")
copies = described.include(path_regex=r"^/v1/(exports|\$export|ppks/changes)")
SINCE = frozenset(("sejak", "_since"))
PAIRS = (SINCE, {"jenis", "_type"}, {"atribut", "_elements"}, {"format", "_outputFormat"})


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_it_is(_context, text):
    """The bodies of lookup jobs are described as texts."""
    return str(text).encode()


@pytest.fixture(scope="module", autouse=True)
def authorization(sqlite_template, tmp_path_factory):
    """The gateway runs; each kind of caller's header."""
    path = tmp_path_factory.mktemp("fuzz") / "gateway.db"
    path.write_bytes(sqlite_template.read_bytes())
    thread = threading.Thread(target=running.loop.run_forever)
    thread.start()
    headers = asyncio.run_coroutine_threadsafe(begin(path), running.loop).result()
    yield headers
    asyncio.run_coroutine_threadsafe(running.life.aclose(), running.loop).result()
    running.loop.call_soon_threadsafe(running.loop.stop)
    thread.join()
    running.loop.close()


async def begin(path):
    exports = {
        "GATEWAY_EXPORTS_DIR": str(path.parent / "ekspor"),
        "GATEWAY_EXPORTS_PER_CLIENT": "1000",
    }
    gateway = await running.life.enter_async_context(
        opened(environment(f"sqlite:///{path}", **UNHURRIED, **exports))
    )
    running.app = gateway.app
    # Tokens of the second issuer, since the fuzzer makes no proofs.
    _, issuer = gateway.parts.issuers
    headers = {}
    kinds = {
        "all": {"scopes": frozenset(Scope)},
        "none": {"scopes": frozenset()},
        "auditor": auditing(bukti=True),
    }
    for name, changes in kinds.items():
        grant = await gateway.grant(**{**changes, "kelas": Kelas.RENDAH})
        issued = await issuer.issue(grant, grant.scopes)
        headers[name] = {"Authorization": f"Bearer {issued.token}"}
    # No draft of this type has this class; the fuzzer makes no proofs.
    copying = await gateway.grant(jenis=JenisGrant.SINKRONISASI, scopes=COPYING, kelas=Kelas.RENDAH)
    issued = await issuer.issue(copying, copying.scopes)
    headers["copies"] = {"Authorization": f"Bearer {issued.token}"}
    return headers


def unacceptable(case):
    """The check that no schema can pass: it tells no cursor, no proof and no 1.0 for what it is.

    Nor what a text must hold to be the rows of a job, which the fuzzer can only leave out, nor
    that a code in a URL may not be a person's number, that of two words for the same only one may
    be given, nor what is too long ago.
    """
    if case.media_type == "application/x-www-form-urlencoded":
        return [positive_data_acceptance]
    told = [part for part in (case.query, case.body) if isinstance(part, dict)]
    if case.operation.path == "/v1/penduduk/jobs" and case.method == "POST":
        # Whatever is no text has become one on its way.
        became_text = [] if isinstance(case.body, str) else [negative_data_rejection]
        return [positive_data_acceptance, *became_text]
    if case.operation.path == "/v1/ppks/batch":
        # What is wrong with a record is told in the answer, and not by its status.
        return [positive_data_acceptance, negative_data_rejection]
    query = set(case.query or ())
    if query & SINCE or any(query >= pair for pair in PAIRS):
        return [positive_data_acceptance]
    numbered = any(NUMBER.search(str(value)) for value in (case.query or {}).values())
    odd = numbered or any(
        part.get("cursor") is not None or any(isinstance(v, float) for v in part.values())
        for part in told
    )
    return [positive_data_acceptance] if odd else []


@described.parametrize()
@bounded
def test_a_caller_with_all_rights_gets_what_is_described(case, authorization):
    headers = authorization["all"]
    case.call_and_validate(headers=headers, excluded_checks=unacceptable(case))


@copies.parametrize()
@bounded
def test_a_caller_that_keeps_a_copy_gets_what_is_described(case, authorization):
    headers = authorization["copies"]
    case.call_and_validate(headers=headers, excluded_checks=unacceptable(case))


@audited.parametrize()
@bounded
def test_an_auditor_gets_what_is_described(case, authorization):
    headers = authorization["auditor"]
    case.call_and_validate(headers=headers, excluded_checks=unacceptable(case))


@protected.parametrize()
@bounded
def test_a_caller_without_scopes_gets_what_is_described(case, authorization):
    headers = authorization["none"]
    case.call_and_validate(headers=headers, excluded_checks=unacceptable(case))


@protected.parametrize()
@bounded
def test_a_caller_without_a_token_gets_what_is_described(case):
    case.call_and_validate(excluded_checks=unacceptable(case))
