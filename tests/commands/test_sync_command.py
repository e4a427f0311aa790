"""`gateway sync` against a SIJOSKU that runs: both ways, and what an operator decides."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import anyio
import pytest

from gateway.domain.grant import JenisGrant, Scope
from gateway.parts import Parts, read_everything
from tests.contract.province import ATTRIBUTES
from tests.contract.shelf import record
from tests.fixtures.oauth import client_of, grant_of


def alone(work) -> None:
    """Run it in a thread of its own: this one may have an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, work).result()


@pytest.fixture
def syncing(terminal, untouched):
    terminal.environ |= untouched
    terminal.environ |= {
        "GATEWAY_SYNC_IN": "sijosku",
        "GATEWAY_SYNC_OUT": '{"sijosku": "G-SINKRON"}',
    }
    return terminal


def prepare(environ) -> None:
    """A record of another system, and the agreement under which it may be sent."""

    async def work() -> None:
        parts = Parts(*read_everything(environ))
        now = datetime.now(UTC)
        grant = grant_of(
            "kaltara",
            "G-SINKRON",
            jenis=JenisGrant.SINKRONISASI,
            scopes=frozenset({Scope.PPKS_SYNC}),
            atribut=ATTRIBUTES,
            wilayah=frozenset({"*"}),
            berlaku_dari=now - timedelta(days=1),
            berlaku_sampai=now + timedelta(days=1),
        )
        await parts.clients.save_client(client_of("kaltara", dibuat_pada=now), oleh="CONTOH A")
        await parts.clients.append_grant(grant, oleh="CONTOH A")
        await parts.imports.save([record(1, sistem="siks_ng")], dry_run=False)
        await parts.close()

    alone(work)


def control(settings, **told) -> None:
    url = settings["GATEWAY_SIJOSKU_URL"] + "/_control"
    body = json.dumps(told).encode()
    with urlopen(Request(url, data=body, method="PUT"), timeout=5) as answer:
        assert answer.status == 200


def test_both_ways_and_what_an_operator_decides(syncing):
    prepare(syncing.environ)
    told = syncing("sync", "run").output
    assert re.search(r"sijosku/masuk: complete \d+ baru", told)
    assert "sijosku/keluar: complete 1 baru" in told
    assert "sijosku/keluar: complete nothing new" in syncing("sync", "run").output
    lines = json.loads(syncing("sync", "status", "--json").stdout)
    assert [(line["jalur"]["arah"], line["alasan"]) for line in lines] == [
        ("keluar", None),
        ("masuk", None),
    ]
    assert lines[0]["kiriman"] == {"diterima": 1}
    assert "in order; complete" in syncing("sync", "status").output
    assert "0 missing or different, 0 too many" in syncing("sync", "compare", "sijosku").output

    syncing("sync", "pause", "sijosku", "out", "--oleh", "CONTOH A")
    assert "sijosku/keluar: paused" in syncing("sync", "run", "sijosku", "out", code=1).output
    syncing("sync", "resume", "sijosku", "--oleh", "CONTOH A")
    syncing("sync", "reset", "sijosku", "out", "--oleh", "CONTOH A")
    assert "complete nothing new" in syncing("sync", "run", "sijosku", "out").output

    control(syncing.environ, restart="without_memory")
    assert "1 missing or different" in syncing("sync", "compare", "sijosku", code=3).output
    syncing("sync", "compare", "sijosku", "--repair")
    assert "0 missing or different" in syncing("sync", "compare", "sijosku").output
    events = [row[0] for row in syncing.rows("SELECT peristiwa FROM catatan_admin ORDER BY nomor")]
    assert events[-4:] == ["sinkron.jeda", "sinkron.lanjut", "sinkron.lanjut", "sinkron.ulang"]


def test_what_goes_wrong_is_said_and_shown(syncing):
    prepare(syncing.environ)
    control(syncing.environ, quota_spent=True)
    try:
        told = syncing("sync", "run", code=1).output
    finally:
        control(syncing.environ)
    assert "sijosku/masuk: upstream_" in told
    assert "upstream_" in syncing("sync", "status", code=3).output
    settings = dict(syncing.environ)
    syncing.environ |= {"GATEWAY_SYNC_IN": "", "GATEWAY_SYNC_OUT": "{}"}
    assert "sijosku" not in syncing("sync", "status").output
    syncing.environ |= settings
    syncing("sync", "run")
    ((ppks, pushed),) = syncing.rows("SELECT ppks_id, id_jauh FROM sinkron_kiriman")
    control(syncing.environ, edit={"id": pushed, "set": {"nama": "CONTOH DI SANA"}})
    parts = Parts(*read_everything(syncing.environ))

    async def change() -> None:
        await parts.imports.save([record(1, "ppks:lain", sistem="siks_ng")], dry_run=False)
        await parts.close()

    alone(change)
    syncing("sync", "run", "sijosku", "out")
    assert "konflik" in syncing("sync", "status", code=3).output
    assert syncing("sync", "held", "sijosku").output.startswith(f"{ppks} konflik VERSI_USANG")
    syncing("sync", "send-over", "sijosku", ppks)
    assert syncing("sync", "held", "sijosku").output == ""


def test_what_is_not_synchronised_is_said(terminal):
    told = terminal("sync", "run", code=2).output
    assert "GATEWAY_SYNC_IN" in told
