"""The lasting name of a record: each source's identifier under its own prefix, never merged."""

from typing import Final

from adapters.siks_ng.temuan import Temuan
from gateway.domain.importing import KodeMasalah
from gateway.domain.person import Teks

DARI_NIK: Final = "nik:"
"""The source has no identifier of its own: whoever stores the record derives one from the NIK
with a key, so that no clear NIK becomes an identifier."""

_TANPA_ID: Final = "tanpa ID sumber dan tanpa NIK orang ini tidak dapat dikenali kembali"


def nomor_sendiri(nomor: str, *nomor_orang: Teks) -> str | None:
    """The source's own number; None where it is empty, or is the person's NIK or KK once more.

    Only NIK and KK themselves are kept encrypted, so their copies must not become identifiers.
    """
    return nomor if nomor and nomor not in nomor_orang else None


def id_sumber(awalan: str, nomor: str | None, nik: Teks, temuan: Temuan) -> str:
    """`dtks:<ID DTKS>`, `semesta:<idsemesta>`, or `nik:` alone where the source has no number.

    A row with neither is refused.
    """
    if nomor:
        return f"{awalan}:{nomor}"
    if not isinstance(nik, str) and not temuan.ditolak:
        temuan.tolak(KodeMasalah.VALUE_MISSING, "NIK", _TANPA_ID)
    return DARI_NIK
