"""Messages to subscribers: their secrets, their signatures, and how they are written.

Signed as Standard Webhooks says, with the names of CloudEvents 1.0 in the body.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from gateway.domain.umpan import Perubahan
from gateway.kit.struct import Quiet

JENIS_PESAN: Final = "ppks.changes"
_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32


class Pesan(Quiet, frozen=True, kw_only=True):
    """One message, ready to be signed."""

    id: str
    """The same for the same content after the same place: a receiver may drop what it has."""
    isi: bytes
    jumlah: int
    rujukan: tuple[str, ...] = ()
    """Reference keys of those whom it tells of, one for each record that is there."""


class Jawaban(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a request to a subscriber: a status, or the reason why there is none."""

    status: int | None = None
    alasan: str | None = None
    tunggu: int | None = None
    """Seconds that the receiver asks to wait."""

    @property
    def diterima(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


def rahasia_baru() -> str:
    """A fresh secret as receivers are told it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def kepala(pesan: Pesan, rahasia: Iterable[str], now: datetime) -> dict[str, str]:
    """The headers of a message, with one signature for each secret that holds."""
    moment = str(int(now.timestamp()))
    signed = b".".join((pesan.id.encode(), moment.encode(), pesan.isi))
    return {
        "content-type": "application/cloudevents+json",
        "webhook-id": pesan.id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(each, signed) for each in rahasia),
    }


def isi_pesan(about: Mapping[str, Any], data: Mapping[str, Any]) -> bytes:
    """The body: the event's attributes, then its data."""
    return msgspec.json.encode({"specversion": "1.0", **about, "data": data})


def butir(item: Perubahan, *, dengan_data: bool) -> dict[str, Any]:
    """An item as the change feed tells it; without `data` unless it is wanted."""
    told: dict[str, Any] = {
        "jenis": item.jenis,
        "id": item.id,
        "versi": item.versi,
        "pada": item.pada,
    }
    if dengan_data and item.data is not None:
        told["data"] = item.data
    if item.digabung_ke is not None:
        told["digabung_ke"] = item.digabung_ke
    return told


def _signature(rahasia: str, signed: bytes) -> str:
    key = base64.b64decode(rahasia.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
