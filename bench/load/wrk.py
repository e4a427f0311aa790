"""Loads a server with wrk: as fast as it answers on 64 connections that stay open."""

import subprocess
from pathlib import Path
from typing import Final

import msgspec

from bench.load.requests import Replay
from bench.serving.process import Server

CONNECTIONS: Final = 64
_SCRIPT: Final = Path(__file__).with_name("replay.lua")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What wrk counted. `failed` are answers of 400 and above and broken connections."""

    requests: int
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: requests per second, the server's processor time for each, and the waits."""

    per_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


class RunFailed(Exception):
    """Not every request was answered well, so that the run says nothing."""


def run_wrk(server: Server, replay: Replay, seconds: float) -> Run:
    """Raises RunFailed unless every answer is sound."""
    before = server.cpu_seconds()
    told = subprocess.run(
        [
            "wrk",
            *("--threads", "1", "--connections", str(CONNECTIONS), "--timeout", "10s"),
            *("--duration", f"{max(1, round(seconds))}s", "--script", str(_SCRIPT), server.url),
            *("--", str(replay.file), "once" if replay.once else "again"),
        ],
        check=True,
        capture_output=True,
    ).stdout
    spent = server.cpu_seconds() - before
    answered = msgspec.json.decode(told.splitlines()[-1], type=Answered)
    if answered.failed or not answered.requests:
        raise RunFailed(f"{answered.failed} of {answered.requests} requests failed")
    return Run(
        per_second=answered.requests / answered.seconds,
        cpu_us=1e6 * spent / answered.requests,
        p50_ms=answered.p50_ms,
        p99_ms=answered.p99_ms,
    )
