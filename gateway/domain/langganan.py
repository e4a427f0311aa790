"""A subscription (langganan): where the changes that one grant shows are pushed, and how far."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.errors import Conflict
from gateway.domain.umpan import Posisi
from gateway.domain.webhook import Jawaban
from gateway.kit.struct import Quiet

_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_GROWTH: Final = 3.0
# The receiver understood the request and refuses its content: a later try will not please it more.
_REFUSALS: Final = frozenset(("http_400", "http_413", "http_415", "http_422"))
_GONE: Final = 410


class StatusLangganan(StrEnum):
    """Only AKTIF is pushed to."""

    AKTIF = "AKTIF"
    JEDA = "JEDA"
    MATI = "MATI"
    """The gateway gave up: the receiver is gone, or did not take anything for days."""
    BERAKHIR = "BERAKHIR"


BERIKUT: Final = {
    StatusLangganan.AKTIF: (StatusLangganan.JEDA, StatusLangganan.MATI, StatusLangganan.BERAKHIR),
    StatusLangganan.JEDA: (StatusLangganan.AKTIF, StatusLangganan.BERAKHIR),
    StatusLangganan.MATI: (StatusLangganan.AKTIF, StatusLangganan.BERAKHIR),
    StatusLangganan.BERAKHIR: (),
}


class Rahasia(Quiet, frozen=True, kw_only=True):
    """A signing secret; an older one holds until its end beside the newest."""

    teks: str
    berlaku_sampai: datetime | None = None

    def berlaku(self, now: datetime) -> bool:
        """Whether it signs now."""
        return self.berlaku_sampai is None or now < self.berlaku_sampai


class Langganan(Quiet, frozen=True, kw_only=True):
    """One subscription."""

    id: str
    client_id: str
    grant_id: str
    url: str
    dengan_data: bool
    rahasia: tuple[Rahasia, ...]
    """The newest first."""
    dibuat_pada: datetime
    dibuat_oleh: str
    kirim_pada: datetime
    """Not before."""
    posisi: Posisi | None = None
    """What is told up to here the receiver took; None = nothing, from the beginning on."""
    pandangan: str | None = None
    """Fingerprint of the view of which the receiver may hold more than it is known to hold."""
    putaran: int = 0
    """How often the receiver was led back: the same content is news to it again."""
    status: StatusLangganan = StatusLangganan.AKTIF
    pesan: str | None = None
    """Id of the message that was tried last and not taken."""
    butir: int = 0
    """How many items it holds."""
    percobaan: int = 0
    """Tries since the last success."""
    gagal_sejak: datetime | None = None
    alasan: str | None = None
    """Why nothing is pushed, or was not at the last try."""

    def rahasia_berlaku(self, now: datetime) -> list[str]:
        """The secrets that sign now."""
        return [each.teks for each in self.rahasia if each.berlaku(now)]

    def masih_ada(self) -> "Langganan":
        """Itself. Raises Conflict where it has ended: then nothing more can be done with it."""
        if not BERIKUT[self.status]:
            raise self._conflict()
        return self

    def dicoba(self, pandangan: str) -> "Langganan":
        """As it is before a try under a view, which may arrive though nobody learns of it.

        What may have arrived under another view cannot be taken back item by item: from the
        beginning on, then.
        """
        if self.pandangan in (None, pandangan):
            return msgspec.structs.replace(self, pandangan=pandangan)
        return self.kembali(None, pandangan)

    def kembali(self, posisi: Posisi | None, pandangan: str | None) -> "Langganan":
        """Led back to a place; the receiver may hold what comes after it in another view."""
        return msgspec.structs.replace(
            self,
            posisi=posisi,
            pandangan=pandangan,
            putaran=self.putaran + 1,
            pesan=None,
            butir=0,
            percobaan=0,
        )

    def beralih(self, status: StatusLangganan) -> "Langganan":
        """In another state, ready to be pushed to at once. Raises Conflict."""
        if status not in BERIKUT[self.status]:
            raise self._conflict()
        return msgspec.structs.replace(
            self, status=status, percobaan=0, gagal_sejak=None, alasan=None, pesan=None
        )

    def _conflict(self) -> Conflict:
        return Conflict(f"langganan ini {self.status} / this subscription is {self.status}")


class HasilKirim(StrEnum):
    """What became of one try."""

    TERKIRIM = "TERKIRIM"
    GAGAL = "GAGAL"
    MATI = "MATI"
    """Set aside, so that others are not held up; it can be replayed."""


class Kiriman(Quiet, frozen=True, kw_only=True):
    """One try, as the delivery log keeps it: nothing of what was sent."""

    pesan: str
    pada: datetime
    percobaan: int
    hasil: HasilKirim
    jumlah: int
    status_http: int | None = None
    alasan: str | None = None
    posisi: Posisi | None = None
    """Where the message began, if it was set aside; None = at the beginning."""


class AturanKirim(msgspec.Struct, frozen=True, kw_only=True):
    """How patient the gateway is with a receiver."""

    percobaan: int
    """Tries of a message whose content the receiver refuses."""
    menyerah: timedelta
    """After so long without any success the subscription ends up MATI."""


def setelah(
    langganan: Langganan,
    jawaban: Jawaban,
    sesudah: Posisi,
    now: datetime,
    aturan: AturanKirim,
    acak: Callable[[], float],
) -> tuple[Langganan, HasilKirim]:
    """How a subscription stands after a try of a message that ends at the position `sesudah`."""
    if jawaban.diterima:
        return _going_on(langganan, sesudah, now), HasilKirim.TERKIRIM
    reason = jawaban.alasan or f"http_{jawaban.status}"
    # Tries that met nobody say nothing of what the receiver thinks of the content.
    first_refused = reason in _REFUSALS and langganan.alasan not in _REFUSALS
    tries = 1 if first_refused else langganan.percobaan + 1
    since = langganan.gagal_sejak or now
    failed = msgspec.structs.replace(langganan, percobaan=tries, gagal_sejak=since, alasan=reason)
    if jawaban.status == _GONE or now - since >= aturan.menyerah:
        return msgspec.structs.replace(failed, status=StatusLangganan.MATI), HasilKirim.GAGAL
    if reason in _REFUSALS and tries >= aturan.percobaan:
        # Set aside is not taken: who refuses one message after the other is given up too.
        aside = _going_on(langganan, sesudah, now)
        told = msgspec.structs.replace(aside, gagal_sejak=since, alasan=reason)
        return told, HasilKirim.MATI
    pause = max(jeda(tries, acak()), timedelta(seconds=jawaban.tunggu or 0))
    return msgspec.structs.replace(failed, kirim_pada=now + pause), HasilKirim.GAGAL


def jeda(percobaan: int, acak: float) -> timedelta:
    """How long to wait after so many tries: longer each time, by half up to all of it by chance."""
    # Many subscribers of one receiver must not come back at one moment.
    grown = min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** min(percobaan - 1, 20))
    return grown * (0.5 + acak / 2)


def _going_on(langganan: Langganan, posisi: Posisi, now: datetime) -> Langganan:
    return msgspec.structs.replace(
        langganan,
        posisi=posisi,
        pesan=None,
        butir=0,
        percobaan=0,
        gagal_sejak=None,
        alasan=None,
        kirim_pada=now,
    )
