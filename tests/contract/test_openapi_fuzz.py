"""The OpenAPI document, taken at its word: generated requests, and answers held against it."""

import asyncio
from ipaddress import ip_network

import msgspec
import pytest
import schemathesis
from hypothesis import settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from gateway.domain.grant import Kelas, Scope
from tests.fixtures.gateway_app import build, environment, opened
from tests.fixtures.project import read


class Running:
    """The gateway that the requests go to, each from an address of its own."""

    def __init__(self) -> None:
        self.app = None
        self.addresses = iter(ip_network("10.0.0.0/8"))

    async def __call__(self, scope, receive, send) -> None:
        client = (str(next(self.addresses)), 40000)
        await self.app({**scope, "client": client}, receive, send)


running = Running()
bounded = settings(max_examples=10, deadline=None)
described = schemathesis.openapi.from_dict(msgspec.json.decode(read("openapi/gateway.json")))
described.app = running
protected = described.include(path_regex="^/v1/")


@pytest.fixture(scope="module", autouse=True)
def authorization(sqlite_template, tmp_path_factory):
    """The gateway starts; each kind of caller's header."""
    path = tmp_path_factory.mktemp("fuzz") / "gateway.db"
    path.write_bytes(sqlite_template.read_bytes())
    environ = environment(f"sqlite:///{path}")

    headers = asyncio.run(issue_tokens(environ))
    # Built anew, since connections belong to the event loop that opened them.
    running.app = build(environ).app
    return headers


async def issue_tokens(environ):
    scopes = {"all": frozenset(Scope), "none": frozenset()}
    async with opened(environ) as gateway:
        # Tokens of the second issuer, since the fuzzer makes no proofs.
        _, issuer = gateway.parts.issuers
        headers = {}
        for name, some in scopes.items():
            grant = await gateway.grant(scopes=some, kelas=Kelas.RENDAH)
            issued = await issuer.issue(grant, grant.scopes)
            headers[name] = {"Authorization": f"Bearer {issued.token}"}
        return headers


def unacceptable(case):
    """The check that no schema can pass: it tells no cursor, no proof and no 1.0 for what it is."""
    if case.media_type == "application/x-www-form-urlencoded":
        return [positive_data_acceptance]
    told = {**(case.query or {}), **(case.body if isinstance(case.body, dict) else {})}
    odd = told.get("cursor") is not None or any(isinstance(v, float) for v in told.values())
    return [positive_data_acceptance] if odd else []


@described.parametrize()
@bounded
def test_a_caller_with_all_rights_gets_what_is_described(case, authorization):
    headers = authorization["all"]
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
