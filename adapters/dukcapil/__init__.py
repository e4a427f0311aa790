"""Dukcapil: the civil registry's population-data service."""

from adapters.dukcapil.client import connect
from adapters.dukcapil.config import Config
from adapters.dukcapil.simulator import simulator
from gateway.domain.systems import Capability, SystemSpec

__all__ = ["spec"]

spec = SystemSpec(
    name="dukcapil",
    title="Dukcapil: data kependudukan",
    config=Config,
    capabilities=frozenset(
        {
            Capability.RESIDENT_LOOKUP,
            Capability.RESIDENT_VERIFICATION,
            Capability.FEEDBACK,
            Capability.HEALTH,
        }
    ),
    connect=connect,
    simulator=simulator,
    sandbox={
        "who": "CONTOH_DINSOS",
        "user_id": "contoh-dinsos",
        "password": "bukan-rahasia",
        "ip_value": "10.0.0.10",
        "lookup_allowed": "true",
        "daily_quota": "60000",
        "feedback_token": "token-contoh-balikan",
        "id_lembaga": "99",
        "nama_lembaga": "CONTOH DINSOS",
    },
)
