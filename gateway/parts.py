"""Everything that lives as long as the process, made from the settings."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from redis.asyncio import Redis

from gateway.application.caller.hold_back import HoldBack
from gateway.application.caller.holder import Holder
from gateway.application.civil_registry.ask_registry import AskRegistry
from gateway.application.civil_registry.forget_person import ForgetPerson, ForgettingImports
from gateway.application.civil_registry.registry_desk import RegistryDesk
from gateway.application.subjects.report_subject import ReportSubject
from gateway.domain.area_names import IndeksWilayah
from gateway.domain.issuer import IssuerProfile, legacy_issuer, strict_issuer
from gateway.domain.nik_cache import NikCache
from gateway.domain.ports_auth import ReplaySet, Revocations
from gateway.domain.systems import Outside
from gateway.domain.wilayah import tabel_bawaan
from gateway.infra.audit.log import open_audit_log
from gateway.infra.crypto import read_keyring
from gateway.infra.db.admin_log import SqlAdminLog
from gateway.infra.db.agreements.stores import AgreementStores
from gateway.infra.db.audit.entries import SqlCatatan
from gateway.infra.db.audit.log_seals import SqlSegel
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.clients.signing_keys import SqlSigningKeys
from gateway.infra.db.engine import Database, open_engine, open_thread_engine
from gateway.infra.db.jobs.jobs import SqlJobs
from gateway.infra.db.jobs.queue import SqlJobQueue
from gateway.infra.db.reading.feed import SqlFeed
from gateway.infra.db.reading.ppks import SqlPpks
from gateway.infra.db.reading.sample_rows import SqlContoh
from gateway.infra.db.reading.statistics import SqlStatistik
from gateway.infra.db.records.importing import SqlImports
from gateway.infra.db.records.record_stores import RecordStores
from gateway.infra.db.subjects.subjects import Subjects
from gateway.infra.db.wilayah import SqlWilayah
from gateway.infra.limits.allowance import FixedAllowance, MovingAllowance
from gateway.infra.limits.counts import MemoryCounts, RedisCounts
from gateway.infra.limits.leases import LeasedAllowance
from gateway.infra.limits.ledger import MemoryLedger, RedisLedger
from gateway.infra.limits.rate_tabs import RateTabs
from gateway.infra.nik_cache.opening import open_nik_cache
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.replay import MemoryReplaySet, RedisReplaySet
from gateway.infra.oauth.revocations import MemoryRevocations, RedisRevocations
from gateway.infra.oauth.signing import SigningKeys
from gateway.infra.oauth.tokens import Issuer
from gateway.infra.observing.access_log import AccessLog
from gateway.infra.observing.job_gauges import JobGauges
from gateway.infra.observing.metrics import Metrics
from gateway.infra.observing.registry_gauges import RegistryGauges
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis
from gateway.infra.sealing.cosigning import Cosigning
from gateway.infra.sealing.kept_checkpoint import KeptCheckpoint
from gateway.infra.sealing.sealer import Sealer
from gateway.infra.sealing.working import Sealing
from gateway.infra.stamping.working import Stamping
from gateway.infra.systems import Systems, discover, env_prefix, read_configs
from gateway.infra.trusted_proxies import TrustedProxies
from gateway.kit.clock import Clock, system_clock
from gateway.kit.env import EnvProblem
from gateway.kit.http import HttpPools
from gateway.kit.transport import HttpFactory
from gateway.made_of_settings import foreign_issuer, merge_rules, of_setting, webhook_sender
from gateway.rules import desk_rules, freshness_of, unknown_systems
from gateway.settings import (
    Settings,
    SettingsWrong,
    read_settings,
)

_RIGHTS_REMEMBERED: Final = 0.5
"""Seconds for which a request may go by a client or grant as it was: a change bites within one."""


class AuditorStores(NamedTuple):
    """What auditors read: the log, what proves it, and records to draw from."""

    log: SqlCatatan
    seals: SqlSegel
    records: SqlContoh


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
        self.access_log = AccessLog()
        self.http = http or HttpPools(on_call=self.metrics.call)
        with of_setting("GATEWAY_DATA_KEYS, GATEWAY_INDEX_KEY"):
            self.keyring = read_keyring(settings.data_keys, settings.index_key)
        with of_setting("GATEWAY_DATABASE_URL"):
            engine = open_engine(settings.database_url, pool_size=settings.database_pool)
        with of_setting("GATEWAY_REDIS_URL"):
            self.redis = open_redis(settings.redis_url) if settings.redis_url else None
        with of_setting("GATEWAY_TRUSTED_PROXIES"):
            self.proxies = TrustedProxies(settings.trusted_proxies)
        self.database = Database(engine)
        self.audit = open_audit_log(settings.database_url, self.metrics.audit)
        self.clients = SqlClients(self.database, clock, remember=_RIGHTS_REMEMBERED)
        # What is remembered is told sooner: who is asked to prove itself must not learn who exists.
        self.clients_to_prove = SqlClients(self.database, clock)
        self.ppks = SqlPpks(self.database, self.keyring)
        self.statistics = SqlStatistik(self.database)
        self.jobs = SqlJobs(self.database, self.keyring, settings.jobs_keep_hours)
        self.job_queue = SqlJobQueue(
            self.database,
            self.keyring,
            keep_hours=settings.jobs_keep_hours,
            longest=timedelta(days=settings.jobs_longest_days),
        )
        self.feed = SqlFeed(self.database, self.ppks.shower)
        self.webhooks = webhook_sender(settings)
        self.records = RecordStores(
            self.database,
            self.keyring,
            clock,
            keep_past_days=settings.changes_keep_days,
            rules=merge_rules(settings),
        )
        self.wilayah = SqlWilayah(self.database)
        self.perjanjian = AgreementStores(self.database, self.keyring, clock)
        self.areas = IndeksWilayah(())
        batch = None if self.redis is None else RedisBatch(self.redis)
        counts = MemoryCounts() if batch is None else RedisCounts(batch)
        self.rates = MovingAllowance(counts)
        """For strangers, counted exactly; that of clients is in the way of every request."""
        self.client_rates = self.rates if batch is None else RateTabs(self.rates)
        quotas = FixedAllowance(counts)
        self.quotas = quotas if batch is None else LeasedAllowance(quotas)
        self.ledger = MemoryLedger(clock) if batch is None else RedisLedger(batch)
        self.desk = RegistryDesk(
            self.ledger, desk_rules(settings), clock, self.metrics.registry_refused
        )
        self.metrics.registry.register(RegistryGauges(systems, self.desk, clock))
        self.nik_cache = self._open_nik_cache()
        self.ask_registry = self._open_registry()
        self.forget_person = ForgetPerson(self.nik_cache)
        self.forgetting_imports = ForgettingImports(self.imports, self.forget_person)
        self.replay = _replay(batch)
        self.holder = Holder(DpopProofs(settings.public_url, self.replay, clock), self.proxies)
        self.revocations = _revocations(self.redis, clock)
        self.admin_log = SqlAdminLog(self.database)
        self.sealing, self.cosigning, self.stamping = self._open_sealed_log()
        self.signing_keys = SqlSigningKeys(self.database, self.keyring, clock)
        self.foreign = foreign_issuer(settings, self.http, clock)
        self.issuers = self._open_issuers()

    @cached_property
    def subjects(self) -> Subjects:
        """What persons asked, who is held back, and who looked at whom."""
        return Subjects(self.database, self.keyring, self.clock, remember=_RIGHTS_REMEMBERED)

    @property
    def hold_back(self) -> HoldBack:
        """What keeps from callers whatever a person asked not to have disclosed."""
        return HoldBack(self.subjects.restrictions)

    @cached_property
    def auditors(self) -> AuditorStores:
        """What auditors read."""
        return AuditorStores(
            log=SqlCatatan(self.database, self.keyring.salt),
            seals=SqlSegel(self.database),
            records=SqlContoh(self.database),
        )

    @property
    def imports(self) -> SqlImports:
        """Where what outside systems tell is stored."""
        return self.records.imports

    async def connect_systems(self) -> None:
        """Load the table of areas and connect every configured system; no network call is made."""
        self.areas = await self.area_names()
        self.systems.connect(Outside(http=self.http, clock=self.clock, wilayah=self.areas))

    async def area_names(self) -> IndeksWilayah:
        """The index over the built-in areas and those that were loaded."""
        areas = dict(tabel_bawaan())
        async for area in self.wilayah.all():
            areas[area.kode] = area
        return IndeksWilayah(areas.values())

    async def metrics_text(self) -> bytes:
        """The exposition format, with what the store knows."""
        await self.job_gauges.look()
        return self.metrics.text()

    @cached_property
    def job_gauges(self) -> JobGauges:
        """They are shown from the first scrape on, before which nobody sees them."""
        gauges = JobGauges(self.database, self.clock)
        self.metrics.registry.register(gauges)
        return gauges

    def _open_nik_cache(self) -> NikCache | None:
        if not self.settings.nik_cache:
            return None
        return open_nik_cache(
            self.keyring,
            self.redis,
            self.clock,
            self.metrics.cache,
            most_entries=self.settings.nik_cache_entries,
            most_bytes=self.settings.nik_cache_bytes,
        )

    def _open_registry(self) -> AskRegistry:
        return AskRegistry(
            self.systems.offering,
            self.nik_cache,
            freshness_of(self.settings),
            self.clock,
            count=self.metrics.cache,
            refreshes=self.settings.nik_cache_refreshes,
            desk=self.desk,
        )

    def _open_issuers(self) -> tuple[Issuer, ...]:
        keys = SigningKeys(self.database, self.keyring, self.clock)
        return tuple(Issuer(profile, keys, self.clock) for profile in _profiles(self.settings))

    def _open_sealed_log(self) -> tuple[Sealing, Cosigning, Stamping]:
        settings = self.settings
        engine = open_thread_engine(settings.database_url)
        path = settings.audit_checkpoint_file
        kept = KeptCheckpoint(Path(path)) if path else None
        asal = settings.audit_origin or f"{urlsplit(settings.public_url).netloc}/audit"
        sealer = Sealer(engine, self.keyring, self.clock, asal, kept)
        sealing = Sealing(sealer, self.metrics.sealing, engine.dispose)
        with of_setting("GATEWAY_AUDIT_WITNESSES"):
            cosigning = Cosigning(self.database, settings.audit_witnesses, self.http)
        return sealing, cosigning, self._open_stamping()

    def _open_stamping(self) -> Stamping:
        with of_setting("GATEWAY_AUDIT_TIMESTAMPS"):
            return Stamping(
                self.database,
                self.settings.audit_timestamps,
                self.http,
                self.clock,
                self.metrics.stamping,
                every=self.settings.audit_timestamp_every,
            )

    async def close(self) -> None:
        """Close every connection."""
        await self.ask_registry.close()
        if self.nik_cache is not None:
            await self.nik_cache.close()
        await self.job_gauges.close()
        await self.systems.close()
        if self.foreign is not None:
            await self.foreign.close()
        await self.revocations.close()
        if self.redis is not None:
            await self.redis.aclose()
        await self.audit.close()
        await self.sealing.close()
        await self.cosigning.close()
        await self.stamping.close()
        await self.clients.close()
        await self.subjects.close()
        await self.database.close()
        self.access_log.flush()


def subject_report(parts: Parts) -> ReportSubject:
    """The use case that tells a person who looked at their data."""
    return ReportSubject(
        parts.subjects.log,
        parts.subjects.requests,
        parts.clients,
        parts.keyring,
        parts.settings.purposes,
        parts.clock,
    )


def read_everything(
    environ: Mapping[str, str] | None = None,
) -> tuple[Settings, Systems]:
    """The gateway's settings and every adapter's. Raises SettingsWrong with all problems."""
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
    problems += [] if settings is None else unknown_systems(settings, specs)
    if problems or settings is None:
        raise SettingsWrong(problems)
    return settings, Systems(specs, configs)


def _replay(batch: RedisBatch | None) -> ReplaySet:
    return MemoryReplaySet() if batch is None else RedisReplaySet(batch)


def _revocations(redis: Redis | None, clock: Clock) -> Revocations:
    return MemoryRevocations(clock) if redis is None else RedisRevocations(redis, clock)


def _profiles(settings: Settings) -> tuple[IssuerProfile, ...]:
    strict = strict_issuer(settings.public_url)
    return (strict, legacy_issuer(settings.public_url)) if settings.legacy_issuer else (strict,)
