"""What Meta's side of the simulator remembers and decides, apart from any web framework."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from adapters.simasos.config import Config
from gateway.domain.complaint import Lampiran, Pelapor, Pengaduan
from gateway.domain.systems import World
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

_WINDOW: Final = timedelta(hours=24)
_MAX_TEXT: Final = 4096
_STATUS_OF: Final = {
    0: 401,
    2: 503,
    4: 429,
    10: 403,
    190: 401,
    368: 403,
    80007: 429,
    130429: 429,
    131000: 500,
    131016: 500,
    131031: 403,
    133004: 503,
}
_INVALID: Final = 100
_WINDOW_CLOSED: Final = 131047


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How Meta's side behaves; read and written whole at `/_control`."""

    callback_url: str = ""
    """Where webhooks are delivered."""
    attempts: int = 5
    """How often one delivery is tried before Meta gives up."""
    pause_seconds: float = 0.2
    """Wait before the second try; doubled each time."""
    duplicates: int = 0
    """How often a delivery that was taken is sent once more."""
    out_of_order: bool = False
    """Later messages of one `/_citizen` call are delivered first."""
    bad_signature: bool = False
    """Sign with a secret that is not the app's."""
    use_previous_secret: bool = False
    """Sign with the secret from before a rotation."""
    statuses: bool = True
    """Report `sent` and `delivered` for every reply."""
    error_code: int | None = None
    """Answer replies with this error of Meta's."""
    error_times: int | None = None
    """For how many replies; None = until told otherwise."""


class Tulisan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a citizen writes, as `/_citizen` takes it. A file is described, never sent."""

    nomor: str
    teks: str = ""
    nama: str | None = None
    wamid: str | None = None
    balasan_atas: str | None = None
    jenis: str | None = None
    """`image`, `document`, `audio`, `video` or `sticker` for a message with a file."""
    mime: str | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A reply that was taken, as `/_outbox` shows it."""

    id: str
    kepada: str
    teks: str
    balasan_atas: str | None


class MetaSide:
    """The number's state: who wrote when, which replies went out, which files wait."""

    def __init__(self, config: Config, world: World, clock: Clock) -> None:
        self.config = config
        self.world = world
        self.control = Control(callback_url=config.callback_url)
        self.outbox: list[Sent] = []
        self._clock = clock
        self._wrote: dict[str, datetime] = {}
        self._files: dict[str, Lampiran] = {}
        for pengaduan in world.pengaduan:
            self._remember(pengaduan)

    @property
    def now(self) -> datetime:
        """The moment on Meta's clock."""
        return self._clock()

    @property
    def secret(self) -> str:
        """What the next delivery is signed with."""
        if self.control.bad_signature:
            return "not-the-secret-of-this-app"
        old = self.control.use_previous_secret
        return (self.config.app_secret_previous if old else self.config.app_secret).reveal()

    def write(self, tulisan: Tulisan) -> Pengaduan:
        """A citizen writes; opens the 24 hours in which the office may answer."""
        files = (
            (Lampiran(jenis=tulisan.jenis, rujukan=new_id(), mime=tulisan.mime, sha256="0" * 64),)
            if tulisan.jenis
            else ()
        )
        pengaduan = Pengaduan(
            sistem="simasos",
            id_sumber=tulisan.wamid or new_wamid(),
            kanal="whatsapp",
            diterima_pada=self.now,
            isi=tulisan.teks,
            pelapor=Pelapor(nomor=tulisan.nomor, nama=tulisan.nama),
            balasan_atas=tulisan.balasan_atas,
            lampiran=files,
        )
        self._remember(pengaduan)
        return pengaduan

    def take_reply(self, phone_number_id: str, body: bytes) -> Sent | int:
        """The receipt for a reply, or the code of the error with which it is refused."""
        forced = self._forced_error()
        if forced is not None:
            return forced
        reply = _read(body)
        if reply is None or phone_number_id != self.config.phone_number_id:
            return _INVALID
        wrote = self._wrote.get(reply.kepada)
        if wrote is None or self.now - wrote > _WINDOW:
            return _WINDOW_CLOSED
        self.outbox.append(reply)
        return reply

    def file(self, media_id: str) -> Lampiran | None:
        """A file that a citizen sent."""
        return self._files.get(media_id)

    def _remember(self, pengaduan: Pengaduan) -> None:
        if pengaduan.pelapor is not None and pengaduan.pelapor.nomor is not None:
            self._wrote[pengaduan.pelapor.nomor] = self.now
        self._files |= {each.rujukan: each for each in pengaduan.lampiran if each.rujukan}

    def _forced_error(self) -> int | None:
        code, times = self.control.error_code, self.control.error_times
        if code is None or times == 0:
            return None
        if times is not None:
            self.control = msgspec.structs.replace(self.control, error_times=times - 1)
        return code


def new_wamid() -> str:
    """An id of the form that Meta gives messages."""
    return "wamid." + new_id().replace("-", "")


def _read(body: bytes) -> Sent | None:
    """The reply, or None where it is not one that Meta takes."""
    try:
        told: Any = msgspec.json.decode(body)
        address = told.get("to") or told["recipient"]
        text = told["text"]["body"]
        sound = (
            told["messaging_product"] == "whatsapp"
            and told["type"] == "text"
            and isinstance(address, str)
            and 0 < len(text) <= _MAX_TEXT
        )
        answers = told.get("context", {}).get("message_id")
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return None
    if not sound:
        return None
    return Sent(id=new_wamid(), kepada=address.lstrip("+"), teks=text, balasan_atas=answers)


def error_answer(code: int) -> tuple[int, dict[str, object]]:
    """HTTP status and body of one of Meta's errors."""
    error = {
        "message": f"(#{code}) Simulated error",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": "Simulated error"},
        "fbtrace_id": "SIMULATED",
    }
    return _STATUS_OF.get(code, 400), {"error": error}
