"""The real program over a store, a Redis and a simulated registry of its own, with two agencies."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from bench.result import Scale
from bench.serving.agencies import Agency, register
from bench.serving.cores import on_server_core
from bench.serving.process import Server, serving
from bench.serving.registry import Registry
from bench.stores import opened_stores
from gateway.parts import Parts, read_everything
from gateway.sandbox.environment import sandbox_environment
from tests.fixtures.ports import free_port
from tests.fixtures.project import ROOT
from tests.fixtures.redis_alone import lone_redis


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway at work, the registry behind it, and the agencies before it."""

    server: Server
    registry: Registry
    environment: Mapping[str, str]
    legacy: Agency
    strict: Agency
    folder: Path


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What serves: `gateway serve`, or another program around the same application."""

    module: str = "gateway"
    words: tuple[str, ...] = ("serve",)
    environment: Mapping[str, str] = {}


@contextlib.contextmanager
def gateway_at_work(
    store_url: str, redis_url: str, folder: Path, program: Program | None = None
) -> Iterator[Gateway]:
    """A server over a migrated store; it and its registry stop at the end of the block."""
    program = program or Program()
    folder.mkdir(parents=True, exist_ok=True)
    port, registry_port = free_port(), free_port()
    environment = _environment(store_url, redis_url, folder, (port, registry_port))
    legacy, strict = asyncio.run(_registered(environment))
    registry = Registry(environment, registry_port, folder)
    told = environment | {"PYTHONPATH": str(ROOT)} | dict(program.environment)
    serve = on_server_core((sys.executable, "-m", program.module, *program.words))
    with contextlib.ExitStack() as stack:
        stack.callback(registry.stop)
        registry.start()
        server = stack.enter_context(
            serving(serve, told, port=port, folder=folder, ready="/health/ready")
        )
        yield Gateway(
            server=server,
            registry=registry,
            environment=environment,
            legacy=legacy,
            strict=strict,
            folder=folder,
        )


def gateways_at_work(scale: Scale, stack: contextlib.ExitStack, folder: Path) -> dict[str, Gateway]:
    """A gateway for each of the scale's stores, by the store's name; `stack` ends them."""
    gateways = {}
    for stores in stack.enter_context(opened_stores(scale)):
        url = stack.enter_context(stores.fresh())
        redis = stack.enter_context(lone_redis())
        working = gateway_at_work(url, redis.url, folder / stores.name)
        gateways[stores.name] = stack.enter_context(working)
    return gateways


async def _registered(environment: Mapping[str, str]) -> tuple[Agency, Agency]:
    parts = Parts(*read_everything(environment))
    try:
        return await register(parts)
    finally:
        await parts.close()


def _environment(
    store_url: str, redis_url: str, folder: Path, ports: tuple[int, int]
) -> dict[str, str]:
    """Like a deployment that answers from a cache; the limits are counted but never reached."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return sandbox_environment(known, folder, *ports) | {
        "GATEWAY_DATABASE_URL": store_url,
        "GATEWAY_REDIS_URL": redis_url,
        "GATEWAY_RATE_PER_MINUTE": str(10**9),
        "GATEWAY_LOG_FORMAT": "json",
        "GATEWAY_LOG_LEVEL": "info",
        # Else a registry that came back would be left alone for a minute.
        "GATEWAY_DUKCAPIL_BREAKER_PAUSE": "1",
    }
