"""NIK and KK numbers: what can be read from the digits, and how they are shown.

A NIK is refused only where it is not 16 ASCII digits. Everything the digits say about birth date,
sex and area is an annotation: a number that disagrees with the corrected biodata stays valid.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from gateway.domain.person import JenisKelamin, Penduduk, Peringatan
from gateway.domain.wilayah import Wilayah
from gateway.kit.mask import mask_digits
from gateway.kit.struct import Quiet

PANJANG: Final = 16
_DAY_SHIFT_WOMEN: Final = 40


class NikInvalid(ValueError):
    """Not 16 ASCII digits. The message holds no digit of the number."""


class BacaanNik(Quiet, frozen=True, kw_only=True):
    """What the digits say. `tanggal_lahir` is None where they form no date."""

    kode_wilayah: str
    """District of first registration, `64.02.06`; it does not follow moves."""
    jenis_kelamin: JenisKelamin | None
    tanggal_lahir: date | None
    """The century is not in the number: read as 20yy unless that lies in the future."""
    peringatan: tuple[Peringatan, ...]


def is_sixteen_digits(text: str) -> bool:
    """True for exactly 16 ASCII digits (full-width digits are not)."""
    return len(text) == PANJANG and text.isascii() and text.isdigit()


def parse_nik(text: str) -> str:
    """The number, unchanged. Raises NikInvalid where it is not 16 ASCII digits."""
    if not is_sixteen_digits(text):
        msg = "NIK harus 16 angka / a NIK has exactly 16 digits"
        raise NikInvalid(msg)
    return text


def mask_nik(nik: str) -> str:
    """`9901********0001`."""
    return mask_digits(nik)


def baca_nik(nik: str, today: date) -> BacaanNik:
    """Read the digits of a parsed NIK. Never refuses; oddities become warnings."""
    warnings: list[Peringatan] = []
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex: JenisKelamin | None = JenisKelamin.L
    if day > _DAY_SHIFT_WOMEN:
        day, sex = day - _DAY_SHIFT_WOMEN, JenisKelamin.P
    born: date | None = None
    if not 1 <= day <= 31 or not 1 <= month <= 12:
        warnings.append(_warning("NIK_TANGGAL_MUSTAHIL", "hari atau bulan di dalam NIK mustahil"))
        if not 1 <= day <= 31:
            sex = None
    else:
        born = _date_in_some_century(day, month, year, today)
        if born is None:
            warnings.append(_warning("NIK_TANGGAL_TIDAK_ADA", "tanggal di dalam NIK tidak ada"))
    if nik[12:] == "0000":
        warnings.append(_warning("NIK_NOMOR_URUT_NOL", "nomor urut NIK 0000 tidak lazim"))
    return BacaanNik(
        kode_wilayah=f"{nik[0:2]}.{nik[2:4]}.{nik[4:6]}",
        jenis_kelamin=sex,
        tanggal_lahir=born,
        peringatan=tuple(warnings),
    )


def wilayah_nik(
    nik: str, tabel: Mapping[str, Wilayah]
) -> tuple[Wilayah | None, tuple[Peringatan, ...]]:
    """The regency of first registration as it is called today, and warnings; never a refusal.

    `tabel` holds the areas of every edition by code. A retired regency gives its successor where
    that is known; None where no edition has the regency.
    """
    area = tabel.get(f"{nik[0:2]}.{nik[2:4]}")
    if area is None:
        return None, (_warning("NIK_WILAYAH_TIDAK_DIKENAL", "kode wilayah NIK tidak dikenal"),)
    if area.penerus is None:
        return area, ()
    pesan = "kode wilayah NIK telah diganti kode baru"
    return tabel.get(area.penerus, area), (_warning("NIK_WILAYAH_LAMA", pesan),)


def cocokkan_nik(penduduk: Penduduk, today: date) -> tuple[Peringatan, ...]:
    """Warnings where the NIK's digits and the told birth date or sex disagree; never a refusal."""
    if not isinstance(penduduk.nik, str):
        return ()
    reading = baca_nik(penduduk.nik, today)
    warnings = list(reading.peringatan)
    sex = penduduk.jenis_kelamin
    if isinstance(sex, JenisKelamin) and reading.jenis_kelamin not in (None, sex):
        warnings.append(
            _warning("NIK_BEDA_JENIS_KELAMIN", "jenis kelamin berbeda dari NIK", "jenis_kelamin")
        )
    born = penduduk.tanggal_lahir
    if isinstance(born, date) and reading.tanggal_lahir is not None:
        told = (born.day, born.month, born.year % 100)
        read = reading.tanggal_lahir
        if told != (read.day, read.month, read.year % 100):
            pesan = "tanggal lahir berbeda dari NIK"
            warnings.append(_warning("NIK_BEDA_TANGGAL_LAHIR", pesan, "tanggal_lahir"))
    return tuple(warnings)


def _date_in_some_century(day: int, month: int, year: int, today: date) -> date | None:
    """The youngest reading that is not in the future; 29 February 2000 counts, 1900 had none."""
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= today:
            return born
    return None


def _warning(kode: str, pesan: str, atribut: str = "nik") -> Peringatan:
    return Peringatan(kode=kode, atribut=atribut, pesan=pesan)
