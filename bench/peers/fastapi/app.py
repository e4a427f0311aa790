"""The same lookup in FastAPI the usual way: PyJWT, redis-py, pydantic, a line of audit before it.

Its settings: BENCH_KEY (PEM), BENCH_GRANTS, BENCH_REDIS, BENCH_LOG, and BENCH_AUDIT = `each`
(written and synced before the answer leaves) or `behind` (written, synced when the system likes).
"""

import json
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import jwt
import redis.asyncio
from fastapi import Depends, FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

ISSUER = "https://issuer.contoh.go.id"
AUDIENCE = "https://gateway.contoh.go.id"
GRANTS = json.loads(os.environ["BENCH_GRANTS"])
KEY = Path(os.environ["BENCH_KEY"]).read_bytes()
LOG = os.open(os.environ["BENCH_LOG"], os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
SYNCED = os.environ["BENCH_AUDIT"] == "each"


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    nik: Annotated[str, Field(pattern=r"^\d{16}$")]
    maks_umur: int = 0


class Meta(BaseModel):
    request_id: str
    sistem: str
    pada: float
    umur: int
    dari_cache: bool
    asli: dict[str, Any]


class Answer(BaseModel):
    data: dict[str, Any]
    meta: Meta


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.redis = redis.asyncio.Redis.from_url(os.environ["BENCH_REDIS"])
    yield
    await app.state.redis.aclose()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()


async def claims(told: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict[str, Any]:
    try:
        return jwt.decode(
            told.credentials, KEY, algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None


async def caller(told: Annotated[dict[str, Any], Depends(claims)]) -> dict[str, Any]:
    if "penduduk:read" not in told["scope"].split():
        raise HTTPException(403)
    return told


def record(line: bytes) -> None:
    os.write(LOG, line)
    if SYNCED:
        os.fdatasync(LOG)


@app.post("/v1/penduduk/lookup")
async def lookup(asked: Asked, who: Annotated[dict[str, Any], Depends(caller)]) -> Answer:
    kept = await app.state.redis.get(f"orang:{asked.nik}")
    if kept is None:
        raise HTTPException(404)
    now = time.time()
    person = json.loads(kept)
    granted = GRANTS[who["grant_id"]]
    data = {name: person["data"][name] for name in granted if name in person["data"]}
    request_id = str(uuid.uuid4())
    entry = {
        "pada": now,
        "peristiwa": "penduduk.lookup",
        "client_id": who["client_id"],
        "grant_id": who["grant_id"],
        "atribut": sorted(data),
        "request_id": request_id,
    }
    line = json.dumps(entry).encode() + b"\n"
    if SYNCED:
        await run_in_threadpool(record, line)
    else:
        record(line)
    meta = Meta(
        request_id=request_id,
        sistem="dukcapil",
        pada=person["pada"],
        umur=int(now - person["pada"]),
        dari_cache=True,
        asli={name: raw for name, raw in person["asli"].items() if name in granted},
    )
    return Answer(data=data, meta=meta)


@app.get("/")
async def alive() -> str:
    return "ok"
