"""The gateway behind its server with little patience and little room; a program for tests."""

import sys
from typing import Any, Final, cast

from gateway.api.body_deadline import BodyDeadlines
from gateway.app import serve_from_environment
from gateway.commands.server import make_server
from gateway.domain.systems import AsgiApp

CONNECTIONS: Final = 4
IDLE_SECONDS: Final = 1.0
BODY_SECONDS: Final = 0.5


def impatient() -> AsgiApp:
    """The application as it is, but for the time that it waits for a body."""
    app = serve_from_environment()
    cast("Any", app).bodies = BodyDeadlines(BODY_SECONDS)
    return app


if __name__ == "__main__":
    make_server(
        "tests.commands.tight_server:impatient",
        address="127.0.0.1",
        port=int(sys.argv[-1]),
        workers=1,
        connections=CONNECTIONS,
        idle_seconds=IDLE_SECONDS,
    ).serve()
