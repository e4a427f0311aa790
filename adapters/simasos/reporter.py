"""Who wrote: telephone numbers in one form, so that one citizen has one number in every source."""

import re
from typing import Final

from gateway.domain.complaint import Pelapor
from gateway.domain.pengenal import bersih

_FLOAT_TAIL: Final = re.compile(r"\.0+$")
# What a number that was copied out of the app has around it is not seen.
_GLUE: Final = re.compile(
    r"[\s().\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
)
_NUMBER: Final = re.compile(r"\+?[0-9]{8,16}")
_USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class BukanNomorError(ValueError):
    """Not a telephone number. The message holds no digit."""


def baca_nomor(teks: str) -> str:
    """Digits with the country code and no plus: `0800-0000-0000` -> `6280000000000`.

    Raises BukanNomorError, also for a number that a spreadsheet rounded (`6,28E+12`).
    """
    plain = _GLUE.sub("", _FLOAT_TAIL.sub("", bersih(teks)))
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise BukanNomorError("bukan nomor telepon")
    if plain.startswith("+"):
        return plain[1:]
    if plain.startswith("0"):
        return "62" + plain.lstrip("0")
    # A spreadsheet that took the number for a number dropped its leading zero.
    return "62" + plain if plain.startswith("8") else plain


def is_user_id(alamat: str) -> bool:
    """True for Meta's business-scoped user id, which stands in for a hidden number."""
    return _USER_ID.fullmatch(alamat) is not None


def pelapor_dari_nama(teks: str) -> Pelapor:
    """The sender as an exported chat writes one: a saved name, `~ name`, or a number."""
    name = teks.strip().removeprefix("~").strip()
    try:
        return Pelapor(nomor=baca_nomor(name))
    except BukanNomorError:
        return Pelapor(nama=name)


def nomor_atau_nama(pelapor: Pelapor | None) -> str:
    """What tells one reporter from another; empty where nobody is named."""
    return (pelapor.nomor or pelapor.nama or "") if pelapor else ""
