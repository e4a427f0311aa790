"""Tells which outside systems there are, what they can do and how they are."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from gateway.domain.systems import Capability, System, SystemSpec
from gateway.kit.transport import BreakerState


class KeadaanSistem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One outside system."""

    nama: str
    judul: str
    kemampuan: tuple[Capability, ...]
    terhubung: bool
    pemutus: dict[str, BreakerState] = {}
    """State of the circuit breaker of each operation that was used."""
    kuota_sisa: int | None = None
    kuota_pada: datetime | None = None
    catatan: str | None = None


def describe_systems(
    specs: Mapping[str, SystemSpec], connected: Mapping[str, System]
) -> tuple[KeadaanSistem, ...]:
    """Every discovered system, connected or not."""
    return tuple(_describe(spec, connected.get(name)) for name, spec in specs.items())


def _describe(spec: SystemSpec, system: System | None) -> KeadaanSistem:
    capabilities = tuple(sorted(spec.capabilities))
    if system is None:
        return KeadaanSistem(
            nama=spec.slug, judul=spec.title, kemampuan=capabilities, terhubung=False
        )
    health = system.health()
    return KeadaanSistem(
        nama=spec.slug,
        judul=spec.title,
        kemampuan=capabilities,
        terhubung=True,
        pemutus=health.breakers,
        kuota_sisa=health.kuota_sisa,
        kuota_pada=health.kuota_pada,
        catatan=health.catatan,
    )
