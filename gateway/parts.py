"""Everything that lives as long as the process, made from the settings."""

import os
from collections.abc import Mapping

import msgspec
from redis.asyncio import Redis

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.issuer import IssuerProfile, legacy_issuer, strict_issuer
from gateway.domain.ports import NikCache
from gateway.domain.ports_auth import ReplaySet
from gateway.domain.systems import Outside
from gateway.domain.wilayah import tabel_bawaan
from gateway.infra.allowance import LimitsAllowance, open_storage
from gateway.infra.cache import SealedNikCache
from gateway.infra.crypto import Keyring, read_keyring
from gateway.infra.db.audit import SqlAuditLog
from gateway.infra.db.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.importing import SqlImports
from gateway.infra.db.ppks import SqlPpks
from gateway.infra.db.wilayah import SqlWilayah
from gateway.infra.memory import MemoryStore
from gateway.infra.metrics import Metrics
from gateway.infra.redis import RedisStore, open_redis
from gateway.infra.replay import MemoryReplaySet, RedisReplaySet
from gateway.infra.signing import SigningKeys
from gateway.infra.systems import Systems, discover, env_prefix, read_configs
from gateway.infra.tokens import Issuer
from gateway.kit.clock import Clock, system_clock
from gateway.kit.env import EnvProblem
from gateway.kit.http import HttpPools
from gateway.kit.transport import HttpFactory
from gateway.settings import Settings, SettingsWrong, read_settings


class Parts:
    """The store, the systems and the keys. Connections open at first use; `close` ends them."""

    def __init__(
        self,
        settings: Settings,
        systems: Systems,
        *,
        clock: Clock = system_clock,
        http: HttpFactory | None = None,
    ) -> None:
        self.settings = settings
        self.systems = systems
        self.clock = clock
        self.metrics = Metrics()
        self.http = http or HttpPools(on_call=self.metrics.call)
        self.keyring = _keyring(settings)
        self.database = Database(
            open_engine(settings.database_url, pool_size=settings.database_pool)
        )
        self.redis = open_redis(settings.redis_url) if settings.redis_url else None
        self.audit = SqlAuditLog(self.database)
        self.clients = SqlClients(self.database, clock)
        self.ppks = SqlPpks(self.database, self.keyring)
        self.imports = SqlImports(self.database, self.keyring, clock)
        self.wilayah = SqlWilayah(self.database)
        counters = open_storage(settings.redis_url)
        self.rates = LimitsAllowance(counters, moving=True)
        self.quotas = LimitsAllowance(counters, moving=False)
        self.nik_cache = _nik_cache(settings, self.keyring, self.redis)
        self.replay = _replay(self.redis)
        keys = SigningKeys(self.database, self.keyring, clock)
        self.issuers = tuple(Issuer(profile, keys, clock) for profile in _profiles(settings))

    async def connect_systems(self) -> None:
        """Load the table of areas and connect every configured system; no network call is made."""
        areas = await self.area_names()
        self.systems.connect(Outside(http=self.http, clock=self.clock, wilayah=areas))

    async def area_names(self) -> IndeksWilayah:
        """The index over the built-in areas and those that were loaded."""
        areas = dict(tabel_bawaan())
        async for area in self.wilayah.all():
            areas[area.kode] = area
        return IndeksWilayah(areas.values())

    async def close(self) -> None:
        """Close every connection."""
        await self.systems.close()
        if self.redis is not None:
            await self.redis.aclose()
        await self.database.close()


def read_everything(
    environ: Mapping[str, str] | None = None,
) -> tuple[Settings, Systems]:
    """The gateway's settings and every adapter's. Raises SettingsWrong with all problems at once."""
    environ = os.environ if environ is None else environ
    specs = discover()
    problems: list[EnvProblem] = []
    settings: Settings | None = None
    try:
        settings = read_settings(environ, tuple(env_prefix(spec) for spec in specs.values()))
    except SettingsWrong as wrong:
        problems += wrong.problems
    configs, found = read_configs(specs, environ)
    problems += found
    if problems or settings is None:
        raise SettingsWrong(problems)
    return settings, Systems(specs, configs)


def _keyring(settings: Settings) -> Keyring:
    try:
        return read_keyring(settings.data_keys, settings.index_key)
    except ValueError as error:
        problem = EnvProblem(
            variable="GATEWAY_DATA_KEYS, GATEWAY_INDEX_KEY",
            problem=str(error),
            remedy="make them with `gateway keys new`",
        )
        raise SettingsWrong([problem]) from None


def _nik_cache(
    settings: Settings, keyring: Keyring, redis: "Redis | None"
) -> NikCache | None:
    if not settings.nik_cache:
        return None
    store = MemoryStore() if redis is None else RedisStore(redis)
    return SealedNikCache(store, keyring)


def _replay(redis: "Redis | None") -> ReplaySet:
    return MemoryReplaySet() if redis is None else RedisReplaySet(redis)


def _profiles(settings: Settings) -> tuple[IssuerProfile, ...]:
    strict = strict_issuer(settings.public_url)
    return (strict, legacy_issuer(settings.public_url)) if settings.legacy_issuer else (strict,)
