"""Pairs of sources' records that may be one person, and what a reviewer said of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from gateway.kit.struct import Quiet


class StatusPadanan(StrEnum):
    """Where a pair stands. Only what is accepted is merged."""

    USULAN = "USULAN"
    DITERIMA = "DITERIMA"
    DITOLAK = "DITOLAK"


class AlasanPadanan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found of one attribute. It never holds a value."""

    atribut: str
    skor: int
    kode: tuple[str, ...] = ()


class Padanan(Quiet, frozen=True, kw_only=True):
    """One pair; the lesser id is on the left."""

    id: str
    kiri: str
    kanan: str
    status: StatusPadanan
    skor: int
    alasan: tuple[AlasanPadanan, ...]
    ditemukan_pada: datetime
    diputus_pada: datetime | None = None
    oleh: str | None = None
    catatan: str | None = None


class Temuan(Quiet, frozen=True, kw_only=True):
    """A pair that may be one person; the lesser id is on the left."""

    kiri: str
    kanan: str
    skor: int
    alasan: tuple[AlasanPadanan, ...]


class Pihak(Quiet, frozen=True, kw_only=True):
    """One source's record, as a reviewer sees and the program compares it."""

    id: str
    sistem: str
    id_sumber: str
    ppks_id: str
    """The record of which it is a part."""
    nik: str | None
    nilai: dict[str, Any]
