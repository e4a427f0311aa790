"""The rules that an installation's settings make, as the use cases want them told."""

from collections.abc import Collection
from datetime import timedelta

from gateway.application.civil_registry.registry_desk import DeskRules
from gateway.application.sync.run_sync import SyncPlan
from gateway.domain.foreign_issuer import ForeignIssuerProfile
from gateway.domain.freshness import LIFETIMES, Freshness
from gateway.domain.registry_quota import QuotaRule
from gateway.kit.env import EnvProblem
from gateway.settings import Settings


def foreign_profile(settings: Settings) -> ForeignIssuerProfile | None:
    """What is told of the foreign issuer, or None where none is believed."""
    if not settings.foreign_issuer:
        return None
    return ForeignIssuerProfile(
        issuer=settings.foreign_issuer,
        audience=settings.foreign_audience or settings.public_url,
        algs=frozenset(settings.foreign_algs),
        typ=frozenset(typ.lower().removeprefix("application/") for typ in settings.foreign_typ),
        client_claim=settings.foreign_client_claim,
        clients=settings.foreign_clients,
        grant_claim=settings.foreign_grant_claim,
        required=settings.foreign_claims,
        max_life=timedelta(seconds=settings.foreign_max_life),
        sender_constrained=settings.foreign_sender_constrained,
    )


def desk_rules(settings: Settings) -> DeskRules:
    """Who waits how long before a registry, and how its quota is divided."""
    return DeskRules(
        quota=QuotaRule(
            reserve=settings.registry_reserve,
            slow_below=settings.registry_slow_below,
            share=settings.registry_share,
        ),
        patience=settings.registry_patience,
        queue_per_client=settings.registry_queue_per_client,
        queue_in_all=settings.registry_queue,
        refused_pause=timedelta(seconds=settings.registry_refused_pause),
    )


def freshness_of(settings: Settings) -> Freshness:
    """How long answers of the registry are kept here."""
    return Freshness(
        lifetimes=LIFETIMES | settings.nik_cache_lifetimes,
        while_asking=settings.nik_cache_while_asking,
        while_away=settings.nik_cache_while_away,
    )


_SYNC_PAGES = 20


def sync_plan(settings: Settings) -> SyncPlan:
    """What is synchronised, and how hard a turn works on it."""
    return SyncPlan(
        masuk=tuple(name.replace("-", "_") for name in settings.sync_in),
        keluar={name.replace("-", "_"): grant for name, grant in settings.sync_out.items()},
        every=timedelta(seconds=settings.sync_every),
        lease=timedelta(seconds=settings.sync_lease),
        pages=_SYNC_PAGES,
    )


def unknown_systems(settings: Settings, known: Collection[str]) -> list[EnvProblem]:
    """Systems to be kept in step with that do not exist, and would be waited for in vain."""
    plan = sync_plan(settings)
    named = {"GATEWAY_SYNC_IN": plan.masuk, "GATEWAY_SYNC_OUT": plan.keluar}
    remedy = f"name systems that there are: {', '.join(sorted(known))}"
    return [
        EnvProblem(variable=variable, problem="names a system that there is not", remedy=remedy)
        for variable, names in named.items()
        if set(names) - set(known)
    ]


def lifetimes(settings: Settings) -> dict[str, int]:
    """Days for which each class of what is stored may be kept; 0 = for good."""
    return {
        "ditarik": settings.keep_withdrawn_days,
        "riwayat": settings.keep_history_days,
        "pengaduan": settings.keep_complaints_days,
    }
