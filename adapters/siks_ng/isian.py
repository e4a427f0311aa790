"""Reads single fields as exports write them: identity numbers, dates, RT and RW, regions."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import UNSET, UnsetType

from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.temuan import Temuan
from gateway.domain.codes import baca_rt_rw
from gateway.domain.importing import KodeMasalah
from gateway.domain.nik import PANJANG, is_sixteen_digits
from gateway.domain.pengenal import bersih
from gateway.domain.person import Alamat, Teks

TeksAda = str | UnsetType

_TANPA_NOMOR: Final = frozenset({"", "-", "0", "0000000000000000"})
_BILANGAN: Final = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+|\d{10,}[.,]0+")
_EKOR_NOL: Final = "000"
_PENGGANTI: Final = "hanya angka pengganti; diabaikan"


def nik(teks: str, kolom: str, temuan: Temuan) -> TeksAda:
    """The NIK; UNSET for an empty or placeholder cell. A malformed one refuses the row."""
    return _nomor(teks, kolom, "nik", temuan)


def no_kk(teks: str, kolom: str, temuan: Temuan) -> TeksAda:
    """The family card's number. A malformed one is left out and flagged: the person stays."""
    return _nomor(teks, kolom, "no_kk", temuan)


def _nomor(teks: str, kolom: str, atribut: str, temuan: Temuan) -> TeksAda:
    nomor = bersih(teks)
    if nomor in _TANPA_NOMOR:
        return UNSET
    if is_sixteen_digits(nomor):
        if nomor == nomor[0] * PANJANG:
            temuan.tandai(KodeMasalah.NIK_FORMAT, kolom, atribut=atribut, pesan=_PENGGANTI)
            return UNSET
        if nomor.endswith(_EKOR_NOL):
            temuan.tandai_ekor_nol(kolom, atribut)
        return nomor
    if _BILANGAN.fullmatch(nomor):
        temuan.tolak(KodeMasalah.NIK_FLOAT, kolom)
    elif atribut == "nik":
        temuan.tolak(KodeMasalah.NIK_FORMAT, kolom)
    else:
        temuan.tandai(KodeMasalah.NIK_FORMAT, kolom, atribut=atribut)
    return UNSET


def tanggal(teks: str, kolom: str, konteks: Konteks, temuan: Temuan) -> date | UnsetType:
    """A date as dd/mm/yyyy or ISO; UNSET where empty. One that does not exist refuses the row."""
    if not teks:
        return UNSET
    hari = konteks.tanggal(teks)
    if hari is None:
        temuan.tolak(KodeMasalah.DATE_FORMAT, kolom)
        return UNSET
    return hari


@lru_cache(maxsize=4096)
def rt_rw(teks: str) -> Teks:
    """Three digits; None for the "0" of a place without RT or RW; UNSET where empty."""
    return baca_rt_rw(teks.lstrip("'")) if teks else UNSET


def alamat(jalan: str, dusun: str, rt: str, rw: str) -> Alamat | UnsetType:
    """The street address, UNSET where the source tells nothing of it."""
    if not (jalan or dusun or rt or rw):
        return UNSET
    return Alamat(jalan=jalan or UNSET, dusun=dusun or UNSET, rt=rt_rw(rt), rw=rt_rw(rw))


def wilayah(
    nama: tuple[str, str, str, str], kolom: str | None, konteks: Konteks, temuan: Temuan
) -> TeksAda:
    """The deepest Kemendagri code that the names prove; flagged where it is not deep enough."""
    kode, lengkap = konteks.wilayah(*nama)
    if not lengkap:
        temuan.tandai(KodeMasalah.REGION_UNRESOLVED, kolom, atribut="kode_wilayah")
    return kode or UNSET
