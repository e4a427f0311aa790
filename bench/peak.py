"""The greatest memory use of a process, told by itself, and of those that it starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

_PAUSE: Final = 0.1


def peak_mib() -> float:
    """The greatest resident memory of this process since it began, in MiB."""
    # Not getrusage: there a process inherits the peak of the one that started it.
    return _peak_mib("self")


@contextmanager
def children_watched() -> Iterator[list[float]]:
    """The greatest resident memory of one child that is there during the block, in MiB.

    They are looked at ten times a second; what the list holds at the end is that of the largest.
    """
    over, peaks = Event(), [0.0]

    def watch() -> None:
        while not over.wait(_PAUSE):
            peaks[:] = [max([*peaks, *map(_peak_mib, _children())])]

    watching = Thread(target=watch)
    watching.start()
    try:
        yield peaks
    finally:
        over.set()
        watching.join()


def _children() -> Iterator[str]:
    for told in Path("/proc/self/task").glob("*/children"):
        yield from told.read_text().split()


def _peak_mib(process: str) -> float:
    """0 of one that has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return max((int(line.split()[1]) / 1024 for line in lines), default=0.0)
