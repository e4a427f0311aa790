"""The two agencies that load the gateway: one at the strict issuer, one at the legacy issuer."""

import base64
import http.client
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from bench.load.proofs import assertion_for, make, proof_for
from bench.serving.process import HOST
from gateway.application.admin.manage_clients import ManageClients
from gateway.application.admin.manage_grants import ManageGrants
from gateway.domain.client import AuthMethod
from gateway.infra.oauth.client_keys import new_private_jwk, public_jwk
from gateway.parts import Parts

_DRAFTED_BY: Final = "CONTOH A"
_APPROVED_BY: Final = "CONTOH B"
_YEAR: Final = timedelta(days=365)
_DAY: Final = 86_400
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ATTRIBUTES: Final = (
    "nik", "nama_lengkap", "tempat_lahir", "tanggal_lahir", "jenis_kelamin",
    "status_kawin", "pekerjaan", "status_hubungan_keluarga", "alamat", "kode_wilayah", "provinsi",
    "kab_kota", "kecamatan", "desa_kelurahan", "status_penduduk",
)  # fmt: skip
_ANY_GRANT: Final = {
    "wilayah": ["*"],
    "kategori": ["*"],
    "tujuan": "P-BANSOS",
    "dasar_hukum": "UU 27/2022 pasal 20 ayat (2) huruf e",
    "nomor_pks": "CONTOH/001/PKS/2026",
}
_LOOKUPS: Final = {
    "scopes": ["penduduk:read", "systems:read"],
    "atribut": ATTRIBUTES,
    "cari_per_hari": 10**9,
    "boleh_cache": True,
    "maks_umur": _DAY,
}
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """A registered client; it has either a key or a secret."""

    client_id: str
    url: str
    key: dict[str, Any] | None = None
    secret: str = ""

    @property
    def grant_id(self) -> str:
        return grant_of(self.client_id)

    @property
    def token_path(self) -> str:
        return "/oauth2/token" if self.key else "/legacy/oauth2/token"

    def token_requests(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Headers and body of requests for a token, each good once."""
        form = {"grant_type": "client_credentials"}
        if self.key is None:
            pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers = {**_FORM, "authorization": f"Basic {pair}"}
            return [(headers, urlencode(form).encode())] * count
        form["client_assertion_type"] = _ASSERTION
        proofs = make(proof_for(self.key, self.url + self.token_path), count)
        assertions = make(assertion_for(self.key, self.client_id, self.url), count)
        return [
            ({**_FORM, "dpop": proof}, urlencode({**form, "client_assertion": assertion}).encode())
            for proof, assertion in zip(proofs, assertions, strict=True)
        ]

    def token(self) -> str:
        """A fresh token; it lives for 300 seconds."""
        headers, body = self.token_requests(1)[0]
        told = _post(self.url, self.token_path, headers, body)
        return str(told["access_token"])

    def headers(self) -> dict[str, str]:
        """What a request by a bearer of a fresh token says."""
        return {"authorization": f"Bearer {self.token()}"}

    def proved_headers(self, path: str, count: int, method: str = "POST") -> list[dict[str, str]]:
        """What requests with a fresh token and a proof each say; each is good once."""
        assert self.key is not None
        token = self.token()
        wanted = proof_for(self.key, self.url + path, token, method=method)
        return [{"authorization": f"DPoP {token}", "dpop": proof} for proof in make(wanted, count)]


def grant_of(client_id: str) -> str:
    """The one grant of a client."""
    return f"G-{client_id.upper()}"


async def register(parts: Parts) -> tuple[Agency, Agency]:
    """The agency of the legacy issuer, whose grant is of the lower class, and the strict one's."""
    return (
        await add_agency(parts, "lama", _LOOKUPS | {"kelas": "RENDAH"}, with_key=False),
        await add_agency(parts, "ketat", _LOOKUPS | {"kelas": "TINGGI"}, with_key=True),
    )


async def add_agency(
    parts: Parts, client_id: str, grant: Mapping[str, Any], *, with_key: bool
) -> Agency:
    """Register a client with one grant in force; it has a key, or else a secret."""
    clients = ManageClients(parts.clients, parts.clock)
    key = new_private_jwk() if with_key else None
    await clients.add(
        client_id,
        opd=f"CONTOH {client_id.upper()}",
        auth=AuthMethod.PRIVATE_KEY_JWT if key else AuthMethod.CLIENT_SECRET,
        jwks=[public_jwk(key)] if key else [],
        berakhir_pada=None,
        oleh=_DRAFTED_BY,
    )
    secret = ""
    if key is None:
        made = await clients.add_secret(client_id, lifetime=_YEAR, oleh=_DRAFTED_BY)
        secret = made.secret.reveal()
    await _grant(parts, client_id, grant)
    return Agency(client_id=client_id, url=parts.settings.public_url, key=key, secret=secret)


async def _grant(parts: Parts, client_id: str, grant: Mapping[str, Any]) -> None:
    grants = ManageGrants(parts.clients, parts.clock)
    now = parts.clock()
    document = {
        **_ANY_GRANT,
        **grant,
        "grant_id": grant_of(client_id),
        "client_id": client_id,
        "berlaku_dari": now,
        "berlaku_sampai": now + _YEAR,
        "pks_berlaku_sampai": now + 2 * _YEAR,
    }
    drafted = await grants.draft(msgspec.json.encode(document), oleh=_DRAFTED_BY)
    await grants.approve(drafted.grant_id, oleh=_APPROVED_BY, versi=drafted.versi)


def _post(url: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    connection = http.client.HTTPConnection(HOST, int(url.rpartition(":")[2]), timeout=10)
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        told: dict[str, Any] = msgspec.json.decode(answer.read())
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {told.get('error')}")
    return told
