"""Starts the ceilings and the peers, each on the server's core, with the same people in Redis."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import redis
from joserfc import jwt
from joserfc.jwk import RSAKey

from bench.peers.installing import fastapi_python, fastify_server
from bench.serving.agencies import ATTRIBUTES
from bench.serving.cores import on_server_core
from bench.serving.process import HOST, Server, serving
from gateway.domain.person import terisi
from gateway.sandbox.world import residents
from tests.fixtures.ports import free_port

_GRANT: Final = "G-CONTOH"
_LIFE: Final = 86_400
_CLAIMS: Final = {
    "iss": "https://issuer.contoh.go.id",
    "aud": "https://gateway.contoh.go.id",
    "sub": "contoh",
    "client_id": "contoh",
    "scope": "penduduk:read systems:read",
    "grant_id": _GRANT,
}
# What the registry wrote where the gateway reads a code; answers of equal size need it too.
_RAW: Final = {
    "jenis_kelamin": {"teks": "PEREMPUAN", "daftar": "dukcapil-jenis-klmin"},
    "status_kawin": {"teks": "KAWIN", "daftar": "dukcapil-status-kawin"},
    "status_hubungan_keluarga": {
        "teks": "KEPALA KELUARGA",
        "daftar": "hubungan-keluarga-dukcapil@siak-11",
    },
    "kode_wilayah": {"teks": "64/2/5/", "daftar": "kemendagri"},
}


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the peers share: a folder for keys and logs, Redis, and a token of a usual issuer."""

    folder: Path
    redis_url: str
    token: str

    @property
    def key_file(self) -> Path:
        return self.folder / "issuer.pem"

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def surroundings(folder: Path, redis_url: str) -> Surroundings:
    """An RS256 token, which is quicker to check than ES256; everybody in Redis."""
    folder.mkdir(parents=True, exist_ok=True)
    key = RSAKey.generate_key(2048)
    (folder / "issuer.pem").write_bytes(key.as_pem(private=False))
    now = int(time.time())
    token = jwt.encode({"alg": "RS256"}, {**_CLAIMS, "iat": now, "exp": now + _LIFE}, key)
    _fill(redis_url, now)
    return Surroundings(folder=folder, redis_url=redis_url, token=token)


@contextlib.contextmanager
def bare(name: str, answer: Path, folder: Path) -> Iterator[Server]:
    """One of the ceilings, which answers what the file holds."""
    port = free_port()
    command = [sys.executable, "-m", "bench.peers.bare", name, str(port), str(answer)]
    with serving(on_server_core(command), _known(), port=port, folder=folder, ready="/") as server:
        yield server


@contextlib.contextmanager
def fastapi(around: Surroundings, audit: str) -> Iterator[Server]:
    """FastAPI on uvicorn with uvloop and httptools; `audit` is `each` or `behind`."""
    port = free_port()
    app = Path(__file__).parent / "fastapi"
    command = [
        *(str(fastapi_python()), "-m", "uvicorn", "app:app", "--app-dir", str(app)),
        *("--host", HOST, "--port", str(port), "--loop", "uvloop", "--http", "httptools"),
        *("--no-access-log", "--log-level", "warning"),
    ]
    with _peer(command, around, port, {"BENCH_AUDIT": audit}) as server:
        yield server


@contextlib.contextmanager
def fastify(around: Surroundings, style: str, audit: str) -> Iterator[Server]:
    """Fastify, `usual` or `tuned`; `audit` is `each`, `group` or `behind`."""
    port = free_port()
    told = {"BENCH_STYLE": style, "BENCH_AUDIT": audit, "BENCH_PORT": str(port)}
    with _peer(["node", str(fastify_server())], around, port, told) as server:
        yield server


@contextlib.contextmanager
def _peer(
    command: Sequence[str], around: Surroundings, port: int, told: Mapping[str, str]
) -> Iterator[Server]:
    environment = {
        **_known(),
        **told,
        "BENCH_GRANTS": msgspec.json.encode({_GRANT: ATTRIBUTES}).decode(),
        "BENCH_KEY": str(around.key_file),
        "BENCH_LOG": str(around.folder / f"audit-{port}.ndjson"),
        "BENCH_REDIS": around.redis_url,
        "NODE_ENV": "production",
    }
    with serving(on_server_core(command), environment, port=port, folder=around.folder) as server:
        yield server


def _known() -> dict[str, str]:
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return known | {"PYTHONPATH": str(Path(__file__).parents[2])}


def _fill(redis_url: str, now: int) -> None:
    kept: dict[str, Any] = {
        f"orang:{person.nik}": msgspec.json.encode(
            {"data": terisi(person), "pada": now, "asli": _RAW}
        )
        for person in residents()
    }
    with redis.Redis.from_url(redis_url) as client:
        client.mset(kept)
