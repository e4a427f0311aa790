"""Subscriptions as rows: secrets sealed, the position packed."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.domain.langganan import HasilKirim, Kiriman, Langganan, Rahasia, StatusLangganan
from gateway.domain.ports import Sealer
from gateway.domain.umpan import Posisi

_PLAIN: Final = (
    "id",
    "client_id",
    "grant_id",
    "url",
    "dengan_data",
    "dibuat_pada",
    "dibuat_oleh",
    "kirim_pada",
    "pandangan",
    "putaran",
    "pesan",
    "butir",
    "percobaan",
    "gagal_sejak",
    "alasan",
)
_TRY: Final = ("pesan", "pada", "percobaan", "jumlah", "status_http", "alasan")
_NOWHERE: Final = -1
"""The number of a subscription to which nothing was told yet."""
_SECRETS: Final = msgspec.msgpack.Decoder(tuple[Rahasia, ...])
_POSITION: Final = msgspec.msgpack.Decoder(Posisi)


def row_of(langganan: Langganan, sealer: Sealer) -> dict[str, Any]:
    """Every column that does not belong to the lease."""
    place = langganan.posisi
    return {
        **{name: getattr(langganan, name) for name in _PLAIN},
        "status": langganan.status.value,
        "rahasia": sealer.seal(msgspec.msgpack.encode(langganan.rahasia), _context(langganan.id)),
        "posisi": _packed(place),
        "nomor": _NOWHERE if place is None else place.nomor,
        "grant_versi": 0 if place is None else place.versi,
        "sejak": langganan.dibuat_pada if place is None else place.sejak,
    }


def subscription_of(row: Mapping[str, Any], sealer: Sealer) -> Langganan:
    """The subscription in a row."""
    return Langganan(
        **{name: row[name] for name in _PLAIN},
        status=StatusLangganan(row["status"]),
        rahasia=_SECRETS.decode(sealer.open(row["rahasia"], _context(row["id"]))),
        posisi=_unpacked(row["posisi"]),
    )


def try_row(langganan_id: str, kiriman: Kiriman) -> dict[str, Any]:
    """A try as a row."""
    return {
        **{name: getattr(kiriman, name) for name in _TRY},
        "langganan_id": langganan_id,
        "hasil": kiriman.hasil.value,
        "posisi": _packed(kiriman.posisi),
    }


def try_of(row: Mapping[str, Any]) -> Kiriman:
    """The try in a row."""
    return Kiriman(
        **{name: row[name] for name in _TRY},
        hasil=HasilKirim(row["hasil"]),
        posisi=_unpacked(row["posisi"]),
    )


def _packed(posisi: Posisi | None) -> bytes | None:
    return None if posisi is None else msgspec.msgpack.encode(posisi)


def _unpacked(packed: bytes | None) -> Posisi | None:
    return None if packed is None else _POSITION.decode(packed)


def _context(langganan_id: str) -> bytes:
    return f"langganan|rahasia|{langganan_id}".encode()
