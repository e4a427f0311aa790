"""Describes the machine and the versions that the numbers belong to."""

import contextlib
import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.fixtures.servers import find_program

_PACKAGES: Final = (
    "ppks-gateway", "aiosqlite", "cryptography", "granian", "litestar", "msgspec", "psycopg",
    "redis", "sqlalchemy",
)  # fmt: skip


def describe_machine() -> dict[str, str]:
    """What -> its value, ready to be shown. The load tells whether other work was running."""
    return {
        "processor": _value_of("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _memory(),
        "load of the last minute": f"{os.getloadavg()[0]:.1f}",
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
        **{name: version(name) for name in _PACKAGES},
    }


def _memory() -> str:
    kib = _value_of("/proc/meminfo", "MemTotal").split()
    return f"{int(kib[0]) / 1024**2:.0f} GiB" if kib else "unknown"


def _value_of(file: str, name: str) -> str:
    """The value of the first `name: value` line of a file of /proc; empty if there is none."""
    with contextlib.suppress(OSError):
        for line in Path(file).read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return ""


def _postgresql() -> str:
    try:
        command = [find_program("postgres"), "--version"]
    except FileNotFoundError:
        return "not installed"
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return told.removeprefix("postgres (PostgreSQL) ").strip()
