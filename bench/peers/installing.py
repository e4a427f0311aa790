"""Installs the peers' packages, at pinned versions, into var/bench; once, and only when wanted."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.serving.tools import ToolsMissing, need

_HERE: Final = Path(__file__).parent
_KEPT: Final = _HERE.parent.parent / "var" / "bench"
_READY: Final = ".ready"


def fastapi_python() -> Path:
    """The Python of an environment of its own with FastAPI. Raises ToolsMissing."""
    lock = _HERE / "fastapi" / "requirements.txt"
    folder = _KEPT / "fastapi"
    python = folder / "bin" / "python"
    pip = (str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement")
    make = (sys.executable, "-m", "venv", "--clear", str(folder))
    _install("FastAPI", folder, [lock], [make, (*pip, str(lock))])
    return python


def fastify_server() -> Path:
    """The program beside its packages. Raises ToolsMissing."""
    need(["node", "npm"])
    folder = _KEPT / "fastify"
    files = [_HERE / "fastify" / name for name in ("package.json", "package-lock.json")]
    folder.mkdir(parents=True, exist_ok=True)
    for file in (*files, _HERE / "fastify" / "server.js"):
        shutil.copy(file, folder)
    install = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder))
    _install("Fastify", folder, files, [install])
    return folder / "server.js"


def _install(name: str, folder: Path, locks: list[Path], commands: list[tuple[str, ...]]) -> None:
    """Run the commands, unless they ran before for the very same locks."""
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    mark = folder / _READY
    if mark.exists() and mark.read_text() == wanted:
        return
    for command in commands:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ToolsMissing(f"{name} could not be installed into {folder.name}: {last}")
    mark.write_text(wanted)
