"""Synchronisation with an outside system: where each direction stands, and what lies over there."""

from datetime import datetime
from enum import StrEnum
from math import ceil
from operator import sub
from typing import Final

import msgspec
from msgspec.structs import astuple

from gateway.domain.systems import PushOutcome


class Arah(StrEnum):
    """Which way records travel."""

    MASUK = "masuk"
    KELUAR = "keluar"


class Jalur(msgspec.Struct, frozen=True, kw_only=True):
    """One direction with one system."""

    sistem: str
    arah: Arah

    def __str__(self) -> str:
        return f"{self.sistem}/{self.arah.value}"


class Sewa(msgspec.Struct, frozen=True, kw_only=True):
    """A worker's hold on a direction: what it writes counts only while nobody else has it."""

    jalur: Jalur
    pekerja: str


class Hitungan(msgspec.Struct, frozen=True, omit_defaults=True):
    """Records since the direction was begun."""

    baru: int = 0
    berubah: int = 0
    tetap: int = 0
    hilang: int = 0
    """Taken away over there, or here."""
    ditolak: int = 0
    konflik: int = 0

    def __add__(self, more: "Hitungan") -> "Hitungan":
        return Hitungan(*map(sum, zip(astuple(self), astuple(more), strict=True)))

    def since(self, before: "Hitungan") -> "Hitungan":
        """What came to it since then."""
        return Hitungan(*map(sub, astuple(self), astuple(before)))


class Titik(msgspec.Struct, frozen=True, kw_only=True):
    """Where a direction stands. Whoever works on it holds it by a lease."""

    jalur: Jalur
    putaran: int = 1
    """Grows when everything is read anew: what was not met in a round is not there any more."""
    penuh: bool = True
    """Whether a whole reading is under way, from the beginning to the end."""
    pandangan: str | None = None
    """Fingerprint of the view of this round; what another view shows is another round."""
    kursor: str | None = None
    """Where the next reading goes on; what it means only the direction knows."""
    dijeda: bool = False
    boleh_hilang: bool = False
    """Whether an operator has agreed that many records may go at once."""
    hitungan: Hitungan = Hitungan()
    selesai_pada: datetime | None = None
    """When all that there was had last been carried over."""
    lanjut_pada: datetime | None = None
    """Nobody works on it before this."""
    gagal: int = 0
    """Failures since the last success."""
    alasan: str | None = None
    """Code of the last failure."""


class StatusKiriman(StrEnum):
    """What the other side did with a record that was sent."""

    DIKIRIM = "dikirim"
    """It may have arrived: no answer was had yet."""
    DITERIMA = "diterima"
    KONFLIK = "konflik"
    DITOLAK = "ditolak"


DARI_JAWABAN: Final = {
    PushOutcome.CREATED: StatusKiriman.DITERIMA,
    PushOutcome.UPDATED: StatusKiriman.DITERIMA,
    PushOutcome.UNCHANGED: StatusKiriman.DITERIMA,
    PushOutcome.CONFLICT: StatusKiriman.KONFLIK,
    PushOutcome.REFUSED: StatusKiriman.DITOLAK,
}


TERTAHAN: Final = (StatusKiriman.KONFLIK, StatusKiriman.DITOLAK)
"""What waits for somebody to look at it."""


class Kiriman(msgspec.Struct, frozen=True, kw_only=True):
    """A record of ours as the other side was last told of it."""

    ppks_id: str
    versi: int
    """Our version that was sent."""
    kode_wilayah: str | None
    isi: str
    """Keyed fingerprint of what was sent."""
    sidik: bytes | None
    """Digest of what the receiver holds then, as it would tell it; None where it tells none."""
    status: StatusKiriman
    id_jauh: str | None = None
    versi_jauh: str | None = None
    alasan: str | None = None
    dihapus: bool = False
    """Whether it was told to be gone; a record that is gone over there is kept no longer."""


def umur(titik: Titik, now: datetime) -> int | None:
    """Seconds since all that there was had been carried over; None = that never was."""
    return None if titik.selesai_pada is None else ceil((now - titik.selesai_pada).total_seconds())
