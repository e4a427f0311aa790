"""Fresh stores to measure on: an SQLite file, or a private PostgreSQL set as in production."""

import contextlib
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import URL

from bench.result import Scale
from bench.taking_in import COLUMNS, RAW_TABLE
from gateway.infra.db.upgrading.migrate import upgrade
from tests.fixtures.servers import find_program, running, short_directory, unprivileged_user

_RAW: Final = f"CREATE TABLE {RAW_TABLE} ({', '.join(f'{name} TEXT' for name in COLUMNS)})"

# As PostgreSQL comes, which is durable (fsync, synchronous_commit, full_page_writes on); only the
# size of shared memory and of the log between checkpoints are set as any guide would.
POSTGRES_SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}


Fill = Callable[[str], None]
"""Fills the migrated, empty store of this URL."""


class Stores(Protocol):
    """An engine on which any number of fresh stores can be had."""

    name: str

    def fresh(self) -> contextlib.AbstractContextManager[str]:
        """The URL of a migrated store with an empty raw table; gone at the end of the block."""

    def copied(self, name: str, fill: Fill) -> contextlib.AbstractContextManager[str]:
        """The URL of a copy of a kept store, which is filled where there is none of this name.

        The copy is gone at the end of the block. For stores that were opened with a folder.
        """


class SqliteStores:
    """SQLite files in a private folder."""

    name = "SQLite"

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
            path = Path(folder) / "store.db"
            path.touch()
            url = f"sqlite:///{path}"
            upgrade(url)
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute(_RAW)
                connection.commit()
            yield url

    @contextlib.contextmanager
    def copied(self, name: str, fill: Fill) -> Iterator[str]:
        assert self._kept is not None
        kept, made = self._kept / f"{name}.db", self._kept / f"{name}.new"
        if not kept.exists():
            made.unlink(missing_ok=True)
            made.touch()
            upgrade(f"sqlite:///{made}")
            fill(f"sqlite:///{made}")
            made.rename(kept)
        with tempfile.TemporaryDirectory(prefix="ppks-bench-", dir=self._kept) as folder:
            yield f"sqlite:///{shutil.copyfile(kept, Path(folder) / 'store.db')}"


class PostgresStores:
    """Databases of one server."""

    name = "PostgreSQL"

    def __init__(self, server: URL) -> None:
        self._server = server

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        name = sql.Identifier(made := f"bench_{uuid.uuid4().hex}")
        with psycopg.connect(_plain(self._server), autocommit=True) as control:
            control.execute(sql.SQL("CREATE DATABASE {}").format(name))
            url = _plain(self._server.set(database=made))
            try:
                upgrade(url)
                with psycopg.connect(url) as connection:
                    connection.execute(_RAW)
                yield url
            finally:
                control.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
                # Each round starts with nothing left to write out from the one before.
                control.execute("CHECKPOINT")

    @contextlib.contextmanager
    def copied(self, name: str, fill: Fill) -> Iterator[str]:
        with psycopg.connect(_plain(self._server), autocommit=True) as control:
            known = control.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                self._keep(control, name, fill)
            made = f"bench_{uuid.uuid4().hex}"
            copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
            control.execute(sql.SQL(copy).format(sql.Identifier(made), sql.Identifier(name)))
            try:
                yield _plain(self._server.set(database=made))
            finally:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                control.execute(drop.format(sql.Identifier(made)))

    def _keep(self, control: psycopg.Connection, name: str, fill: Fill) -> None:
        made = f"{name}_new"
        drop, create = sql.SQL("DROP DATABASE IF EXISTS {}"), sql.SQL("CREATE DATABASE {}")
        for statement in (drop, create):
            control.execute(statement.format(sql.Identifier(made)))
        url = _plain(self._server.set(database=made))
        upgrade(url)
        fill(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        control.execute(rename.format(sql.Identifier(made), sql.Identifier(name)))


@contextlib.contextmanager
def opened_stores(scale: Scale, kept: Path | None = None) -> Iterator[list[Stores]]:
    """The stores that the scale names; PostgreSQL runs until the end of the block.

    In the folder `kept` lies what is copied, until somebody removes it.
    """
    with contextlib.ExitStack() as stack:
        opened: dict[str, Callable[[], Stores]] = {
            "sqlite": lambda: SqliteStores(kept),
            "postgresql": lambda: stack.enter_context(postgres_stores(kept)),
        }
        yield [opened[name]() for name in scale.stores]


@contextlib.contextmanager
def postgres_stores(kept: Path | None = None) -> Iterator[PostgresStores]:
    """A private server, stopped at the end of the block and removed, but for what is `kept`."""
    user = unprivileged_user()
    with short_directory(user) as folder:
        data = folder / "data" if kept is None else kept / "postgresql"
        if not data.exists():
            _make_cluster(data, user)
        server = URL.create(
            "postgresql", "postgres", database="postgres", query={"host": str(folder)}
        )
        options = [part for item in POSTGRES_SETTINGS.items() for part in ("-c", "=".join(item))]
        with running(
            [find_program("postgres"), "-D", str(data), "-k", str(folder), *options],
            is_ready=lambda: _answers(server),
            log=folder / "log",
            stop="INT",
            user=user,
        ):
            yield PostgresStores(server)


def _make_cluster(data: Path, user: str | None) -> None:
    data.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(data, user=user)
    init = [find_program("initdb"), "--pgdata", str(data), "--username=postgres"]
    subprocess.run(
        [*init, "--auth=trust", "--encoding=UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd=data,
        user=user,
    )


def _plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _answers(url: URL) -> bool:
    try:
        psycopg.connect(_plain(url)).close()
    except psycopg.OperationalError:
        return False
    return True
