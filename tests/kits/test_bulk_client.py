"""A client that others wrote for FHIR's bulk export drives the gateway's, from kick-off to deletion.

smart-fetch takes 300 MB with all that it needs, so it is not among the test's own packages: the
test runs where GATEWAY_TEST_BULK_CLIENT names a Python that has it (`pip install smart-fetch`).
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from datetime import timedelta

import httpx
import pytest

from gateway.domain.grant import JenisGrant, Scope
from gateway.infra.db.exports.exports import SqlExports
from gateway.infra.oauth.client_keys import public_jwk
from gateway.kit.clock import system_clock
from gateway.parts import Parts, read_everything
from tests.attacks.test_certificates import OURS
from tests.contract.shelf import record
from tests.fixtures.certifying_proxy import certifying_proxy
from tests.fixtures.gateway_app import environment
from tests.fixtures.oauth import client_of, grant_of, private_key, sign
from tests.fixtures.ports import free_ports
from tests.fixtures.project import ROOT
from tests.fixtures.servers import running

PROGRAM = os.environ.get("GATEWAY_TEST_BULK_CLIENT", "")
KEY = private_key("ES256")
DAY = timedelta(days=1)

pytestmark = pytest.mark.skipif(
    not PROGRAM, reason="GATEWAY_TEST_BULK_CLIENT names no Python with smart-fetch"
)


def answers(url):
    try:
        return httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def token(url):
    """A token that is bound to the certificate, so that a plain Bearer will do."""
    claims = {"iss": "dinkes", "sub": "dinkes", "aud": url, "jti": secrets.token_urlsafe(16)}
    claims["exp"] = int(system_clock().timestamp()) + 60
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": sign(claims, KEY),
    }
    answer = httpx.post(f"{url}/oauth2/token", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


@pytest.fixture
async def site(sqlite_template, tmp_path):
    path = tmp_path / "gateway.db"
    shutil.copy(sqlite_template, path)
    port = free_ports(2)[0]
    url = f"http://127.0.0.1:{port + 1}"
    more = {
        "GATEWAY_PUBLIC_URL": url,
        "GATEWAY_TRUSTED_PROXIES": "127.0.0.1",
        "GATEWAY_EXPORTS_DIR": str(tmp_path / "ekspor"),
        "GATEWAY_EXPORTS_FILE_ROWS": "40",
    }
    environ = {
        name: text
        for name, text in environment(f"sqlite:///{path}", **more).items()
        if "DUKCAPIL" not in name and "SIMASOS" not in name
    }
    parts = Parts(*read_everything(environ))
    now = system_clock()
    keys = {"jwks": (public_jwk(KEY),), "dibuat_pada": now - DAY}
    await parts.clients.save_client(client_of("dinkes", **keys), oleh="CONTOH A")
    await parts.clients.append_grant(
        grant_of(
            "dinkes", "G-SALINAN", jenis=JenisGrant.SINKRONISASI, wilayah=frozenset("*"),
            scopes=frozenset({Scope.PPKS_EXPORT}), berlaku_dari=now - DAY, berlaku_sampai=now + DAY,
        ),
        oleh="CONTOH A",
    )  # fmt: skip
    await parts.imports.save([record(number) for number in range(100)], dry_run=False)
    told = [f"{name}={text}" for name, text in environ.items()]
    command = ["env", *told, f"{sys.prefix}/bin/gateway", "serve", "--port", str(port)]
    upstream = f"http://127.0.0.1:{port}"
    with (
        running(command, is_ready=lambda: answers(upstream), log=tmp_path / "log"),
        certifying_proxy(port + 1, upstream, OURS),
    ):
        yield url, parts
    await parts.close()


def exported(url, folder, *since):
    """Lines by the file that the client made of them, and the moment that it understood."""
    bearer = folder.with_suffix(".token")
    bearer.write_text(token(url))
    command = [PROGRAM, ROOT / "tests/kits/bulk_client.py", f"{url}/v1", bearer, folder, *since]
    done = subprocess.run(
        list(map(str, command)), check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = {
        str(one.relative_to(folder)): [json.loads(line) for line in one.read_text().splitlines()]
        for one in sorted(folder.rglob("ppks.*.ndjson"))
    }
    return lines, done.stdout.splitlines()[-1]


async def test_it_keeps_a_copy(site, tmp_path):
    url, parts = site
    lines, moment = exported(url, tmp_path / "satu")
    assert sorted(map(len, lines.values())) == [20, 40, 40]
    first = {one["id"] for file in lines.values() for one in file}
    assert len(first) == 100
    changed = [record(1, dihapus=True), record(2, "ppks:lain"), record(200)]
    await parts.imports.save(changed, dry_run=False)
    lines, _ = exported(url, tmp_path / "dua", moment)
    (there, gone) = (lines["ppks.001.ndjson"], lines["deleted/ppks.001.ndjson"])
    assert len(there) == 2
    assert [one["jenis"] for one in gone] == ["hapus"]
    assert {one["id"] for one in gone} < first
    assert await SqlExports(parts.database).all(system_clock()) == []
    log = [json.loads(line) for line in (tmp_path / "dua/log.ndjson").read_text().splitlines()]
    assert log[-1]["eventId"] == "export_complete"
