"""Tells a caller what its token may do and what is left of its allowances."""

from datetime import UTC, datetime

import msgspec

from gateway.application.caller import Caller
from gateway.application.spend import lookups_left
from gateway.domain.grant import SEMUA
from gateway.domain.ports import Allowance
from gateway.kit.clock import Clock


class Aku(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's rights: what the token leaves of its grant."""

    client_id: str
    grant_id: str
    grant_versi: int
    scopes: tuple[str, ...]
    atribut: tuple[str, ...]
    atribut_cocok: tuple[str, ...]
    wilayah: tuple[str, ...]
    kategori: tuple[str, ...]
    tujuan: str
    dasar_hukum: str
    nomor_pks: str
    berlaku_sampai: datetime
    cari_per_hari: int
    cari_tersisa: int


class DescribeCaller:
    """The use case behind `GET /v1/me`."""

    def __init__(self, allowance: Allowance, clock: Clock) -> None:
        self._allowance = allowance
        self._clock = clock

    async def __call__(self, caller: Caller) -> Aku:
        """What may be done; discloses no personal data."""
        grant, view = caller.grant, caller.view(self._clock())
        return Aku(
            client_id=caller.client_id,
            grant_id=grant.grant_id,
            grant_versi=grant.versi,
            scopes=tuple(sorted(caller.scopes)),
            atribut=tuple(sorted(view.atribut)),
            atribut_cocok=tuple(sorted(view.atribut_cocok)),
            wilayah=_limits(view.wilayah),
            kategori=_limits(view.kategori),
            tujuan=grant.tujuan,
            dasar_hukum=grant.dasar_hukum,
            nomor_pks=grant.nomor_pks,
            berlaku_sampai=grant.berlaku_sampai.astimezone(UTC),
            cari_per_hari=grant.cari_per_hari,
            cari_tersisa=await lookups_left(self._allowance, grant, self._clock()),
        )


def _limits(names: frozenset[str] | None) -> tuple[str, ...]:
    return (SEMUA,) if names is None else tuple(sorted(names))
