"""What becomes of a record that is told, given what is stored under its name.

With the source's own count it does not matter in which order, and how often, versions arrive.
"""

from enum import StrEnum

from gateway.domain.ppks import RekamanPpks

Isi = tuple[bytes, int | None]
"""A digest of all that is told, and the source's own count of the record's changes."""


class Nasib(StrEnum):
    """What became of a record."""

    BARU = "baru"
    BERUBAH = "berubah"
    TETAP = "tetap"
    """It is stored already as it is told."""
    USANG = "usang"
    """A newer version of it is stored already."""
    BERTENTANGAN = "bertentangan"
    """The version is stored already, with other content."""


def nasib(dikirim: Isi, tersimpan: Isi | None) -> Nasib:
    """Only what is new or changed is written."""
    if tersimpan is None:
        return Nasib.BARU
    (sidik, urutan), (sidik_lama, urutan_lama) = dikirim, tersimpan
    if urutan_lama is None or urutan is None or urutan > urutan_lama:
        return Nasib.TETAP if sidik == sidik_lama else Nasib.BERUBAH
    if urutan < urutan_lama:
        return Nasib.USANG
    return Nasib.TETAP if sidik == sidik_lama else Nasib.BERTENTANGAN


def lebih_baru(satu: RekamanPpks, lain: RekamanPpks) -> bool:
    """Whether the first, which came later, takes the other's place in one batch."""
    if satu.urutan is None or lain.urutan is None:
        return True
    return satu.urutan > lain.urutan
