"""Tells which outside systems there are, what they can do and how they are."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from gateway.application.civil_registry.registry_desk import RegistryDesk
from gateway.domain.registry_terms import Ketentuan
from gateway.domain.systems import Capability, System, SystemSpec
from gateway.kit.clock import Clock
from gateway.kit.transport import BreakerState


class KeadaanSistem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One outside system."""

    nama: str
    judul: str
    kemampuan: tuple[Capability, ...]
    terhubung: bool
    pemutus: dict[str, BreakerState] = {}
    """State of the circuit breaker of each operation that was used."""
    kuota_harian: int | None = None
    """The day's quota, as set or as the answers show."""
    kuota_sisa: int | None = None
    """What is left of it: the smaller of what was told and what our own count leaves."""
    kuota_pada: datetime | None = None
    """When the system last told what is left."""
    kuota_ulang: datetime | None = None
    """When the next quota begins."""
    jam_akses: str | None = None
    """The daily window in Jakarta, outside which no call is made."""
    terbuka: bool | None = None
    """Whether the window is open now."""
    ditolak_sampai: datetime | None = None
    """Set while nobody calls because the system refused the credentials."""
    catatan: str | None = None


class DescribeSystems:
    """The use case behind `GET /v1/systems`."""

    def __init__(
        self,
        specs: Mapping[str, SystemSpec],
        connected: Mapping[str, System],
        desk: RegistryDesk,
        clock: Clock,
    ) -> None:
        self._specs = specs
        self._connected = connected
        self._desk = desk
        self._clock = clock

    async def __call__(self) -> tuple[KeadaanSistem, ...]:
        """Every discovered system, connected or not. Raises Unavailable."""
        return tuple([await self._describe(name, spec) for name, spec in self._specs.items()])

    async def _describe(self, name: str, spec: SystemSpec) -> KeadaanSistem:
        system = self._connected.get(name)
        told = KeadaanSistem(
            nama=spec.slug,
            judul=spec.title,
            kemampuan=tuple(sorted(spec.capabilities)),
            terhubung=system is not None,
        )
        if system is None:
            return told
        health = system.health()
        told = msgspec.structs.replace(told, pemutus=health.breakers, catatan=health.catatan)
        if system.ketentuan is None:
            return msgspec.structs.replace(
                told, kuota_sisa=health.kuota_sisa, kuota_pada=health.kuota_pada
            )
        return await self._with_account(told, name, system.ketentuan)

    async def _with_account(
        self, told: KeadaanSistem, name: str, terms: Ketentuan
    ) -> KeadaanSistem:
        """What all instances together know of the account."""
        now = self._clock()
        standing = await self._desk.account(name, terms).standing()
        balance = standing.balance
        left = balance.left(terms)
        return msgspec.structs.replace(
            told,
            kuota_harian=balance.total(terms),
            kuota_sisa=None if left is None else max(0, left),
            kuota_pada=balance.told_at,
            kuota_ulang=None if left is None else terms.kuota_ulang(now),
            jam_akses=None if terms.jam is None else str(terms.jam),
            terbuka=None if terms.jam is None else terms.terbuka(now),
            ditolak_sampai=standing.refused_until,
        )
