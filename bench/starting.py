"""How long the programs take to start, and which packages their imports cost."""

import contextlib
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from bench.result import Scale, Table
from gateway.infra.crypto import new_key
from gateway.infra.db.upgrading.migrate import upgrade
from tests.fixtures.ports import free_port

_GATEWAY: Final = (sys.executable, "-m", "gateway")
_PATIENCE: Final = 60.0
_POLL: Final = 0.002
_SHOWN: Final = 12
_LINE: Final = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \| +(\S+)$", re.MULTILINE)


def measure(scale: Scale) -> list[Table]:
    """The programs' start-up, in turns, and the server's imports by package."""
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        environment = _environment(Path(folder))
        programs: dict[str, Callable[[], float]] = {
            "bare Python": lambda: _seconds_to_end(sys.executable, "-c", "pass"),
            "`gateway --help`, to its end": lambda: _seconds_to_end(*_GATEWAY, "--help"),
            "`gateway serve`, to its first answer": lambda: _seconds_to_live(environment),
        }
        rounds = [[start() for start in programs.values()] for _ in range(scale.rounds)]
    taken = [[1000 * seconds for seconds in each] for each in zip(*rounds, strict=True)]
    bare = statistics.median(taken[0])
    middles = [(statistics.median(each), max(each)) for each in taken]
    return [
        Table(
            title="Start-up",
            columns=("program", "ms", "slowest", "times bare Python"),
            rows=tuple(
                (name, middle, slowest, middle / bare)
                for name, (middle, slowest) in zip(programs, middles, strict=True)
            ),
            note=f"Rounds: {scale.rounds}. Byte code is compiled before. The server is on SQLite, "
            "migrated and empty, and answers /health/live.",
        ),
        _imports_table("gateway.app"),
    ]


def _imports_table(module: str) -> Table:
    spent = _imports(module)
    total = sum(spent.values())
    return Table(
        title=f"What `import {module}` spends, by package",
        columns=("package", "ms", "share"),
        rows=(
            *((name, ms, ms / total) for name, ms in list(spent.items())[:_SHOWN]),
            ("all", total, 1.0),
        ),
        note="One run, and measuring slows it: read the shares. A package pays for its modules' "
        "own bodies, and for the garbage collection that happens to fall into them.",
    )


def _environment(folder: Path) -> dict[str, str]:
    store = folder / "store.db"
    store.touch()
    upgrade(f"sqlite:///{store}")
    mine = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
    return mine | {
        "GATEWAY_DATABASE_URL": f"sqlite:///{store}",
        "GATEWAY_DATA_KEYS": f"bench:{new_key()}",
        "GATEWAY_INDEX_KEY": new_key(),
    }


def _seconds_to_end(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _seconds_to_live(environment: Mapping[str, str]) -> float:
    port = free_port()
    started = time.perf_counter()
    with _running((*_GATEWAY, "serve", "--port", str(port)), environment) as server:
        while not _is_live(port):
            if server.poll() is not None or time.perf_counter() - started > _PATIENCE:
                raise RuntimeError("the server did not start")
            time.sleep(_POLL)
        return time.perf_counter() - started


@contextlib.contextmanager
def _running(
    command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _is_live(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _imports(module: str) -> dict[str, float]:
    """Package -> milliseconds that its modules' own bodies took, the dearest first."""
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    spent: Counter[str] = Counter()
    for micros, name in _LINE.findall(told):
        package = name.partition(".")[0]
        spent["Python itself" if package in sys.stdlib_module_names else package] += int(micros)
    return {package: micros / 1000 for package, micros in spent.most_common()}
