"""What a complaint's own words tell: its category and the NIK of the person it is about."""

from typing import Final

from adapters.simasos.classify import NAMA_KATEGORI, klasifikasi
from adapters.simasos.nik_in_text import cari_nik
from gateway.domain.complaint import KategoriPengaduan
from gateway.domain.person import Peringatan
from gateway.kit.struct import Quiet

SISTEM: Final = "simasos"
KANAL: Final = "whatsapp"

_DARI_KATA: Final = Peringatan(
    kode="KATEGORI_DARI_KATA_KUNCI", atribut="kategori", pesan="dibaca dari isi: mohon diperiksa"
)
_BANYAK_NIK: Final = Peringatan(
    kode="NIK_LEBIH_DARI_SATU", atribut="nik_terlapor", pesan="isi memuat beberapa nomor 16 angka"
)


class Bacaan(Quiet, frozen=True, kw_only=True):
    """What was read, with a warning wherever the reading is a guess."""

    kategori: KategoriPengaduan
    nik_terlapor: str | None
    peringatan: tuple[Peringatan, ...]


def baca_isi(teks: str, kategori_asli: str | None = None) -> Bacaan:
    """Read the text; a category that the source itself named wins over the words."""
    warnings: list[Peringatan] = []
    kategori = NAMA_KATEGORI.get(kategori_asli) if kategori_asli else None
    if kategori is None:
        kategori = klasifikasi(teks)
        if kategori is not KategoriPengaduan.BELUM_DIKLASIFIKASI:
            warnings.append(_DARI_KATA)
    numbers = cari_nik(teks)
    if len(numbers) > 1:
        warnings.append(_BANYAK_NIK)
    return Bacaan(
        kategori=kategori,
        nik_terlapor=numbers[0] if len(numbers) == 1 else None,
        peringatan=tuple(warnings),
    )
