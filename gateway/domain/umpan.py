"""The change feed: where a reader stands in it, and what a change of its grant makes of that.

Every change of a record has a number, and numbers are in the order of the commits. A record stands
in the feed at its newest change alone, so the feed from 0 is all that the view shows.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

import msgspec

from gateway.domain.policy import View
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.changes"
"""Reading the feed, as the audit log calls it."""
PALING_BANYAK_PEGANGAN: Final = 8
"""So often a grant may change while a reader still catches up with the changes before."""


MARGIN: Final = timedelta(days=1)
"""By so much clocks may differ and transactions last: past states are kept that much longer."""


class JenisPerubahan(StrEnum):
    """What the reader does with an item: keep the record as told, or forget it."""

    ADA = "ada"
    HAPUS = "hapus"


class Perubahan(Quiet, frozen=True, kw_only=True):
    """One item. `data` are the granted columns; a record that is gone has none."""

    nomor: int
    jenis: JenisPerubahan
    id: str
    versi: int
    pada: datetime
    data: dict[str, Any] | None = None
    digabung_ke: str | None = None
    """Of a record that was joined to another one: the id of that, where it is shown."""


class Pegangan(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader still holds of an earlier view: its records as they stood at `sampai`."""

    versi: int
    """Version of the grant."""
    sidik: bytes
    sampai: int


class Posisi(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reader stands; what its cursor holds."""

    versi: int
    """Version of the grant under which it reads."""
    sidik: bytes
    """Fingerprint of the view."""
    nomor: int
    """Changes up to this number are told."""
    awal: int
    """Newest number when this reading began: the reader holds nothing that was gone by then."""
    sejak: datetime
    """All that had happened by this moment was told to the reader, or was not yet begun."""
    pegangan: tuple[Pegangan, ...] = ()


class Telusur(Quiet, frozen=True, kw_only=True):
    """What the store looks for: the position with its views compiled."""

    view: View
    nomor: int
    awal: int
    pegangan: tuple[tuple[View, int], ...] = ()
    hemat: bool = False
    """Whether what the reader holds already need not be told again."""


class HalamanUmpan(Quiet, frozen=True, kw_only=True):
    """One page in the order of the numbers."""

    items: tuple[Perubahan, ...]
    nomor: int
    """All up to this number is told."""
    akhir: bool
    """Whether that is all there is."""


class KeadaanUmpan(msgspec.Struct, frozen=True, kw_only=True):
    """How far the feed goes: its newest number, and what ends cursors."""

    terakhir: int
    dipadatkan_sampai: datetime | None = None
    """Past states that ended before are forgotten."""
    diulang_pada: datetime | None = None
    """When everybody was told to begin anew: the store had been put back to an earlier state."""


def tertua(keadaan: KeadaanUmpan, simpan: timedelta, now: datetime) -> datetime:
    """The oldest `sejak` of a position that holds, where past states are kept for `simpan`.

    By time alone: what others' records did must not show in when a cursor ends.
    """
    # Past states may have been kept for a shorter time than they are now.
    compacted = None if keadaan.dipadatkan_sampai is None else keadaan.dipadatkan_sampai + MARGIN
    return max(at for at in (now - simpan, compacted, keadaan.diulang_pada) if at is not None)


def sidik_view(view: View) -> bytes:
    """Eight bytes that are the same for views that show the same."""
    samaran = view.samaran
    shown = (
        *_bentuk(view),
        None if view.wilayah is None else sorted(view.wilayah),
        None if samaran is None else (samaran.kunci, str(samaran.tingkat)),
        view.terbatas,
    )
    return blake2b(msgspec.msgpack.encode(shown), digest_size=8).digest()


def sebentuk(satu: View, lain: View) -> bool:
    """Whether both show a record alike where both show it at all."""
    return _bentuk(satu) == _bentuk(lain)


def mulai(versi: int, view: View, keadaan: KeadaanUmpan, now: datetime) -> Posisi:
    """Where somebody begins who holds nothing."""
    return Posisi(versi=versi, sidik=sidik_view(view), nomor=0, awal=keadaan.terakhir, sejak=now)


def di_ujung(versi: int, view: View, keadaan: KeadaanUmpan, now: datetime) -> Posisi:
    """Where somebody stands to whom only changes from now on are told."""
    begun = mulai(versi, view, keadaan, now)
    return msgspec.structs.replace(begun, nomor=keadaan.terakhir)


def lanjut(posisi: Posisi, versi: int, view: View, keadaan: KeadaanUmpan) -> Posisi:
    """Where somebody goes on under the grant of now; from the beginning where the view changed.

    What was held under the views before is remembered, so that what left is told to be gone.
    """
    sidik = sidik_view(view)
    if sidik == posisi.sidik:
        return msgspec.structs.replace(posisi, versi=versi)
    held = Pegangan(versi=posisi.versi, sidik=posisi.sidik, sampai=posisi.nomor)
    return Posisi(
        versi=versi,
        sidik=sidik,
        nomor=0,
        awal=keadaan.terakhir,
        sejak=posisi.sejak,
        pegangan=(*posisi.pegangan, held),
    )


def tenang(posisi: Posisi, view: View, keadaan: KeadaanUmpan) -> bool:
    """Whether nothing at all happened since a position that stood at the end."""
    restarted = keadaan.diulang_pada is not None and posisi.sejak < keadaan.diulang_pada
    return (
        not restarted
        and not posisi.pegangan
        and posisi.nomor == keadaan.terakhir
        and posisi.sidik == sidik_view(view)
    )


def sesudah(posisi: Posisi, halaman: HalamanUmpan, now: datetime) -> Posisi:
    """Where somebody stands after a page that was read at `now` or later."""
    if not halaman.akhir:
        return msgspec.structs.replace(posisi, nomor=halaman.nomor)
    return msgspec.structs.replace(
        posisi, nomor=halaman.nomor, awal=halaman.nomor, sejak=now, pegangan=()
    )


def _bentuk(view: View) -> tuple[Any, ...]:
    kinds = None if view.kategori is None else sorted(view.kategori)
    return view.rekaman, sorted(view.atribut), kinds
