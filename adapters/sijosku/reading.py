"""Reads the fields of one wire record and gathers what was odd about them."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from msgspec import UNSET, UnsetType

from adapters.sijosku.codes import KOSONG
from adapters.sijosku.config import Config
from adapters.sijosku.schema import RekamanWire, TeksWire
from gateway.domain.codes import baca_tanggal
from gateway.domain.importing import KodeMasalah, WilayahIndex
from gateway.domain.nik import PANJANG, is_sixteen_digits
from gateway.domain.person import NilaiAsli, Peringatan, Teks
from gateway.kit.mask import mask_text
from gateway.kit.struct import Quiet

_FLOAT: Final = re.compile(r"\d+[.,]\d+([eE][+-]?\d+)?|\d+[eE][+-]?\d+")
_GROUPING: Final = re.compile(r"[\s.\-'`\u2019\u200b-\u200d\u2060\ufeff]")


class Konteks(Quiet, frozen=True, kw_only=True):
    """What a record does not say itself."""

    wilayah: WilayahIndex
    kode_wilayah: str
    """Kemendagri code of the area that all records lie in."""
    zona: timezone
    kategori: str | None = None
    """Category of records that name none, as in a file that holds one category only."""
    nomor_baku: bool = False
    """True where `kategori_id` is known to be the number in the usual order of the 26."""


def konteks_of(config: Config, wilayah: WilayahIndex) -> Konteks:
    """What an installation's settings say about all of its records."""
    return Konteks(
        wilayah=wilayah,
        kode_wilayah=config.kode_wilayah,
        zona=timezone(timedelta(hours=config.utc_offset_hours)),
    )


class RekamanDitolak(Exception):
    """A record that cannot be taken. `pesan` tells an operator why and holds no value."""

    def __init__(self, kode: KodeMasalah, pesan: str, kolom: str | None = None) -> None:
        super().__init__(pesan)
        self.kode = kode
        self.pesan = pesan
        self.kolom = kolom
        """Field of the wire."""


class Reading:
    """One record while it is read: gives typed values, collects raw values and warnings."""

    def __init__(self, wire: RekamanWire) -> None:
        self.wire = wire
        self.asli: dict[str, NilaiAsli] = {}
        self.peringatan: list[Peringatan] = []

    def value(self, field: str) -> Teks:
        """A field's text without outer spaces; None where the source says that there is none.

        A NIK that strayed into it is blotted out.
        """
        text = as_text(getattr(self.wire, field))
        return mask_text(text) if isinstance(text, str) and len(text) >= PANJANG else text

    def text(self, field: str) -> str:
        """The same, with an empty text for both "none" and "not spoken of"."""
        return self.value(field) or ""

    def date(self, field: str, attribute: str) -> date | UnsetType | None:
        """A date in ISO or Indonesian order; one that does not exist is flagged and left out."""
        text = self.value(field)
        if not isinstance(text, str):
            return text
        try:
            return baca_tanggal(text)
        except ValueError:
            pesan = f"{field} bukan tanggal yang ada; tulis misalnya 2024-06-30"
            self.flag(KodeMasalah.DATE_FORMAT, attribute, pesan, text)
            return None

    def sixteen(self, field: str, attribute: str) -> Teks:
        """A NIK or KK number. Raises RekamanDitolak, without a digit, where it is not 16 digits."""
        raw = getattr(self.wire, field)
        text = as_text(raw)
        if not isinstance(text, str):
            return text
        if isinstance(raw, float) or _FLOAT.fullmatch(text):
            pesan = (
                f"{field} rusak oleh lembar kerja (angka desimal); simpan kolom itu sebagai teks"
            )
            raise RekamanDitolak(KodeMasalah.NIK_FLOAT, pesan, field)
        digits = _GROUPING.sub("", text)
        if not is_sixteen_digits(digits):
            raise RekamanDitolak(KodeMasalah.NIK_FORMAT, f"{field} harus 16 angka", field)
        if len(set(digits)) > 1:
            if digits.endswith("000"):
                pesan = f"{field} berakhir 000: mungkin pernah menjadi bilangan; bandingkan kartu"
                self.flag(KodeMasalah.NIK_FLOAT, attribute, pesan)
            return digits
        # Typed where a form insists on a number; read as one it would make strangers one person.
        self.flag(KodeMasalah.NIK_FORMAT, attribute, f"{field} hanya angka pengganti; diabaikan")
        return None

    def flag(self, kode: KodeMasalah, attribute: str, pesan: str, raw: str | None = None) -> None:
        """Add a warning, and keep the raw value that gave rise to it."""
        self.peringatan.append(Peringatan(kode=kode, atribut=attribute, pesan=pesan))
        if raw is not None:
            self.keep(attribute, raw)

    def keep(self, attribute: str, raw: str, daftar: str | None = None) -> None:
        """Keep what the source wrote beside our reading; several texts are joined."""
        before = f"{self.asli[attribute].teks}; " if attribute in self.asli else ""
        self.asli[attribute] = NilaiAsli(teks=before + mask_text(raw), daftar=daftar)


def as_text(raw: TeksWire) -> Teks:
    """A wire value as text; texts that only say "nothing" become None."""
    if raw is None or raw is UNSET:
        return raw
    text = str(raw).strip()
    return None if text.lower() in KOSONG else text


def moment(text: str, zone: timezone) -> datetime | None:
    """A time (or a date: its midnight) in UTC, or None. Without an offset it is in `zone`."""
    try:
        told = _told_time(text)
        return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _told_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.combine(baca_tanggal(text), time())
