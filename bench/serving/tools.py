"""Programs that a bare machine does not have, and what to say where one is missing."""

from collections.abc import Sequence
from typing import Final

from tests.fixtures.servers import find_program

_PACKAGES: Final = {
    "node": "nodejs",
    "npm": "npm",
    "redis-server": "redis-server",
    "taskset": "util-linux",
    "wrk": "wrk",
}


class ToolsMissing(Exception):
    """What a measure needs and the machine does not have, in one line."""


def need(tools: Sequence[str]) -> None:
    """Raises ToolsMissing where a program cannot be found."""
    missing = [tool for tool in tools if not _is_there(tool)]
    if missing:
        packages = " ".join(_PACKAGES[tool] for tool in missing)
        raise ToolsMissing(f"needs {', '.join(missing)} (Debian: apt-get install {packages})")


def _is_there(tool: str) -> bool:
    try:
        find_program(tool)
    except FileNotFoundError:
        return False
    return True
