"""SIKS-NG with its data sets DTKS and DTSEN: operators' export files, and DTSEN as a service."""

from adapters.siks_ng.berkas.source import file_source
from adapters.siks_ng.client import connect
from adapters.siks_ng.config import Config
from adapters.siks_ng.simulator import simulator
from gateway.domain.systems import Capability, SystemSpec

__all__ = ["spec"]

spec = SystemSpec(
    name="siks_ng",
    title="SIKS-NG (DTKS dan DTSEN)",
    config=Config,
    capabilities=frozenset({Capability.RECORD_SOURCE, Capability.FILE_SOURCE, Capability.HEALTH}),
    connect=connect,
    simulator=simulator,
    sandbox={"key": "kunci-sandbox-dtsen", "sistem_wilayah": "kemendagri"},
    file_source=file_source,
)
