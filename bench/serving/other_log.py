"""`python -m bench.serving.other_log`: the gateway with another audit log than its own, to compare.

BENCH_AUDIT says which: "none" keeps nothing, "each" commits every entry by itself.
"""

import os
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec
import sqlalchemy as sa

from gateway.app import create_app
from gateway.commands.server import in_turns, make_server
from gateway.domain.audit import EntriAudit
from gateway.domain.systems import AsgiApp
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT
from gateway.infra.observing.log import configure_logging
from gateway.kit.loading import loaded
from gateway.parts import Parts, read_everything


class NoLog:
    """Every entry is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, _entry: EntriAudit) -> None:
        """At once."""

    async def is_writable(self) -> bool:
        return True

    async def close(self) -> None:
        """Nothing is open."""


class EachByItself(NoLog):
    """A transaction, and so a wait for the disk, for every entry."""

    async def record(self, entry: EntriAudit) -> None:
        async with self._database.writing() as connection:
            await connection.execute(sa.insert(AUDIT), msgspec.structs.asdict(entry))


_LOGS: Final[dict[str, Callable[[Database], NoLog]]] = {"none": NoLog, "each": EachByItself}


def serve() -> AsgiApp:
    """What the server process loads."""
    settings, systems = read_everything()
    configure_logging(settings.log_format, settings.log_level)
    parts = Parts(settings, systems)
    parts.audit = cast("Any", _LOGS[os.environ["BENCH_AUDIT"]](parts.database))
    app = create_app(parts)
    loaded()
    return app


def main() -> None:
    """As `gateway serve` does."""
    settings, _ = read_everything()
    in_turns()
    target = f"{__spec__.name}:{serve.__name__}"
    make_server(target, address=settings.host, port=settings.port, workers=1).serve()


if __name__ == "__main__":
    main()
