"""State of the simulated DTSEN service: its rows, their times of change, and what goes wrong."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import structs

from adapters.siks_ng.config import Config
from adapters.siks_ng.outbound import baris_keluarga, baris_penduduk
from gateway.domain.ppks import RekamanPpks
from gateway.kit.clock import Clock

VERSI: Final = "DTSEN Versi 4 Des 2025"
_NOMOR_RUSAK: Final = "99010141018000"


class Kendali(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes wrong with the next answers (defaults = nothing), and what happens once, now."""

    refuse_key: bool = False
    """Answers 401 "Invalid Credentials" to every key."""
    not_subscribed: bool = False
    """Answers 403 as to a key without a subscription."""
    throttle_seconds: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Answers 429 with this Retry-After."""
    hide_version: bool = False
    """Leaves the edition of the data out of the pages."""
    repeat_cursor: bool = False
    """Hands the same cursor out again and again."""
    broken_row: bool = False
    """Puts a row with a NIK of too few digits at the head of each page."""
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """After so many answers nothing is wrong any more; null = until told otherwise."""
    touch: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Once, now: the first so many rows are changed."""
    delete: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Once, now: the first so many rows are marked as deleted."""


class Baris(msgspec.Struct, kw_only=True):
    """One row and when it last changed."""

    isi: dict[str, Any]
    diubah: datetime


class Peladen:
    """The rows in a fixed order; a cursor is the place after which a page begins."""

    def __init__(self, config: Config, rekaman: Iterable[RekamanPpks], clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self.kendali = Kendali()
        awal = clock()
        self._baris = [
            Baris(isi=isi, diubah=diubah or awal) for isi, diubah in _susun(config.shape, rekaman)
        ]

    def atur(self, kendali: Kendali) -> None:
        """Do what happens once; keep the rest for the next answers."""
        tanda = {"id_deleted": 1} if self._config.shape == "A" else {"dihapus": True}
        for baris in self._baris[: kendali.delete]:
            baris.isi.update(tanda)
        for baris in self._baris[: max(kendali.touch, kendali.delete)]:
            baris.diubah = self._clock()
        self.kendali = structs.replace(kendali, touch=0, delete=0)

    def pakai_kendali(self) -> Kendali:
        """The faults of one answer; counts it."""
        kendali = self.kendali
        if kendali.times is not None:
            sisa = kendali.times - 1
            self.kendali = structs.replace(kendali, times=sisa) if sisa else Kendali()
        return kendali

    def halaman(
        self, kursor: int, jumlah: int, sejak: datetime | None, kendali: Kendali
    ) -> dict[str, Any]:
        """A page of rows that changed at `sejak` or later, after the place `kursor`."""
        cocok = [
            (tempat, baris)
            for tempat, baris in enumerate(self._baris, 1)
            if tempat > kursor and (sejak is None or baris.diubah >= sejak)
        ]
        dipilih = cocok[:jumlah]
        lanjut = str(dipilih[-1][0]) if len(cocok) > jumlah else None
        data = [{**baris.isi, "updated_at": _waktu(baris.diubah)} for _, baris in dipilih]
        if kendali.broken_row and data:
            data.insert(0, {**data[0], **_rusak(self._config.shape)})
        halaman = {
            self._config.items_field: data,
            self._config.next_field: str(kursor) if kendali.repeat_cursor else lanjut,
            self._config.as_of_field: _waktu(self._clock()),
        }
        return halaman if kendali.hide_version else {**halaman, self._config.version_field: VERSI}


def _susun(
    bentuk: str, rekaman: Iterable[RekamanPpks]
) -> Iterator[tuple[dict[str, Any], datetime | None]]:
    # DTSEN names a person by NIK only, so whoever has none cannot be in it.
    bernik = [r for r in rekaman if isinstance(r.orang.nik, str)]
    if bentuk == "B":
        yield from ((baris_penduduk(r), r.diubah_sumber) for r in bernik)
        return
    keluarga: dict[str, list[RekamanPpks]] = {}
    for satu in bernik:
        orang = satu.orang
        keluarga.setdefault(str(orang.no_kk or orang.nik), []).append(satu)
    for nomor, anggota in enumerate(keluarga.values(), 1):
        diubah = max((r.diubah_sumber for r in anggota if r.diubah_sumber), default=None)
        yield baris_keluarga(nomor, anggota), diubah


def _rusak(bentuk: str) -> dict[str, Any]:
    if bentuk == "A":
        return {"nik": _NOMOR_RUSAK, "anggota": []}
    return {"nomor_induk_kependudukan": _NOMOR_RUSAK}


def _waktu(saat: datetime) -> str:
    return saat.astimezone(UTC).isoformat().replace("+00:00", "Z")
