"""Bit-mask lists of the Regsosek form: one number that adds up the codes of every box ticked."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class MaskerSalah(ValueError):
    """A number that no sum of the list's codes gives."""


class DaftarMasker(StrEnum):
    """The lists whose values add up."""

    DOKUMEN_IDENTITAS = "dokumen-identitas"
    JAMINAN_KESEHATAN = "jaminan-kesehatan"
    JAMINAN_KETENAGAKERJAAN = "jaminan-ketenagakerjaan"
    INTERNET_USAHA = "internet-usaha"


class Masker(msgspec.Struct, frozen=True, kw_only=True):
    """One list: its version, its codes with names where they are known, and its sentinel."""

    versi: str = "regsosek-2022.k"
    kode: Mapping[int, str | None]
    sentinel: int | None = None
    """A value that stands alone and is no sum."""


MASKER: Final[Mapping[DaftarMasker, Masker]] = {
    DaftarMasker.DOKUMEN_IDENTITAS: Masker(kode={1: "AKTA_LAHIR", 2: "KIA", 4: "KTP"}),
    DaftarMasker.JAMINAN_KESEHATAN: Masker(
        kode={1: "PBI", 2: "MANDIRI", 4: "PEMBERI_KERJA", 8: "LAINNYA"}, sentinel=99
    ),
    DaftarMasker.JAMINAN_KETENAGAKERJAAN: Masker(kode=dict.fromkeys((1, 2, 4, 8, 16)), sentinel=99),
    DaftarMasker.INTERNET_USAHA: Masker(kode=dict.fromkeys((1, 2, 4, 8, 16, 32))),
}


def urai_masker(daftar: DaftarMasker, nilai: int) -> tuple[int, ...]:
    """The codes that add up to a value: 5 -> (1, 4), 0 -> (); the sentinel alone: 99 -> (99,).

    Raises MaskerSalah.
    """
    masker = MASKER[daftar]
    if nilai == masker.sentinel:
        return (nilai,)
    if not 0 <= nilai <= sum(masker.kode):
        msg = f"{daftar}: bukan jumlah kode daftar ini"
        raise MaskerSalah(msg)
    return tuple(code for code in sorted(masker.kode) if nilai & code)
