"""Sees to it that a process may open as many files as the connections that it may come to have."""

import resource
from typing import Final

import structlog

from gateway.commands.server import CONNECTIONS
from gateway.infra.redis.client import MOST_CONNECTIONS
from gateway.parts import Parts

_OF_ITS_OWN: Final = 64
"""Logs, libraries, the event loop."""
_PER_SESSION: Final = 3
"""Of the store: SQLite has the file, its log and the index of that open in each connection."""
_PER_CALL: Final = 2
"""To outside systems: connections that the HTTP library may hold for each call under way."""


def needed(parts: Parts) -> int:
    """The most files that one process of these settings has open at a time."""
    settings = parts.settings
    configs = [each for each in parts.systems.configs.values() if getattr(each, "url", "")]
    calls = sum(getattr(config, "max_concurrency", 0) for config in configs)
    sessions = settings.database_pool + 1
    redis = MOST_CONNECTIONS if settings.redis_url else 0
    return CONNECTIONS + _PER_SESSION * sessions + redis + _PER_CALL * calls + _OF_ITS_OWN


def make_room(wanted: int) -> None:
    """Raise the limit for this process and those that it forks; one warning where it is too low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        structlog.get_logger("gateway.descriptors").warning(
            "few_file_descriptors",
            allowed=most,
            needed=wanted,
            connections=CONNECTIONS,
            see="raise the hard limit: LimitNOFILE= (systemd), --ulimit nofile= (docker)",
        )
