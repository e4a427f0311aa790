"""The form of an entry, and what an act of destruction names."""

from typing import Annotated, Any, Final, Literal

import msgspec

from gateway.audit_bundle.forms import LARGEST, Count, Moment, ticks

DESTRUCTION: Final = "admin.audit.musnah"
ROTATION: Final = "admin.audit.kunci"

Sidik = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Uuid7 = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"),
]
Text = str | msgspec.UnsetType


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf; members that this version does not know are let through."""

    v: Literal[1]
    entri_id: Uuid7
    pada: Moment
    peristiwa: str
    hasil: Literal["diberikan", "tidak_ditemukan", "ditolak", "gagal", "dilakukan"]
    atribut: list[str]
    jumlah: Count
    client_id: Text = msgspec.UNSET
    grant_id: Text = msgspec.UNSET
    nomor_pks: Text = msgspec.UNSET
    tujuan: Text = msgspec.UNSET
    dasar_hukum: Text = msgspec.UNSET
    grant_versi: int | msgspec.UnsetType = msgspec.UNSET
    subjek_sidik: Sidik | msgspec.UnsetType = msgspec.UNSET
    daftar_sidik: Sidik | msgspec.UnsetType = msgspec.UNSET
    sumber: Text = msgspec.UNSET
    umur: Count | msgspec.UnsetType = msgspec.UNSET
    alasan: Text = msgspec.UNSET
    request_id: Text = msgspec.UNSET
    permintaan_sidik: (
        Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")] | msgspec.UnsetType
    ) = msgspec.UNSET
    oleh: Text = msgspec.UNSET
    objek: Text = msgspec.UNSET
    rincian: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class _Destruction(msgspec.Struct, frozen=True, kw_only=True):
    kelas: str
    sebelum: Moment
    rentang: list[tuple[Count, Count]]


_DECODER: Final = msgspec.json.Decoder(dict[str, Any])
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def read_entry(leaf: bytes) -> Entry:
    """The entry of its leaf bytes. Raises ValueError where they have not the form of section 1."""
    told = _DECODER.decode(leaf)
    _check_numbers(told)
    # What an object says twice, blanks and other ways to write a text do not survive this.
    if _ENCODER.encode(told) != leaf:
        raise ValueError("it is not in the canonical form")
    if None in told.values():
        raise ValueError("null at the top level")
    entry = msgspec.convert(told, Entry)
    ticks(entry.pada)
    return entry


def destroyed_by(entry: Entry, index: int) -> list[tuple[int, int]]:
    """First and last leaf of each range that an act of destruction names. Raises ValueError."""
    act = msgspec.convert({} if entry.rincian is msgspec.UNSET else entry.rincian, _Destruction)
    ticks(act.sebelum)
    after = -1
    for first, last in act.rentang:
        if not after < first <= last < index:
            raise ValueError("it names leaves that are not before it, or not in their order")
        after = last
    return act.rentang


def _check_numbers(told: Any) -> None:
    if isinstance(told, dict):
        told = told.values()
    if isinstance(told, float) or (isinstance(told, int) and abs(told) > LARGEST):
        raise ValueError("a number is not whole, or too large")
    if not isinstance(told, str | int | None):
        for each in told:
            _check_numbers(each)
