"""SIJOSKU, the social-welfare information system of the province of North Kalimantan."""

from adapters.sijosku.berkas.source import BerkasSijosku
from adapters.sijosku.client import connect
from adapters.sijosku.config import Config
from adapters.sijosku.simulator import simulator
from gateway.domain.systems import Capability, SystemSpec

__all__ = ["spec"]

spec = SystemSpec(
    name="sijosku",
    title="SIJOSKU (Sistem Informasi Kesejahteraan Sosial Kalimantan Utara)",
    config=Config,
    capabilities=frozenset(
        {
            Capability.RECORD_SOURCE,
            Capability.RECORD_SINK,
            Capability.RECORD_DIGESTS,
            Capability.FILE_SOURCE,
            Capability.HEALTH,
        }
    ),
    connect=connect,
    simulator=simulator,
    sandbox={"token": "token-sandbox-sijosku"},
    file_source=BerkasSijosku,
)
