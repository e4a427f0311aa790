"""Which processor core a server has to itself, and which one everybody else shares."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Final

_ALL: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE: Final = _ALL[0]
LOAD_CORE: Final = _ALL[-1]


@contextlib.contextmanager
def on_load_core() -> Iterator[None]:
    """Keeps this process, and what it starts meanwhile, off the server's core."""
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, _ALL)


def on_server_core(command: Sequence[str]) -> list[str]:
    """The command that runs another one on the server's core."""
    return ["taskset", "--cpu-list", str(SERVER_CORE), *command]


def use_every_core() -> None:
    """For workers that prepare something while nothing is measured."""
    os.sched_setaffinity(0, _ALL)
