"""The lasting name of a record: each source's identifier under its own prefix, never merged."""

from typing import Final

from adapters.siks_ng.temuan import Temuan
from gateway.domain.importing import KodeMasalah
from gateway.domain.pengenal import TERPANJANG, bersih, is_dibulatkan, is_hampa
from gateway.domain.person import Penduduk

DARI_NIK: Final = "nik:"
"""The source has no identifier of its own: whoever stores the record derives one from the NIK
with a key, so that no clear NIK becomes an identifier."""

_TANPA_ID: Final = "tanpa ID sumber dan tanpa NIK orang ini tidak dapat dikenali kembali"
_TERLALU_PANJANG: Final = f"nama atau ID sumber lebih dari {TERPANJANG} huruf"
_BUKAN_ORANG: Final = "tanpa NIK dan tanpa nama ini bukan baris orang, mungkin baris jumlah"


def nomor_sendiri(
    nomor: str, orang: Penduduk, temuan: Temuan | None = None, kolom: str | None = None
) -> str | None:
    """The source's own number; None where there is none, or it is the person's NIK or KK once more.

    Only NIK and KK themselves are kept encrypted, so their copies must not become identifiers. With
    `temuan` a number that a spreadsheet rounded, so that it is no longer one person's, refuses.
    """
    sendiri = bersih(nomor)
    if not sendiri or sendiri in (orang.nik, orang.no_kk) or is_hampa(sendiri):
        return None
    if temuan is not None and is_dibulatkan(sendiri):
        temuan.tolak(KodeMasalah.NIK_FLOAT, kolom)
    return sendiri


def id_sumber(
    awalan: str, nomor: str | None, orang: Penduduk, temuan: Temuan, *, dihapus: bool = False
) -> str:
    """`dtks:<ID DTKS>`, `semesta:<idsemesta>`, or `nik:` alone where the source has no number.

    A row with neither is refused, and one with neither NIK nor name, unless it takes one back; also
    one with a number or a name that no index of the store holds.
    """
    if len(nomor or "") > TERPANJANG or len(orang.nama_lengkap or "") > TERPANJANG:
        temuan.tolak(KodeMasalah.VALUE_FORMAT, "NAMA", _TERLALU_PANJANG)
    ada_nik = isinstance(orang.nik, str)
    if not (ada_nik or temuan.ditolak):
        if not nomor:
            temuan.tolak(KodeMasalah.VALUE_MISSING, "NIK", _TANPA_ID)
        elif not (orang.nama_lengkap or dihapus):
            temuan.tolak(KodeMasalah.VALUE_MISSING, "NAMA", _BUKAN_ORANG)
    return f"{awalan}:{nomor}" if nomor else DARI_NIK
