"""Tells a caller what its token may do and what is left of its allowances."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.caller.spend import lookups_left, rows_left
from gateway.domain.grant import SEMUA
from gateway.domain.ports import Allowance
from gateway.kit.clock import Clock


class Aku(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's rights: what the token leaves of its grant."""

    client_id: str
    grant_id: str
    grant_versi: int
    jenis: str
    kelas: str
    scopes: tuple[str, ...]
    atribut: tuple[str, ...]
    atribut_cocok: tuple[str, ...]
    wilayah: tuple[str, ...]
    kategori: tuple[str, ...]
    tingkat_wilayah: str | None
    """How deep areas are told; None = as deep as they are known."""
    tujuan: str
    dasar_hukum: str
    nomor_pks: str
    pks_berlaku_sampai: datetime | None
    """When the agreement ends, where that is recorded."""
    berlaku_sampai: datetime
    """When the grant ends: by itself or with the agreement."""
    cari_per_hari: int
    cari_tersisa: int
    baris_per_hari: int | Literal["*"]
    """PPKS records per day; `*` = without a limit."""
    baris_tersisa: int | Literal["*"]
    boleh_cache: bool
    maks_umur: int
    """Oldest answer of the registry that may be given from the cache, in seconds."""


class DescribeCaller:
    """The use case behind `GET /v1/me`."""

    def __init__(self, allowance: Allowance, clock: Clock) -> None:
        self._allowance = allowance
        self._clock = clock

    async def __call__(self, caller: Caller) -> Aku:
        """What may be done; discloses no personal data."""
        now = self._clock()
        grant, view = caller.grant, caller.view(now)
        rows = await rows_left(self._allowance, grant, now)
        return Aku(
            client_id=caller.client_id,
            grant_id=grant.grant_id,
            grant_versi=grant.versi,
            jenis=grant.jenis,
            kelas=grant.kelas,
            scopes=tuple(sorted(caller.scopes)),
            atribut=tuple(sorted(view.atribut)),
            atribut_cocok=tuple(sorted(view.atribut_cocok)),
            wilayah=_limits(view.wilayah),
            kategori=_limits(view.kategori),
            tingkat_wilayah=None if view.samaran is None else view.samaran.tingkat,
            tujuan=grant.tujuan,
            dasar_hukum=grant.dasar_hukum,
            nomor_pks=grant.nomor_pks,
            pks_berlaku_sampai=_in_utc(grant.pks_berlaku_sampai),
            berlaku_sampai=grant.berakhir_pada.astimezone(UTC),
            cari_per_hari=grant.cari_per_hari,
            cari_tersisa=await lookups_left(self._allowance, grant, now),
            baris_per_hari=grant.baris_per_hari,
            baris_tersisa=SEMUA if rows is None else rows,
            boleh_cache=grant.boleh_cache,
            maks_umur=grant.maks_umur,
        )


def _limits(names: frozenset[str] | None) -> tuple[str, ...]:
    return (SEMUA,) if names is None else tuple(sorted(names))


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
