"""The sandbox's agencies: registered like any other, their keys written down to be tried."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from gateway.application.admin.manage_clients import ManageClients
from gateway.application.admin.manage_grants import ManageGrants
from gateway.domain.client import AuthMethod
from gateway.infra.oauth.client_keys import new_private_jwk, public_jwk
from gateway.parts import Parts
from gateway.sandbox.world import data_file

_DRAFTED_BY = "penyusun-kotak-pasir"
_APPROVED_BY = "penyetuju-kotak-pasir"
_YEAR = timedelta(days=365)


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """One client and its grant, as `data/clients.json` has them."""

    client_id: str
    opd: str
    auth: AuthMethod
    grant: dict[str, Any]


async def register_clients(parts: Parts, target: Path) -> None:
    """Register every agency that is not there yet, and write `clients.json` with their keys.

    The file is the only place of the private halves, so where it is lost new ones are made.
    """
    known = _known(target)
    agencies = msgspec.json.decode(data_file("clients.json"), type=tuple[Agency, ...])
    entries = [known.get(agency.client_id) or await _register(parts, agency) for agency in agencies]
    _write(target, parts.settings.public_url, entries)


async def _register(parts: Parts, agency: Agency) -> dict[str, Any]:
    clients = ManageClients(parts.clients, parts.clock)
    key = new_private_jwk() if agency.auth is AuthMethod.PRIVATE_KEY_JWT else None
    await clients.add(
        agency.client_id,
        opd=agency.opd,
        auth=agency.auth,
        jwks=[] if key is None else [public_jwk(key)],
        berakhir_pada=None,
        oleh=_DRAFTED_BY,
    )
    credential: dict[str, Any] = {"private_jwk": key}
    if key is None:
        made = await clients.add_secret(agency.client_id, lifetime=_YEAR, oleh=_DRAFTED_BY)
        credential = {"client_secret": made.secret.reveal()}
    await _give_grant(parts, agency)
    return {
        "client_id": agency.client_id,
        "opd": agency.opd,
        "auth": agency.auth.value,
        **credential,
        "grants": [agency.grant["grant_id"]],
        "scopes": agency.grant["scopes"],
    }


async def _give_grant(parts: Parts, agency: Agency) -> None:
    now = parts.clock()
    grants = ManageGrants(parts.clients, parts.clock)
    document = agency.grant | {
        "client_id": agency.client_id,
        "berlaku_dari": now,
        "berlaku_sampai": now + _YEAR,
        "pks_berlaku_sampai": now + 2 * _YEAR,
    }
    drafted = await grants.draft(msgspec.json.encode(document), oleh=_DRAFTED_BY)
    await grants.approve(drafted.grant_id, oleh=_APPROVED_BY, versi=drafted.versi)


def _known(target: Path) -> dict[str, dict[str, Any]]:
    if not target.exists():
        return {}
    written = msgspec.json.decode(target.read_bytes())
    return {entry["client_id"]: entry for entry in written["clients"]}


def _write(target: Path, issuer: str, entries: list[dict[str, Any]]) -> None:
    document = {
        "issuer": issuer,
        "legacy_token_endpoint": f"{issuer}/legacy/oauth2/token",
        "clients": entries,
    }
    text = msgspec.json.format(msgspec.json.encode(document), indent=1)
    opener = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opener, "wb") as file:
        file.write(text)
