"""The two stores under the gateway, with what can be done to them while it works."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

import psycopg

from tests.fixtures.postgres_alone import LonePostgres, lone_postgres
from tests.fixtures.redis_alone import lone_redis


class Store(NamedTuple):
    """Where it is, how many instances it bears, and the ways to kill what belongs to it."""

    environ: Mapping[str, str]
    url: str
    instances: int
    kills: Mapping[str, Callable[[], None]]
    log: Path | None = None


@contextlib.contextmanager
def sqlite(template: Path, folder: Path, _chance: Random) -> Iterator[Store]:
    """A file, which has one instance; it dies with its processes."""
    path = folder / "gateway.db"
    shutil.copy(template, path)
    yield Store(environ={}, url=f"sqlite:///{path}", instances=1, kills={})


@contextlib.contextmanager
def postgres(_template: Path, _folder: Path, chance: Random) -> Iterator[Store]:
    """A PostgreSQL as it comes, and a Redis, for two instances."""
    with lone_postgres() as server, lone_redis() as redis:

        def all_of_it() -> None:
            server.kill()
            server.start()

        def cache() -> None:
            redis.kill()
            redis.start()

        assert is_durable(server)
        yield Store(
            environ={"GATEWAY_REDIS_URL": redis.url},
            url=server.url,
            instances=2,
            kills={
                "postgresql": all_of_it,
                "one process of postgresql": lambda: server.kill_one(chance),
                "redis": cache,
            },
            log=server.folder / "log",
        )


def is_durable(server: LonePostgres) -> bool:
    """Whether a commit waits for the disk, as it does unless somebody switched that off."""
    with psycopg.connect(server.url) as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        rows = [connection.execute(f"SHOW {name}").fetchone() for name in names]
    return rows == [("on",)] * len(names)
