"""Runs a server program until the end of a block, and tells what processor time it used."""

import contextlib
import http.client
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tests.fixtures.servers import running

HOST: Final = "127.0.0.1"
_TICKS: Final = os.sysconf("SC_CLK_TCK")
# The shell becomes the program, so the number that it wrote is the program's.
_WITH_PID: Final = ("sh", "-c", 'echo $$ > "$0"; exec "$@"')


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A server that answers; `pid` is its first process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time of its processes so far, by the kernel's clock of 10 ms."""
        return sum(_ticks(pid) for pid in _family(self.pid)) / _TICKS


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    port: int,
    folder: Path,
    ready: str = "/",
    answers: int = 200,
) -> Iterator[Server]:
    """The program from its first sound answer to GET `ready` on; stopped at the end of the block.

    Its log is `folder`/PORT.log. Raises RuntimeError with the end of it where it does not start.
    """
    pid_file, log = folder / f"{port}.pid", folder / f"{port}.log"
    told = ["env", "-i", *(f"{name}={text}" for name, text in environment.items())]
    with running(
        [*_WITH_PID, str(pid_file), *told, *command],
        is_ready=lambda: _status(port, ready) == answers,
        log=log,
    ):
        yield Server(port=port, pid=int(pid_file.read_text()))


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _family(root: int) -> set[int]:
    """A process and all that descend from it."""
    family = {root}
    for pid in sorted(int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()):
        with contextlib.suppress(OSError):
            if int(_stat(pid)[1]) in family:
                family.add(pid)
    return family


def _ticks(pid: int) -> int:
    with contextlib.suppress(OSError):
        fields = _stat(pid)
        return int(fields[11]) + int(fields[12])
    return 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third one on; the second, a name, may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
