"""Why a comparison came out as it did: codes, their words, and to whom each may be told."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec


class KodeAlasan(StrEnum):
    """One thing that was noticed when a told value was compared with a known one."""

    GELAR_DIABAIKAN = "gelar_diabaikan"
    BEDA_DARI_NIK = "beda_dari_nik"
    TIDAK_TERBACA = "tidak_terbaca"
    EJAAN_LAMA = "ejaan_lama"
    EJAAN_BERBEDA = "ejaan_berbeda"
    SINGKATAN = "singkatan"
    INISIAL = "inisial"
    SPASI_BERBEDA = "spasi_berbeda"
    URUTAN_BERBEDA = "urutan_berbeda"
    SALAH_KETIK = "salah_ketik"
    SEBUTAN_HILANG = "sebutan_hilang"
    MARGA_HILANG = "marga_hilang"
    NASAB_DIABAIKAN = "nasab_diabaikan"
    NAMA_ALIAS = "nama_alias"
    NAMA_LAMA = "nama_lama"
    NOMOR_HILANG = "nomor_hilang"
    SEBAGIAN = "sebagian"
    DI_DALAM_WILAYAH = "di_dalam_wilayah"
    BAGIAN_HILANG = "bagian_hilang"
    BAGIAN_BERBEDA = "bagian_berbeda"
    KETURUNAN_BERBEDA = "keturunan_berbeda"
    NOMOR_BERBEDA = "nomor_berbeda"
    JENIS_WILAYAH_BERBEDA = "jenis_wilayah_berbeda"
    TANGGAL_TERTUKAR = "tanggal_tertukar"
    TANGGAL_BAWAAN = "tanggal_bawaan"
    SATU_ANGKA_BERBEDA = "satu_angka_berbeda"
    ABAD_BERBEDA = "abad_berbeda"
    TIDAK_TERCATAT = "tidak_tercatat"


class Ungkap(StrEnum):
    """Who may be told a reason."""

    SELALU = "selalu"
    """Anyone: it follows from what the caller told, whatever the registry holds."""
    BILA_SESUAI = "bila_sesuai"
    """Whoever hit the value: then only its spelling is left to tell."""
    BERHAK = "berhak"
    """Only who may read the attribute: it says where a wrong guess is wrong."""


_ALWAYS, _ON_MATCH, _READERS = Ungkap

ALASAN: Final[dict[KodeAlasan, tuple[Ungkap, str]]] = {
    KodeAlasan.GELAR_DIABAIKAN: (_ALWAYS, "gelar atau sebutan diabaikan / titles passed over"),
    KodeAlasan.BEDA_DARI_NIK: (_ALWAYS, "berbeda dari angka NIK / the NIK's digits disagree"),
    KodeAlasan.TIDAK_TERBACA: (_ALWAYS, "isian tidak dapat dinilai / cannot be judged as told"),
    KodeAlasan.EJAAN_LAMA: (_ON_MATCH, "ejaan lama dan baru / old and new spelling"),
    KodeAlasan.EJAAN_BERBEDA: (_ON_MATCH, "ejaan lain, bunyi sama / spelt otherwise"),
    KodeAlasan.SINGKATAN: (_ON_MATCH, "singkatan / an abbreviation"),
    KodeAlasan.INISIAL: (_ON_MATCH, "inisial / an initial"),
    KodeAlasan.SPASI_BERBEDA: (_ON_MATCH, "dipisah atau digabung / split or joined"),
    KodeAlasan.URUTAN_BERBEDA: (_ON_MATCH, "urutan berbeda / in another order"),
    KodeAlasan.SALAH_KETIK: (_ON_MATCH, "mungkin salah ketik / perhaps mistyped"),
    KodeAlasan.SEBUTAN_HILANG: (_ON_MATCH, "sebutan umum hilang / a common part is missing"),
    KodeAlasan.MARGA_HILANG: (_ON_MATCH, "marga hilang / the clan name is missing"),
    KodeAlasan.NASAB_DIABAIKAN: (_ON_MATCH, "bin atau binti diabaikan / the patronym passed over"),
    KodeAlasan.NAMA_ALIAS: (_ON_MATCH, "sesuai nama alias / matches an alias"),
    KodeAlasan.NAMA_LAMA: (_ON_MATCH, "nama lama tempat itu / the place's former name"),
    KodeAlasan.NOMOR_HILANG: (_ON_MATCH, "nomor hilang / the number is missing"),
    KodeAlasan.SEBAGIAN: (_ON_MATCH, "hanya sebagian / a part of it"),
    KodeAlasan.DI_DALAM_WILAYAH: (_READERS, "tempat di dalamnya / a place inside it"),
    KodeAlasan.BAGIAN_HILANG: (_READERS, "ada bagian yang hilang / a part is missing"),
    KodeAlasan.BAGIAN_BERBEDA: (_READERS, "ada bagian yang berbeda / a part differs"),
    KodeAlasan.KETURUNAN_BERBEDA: (_READERS, "junior, senior / of another generation"),
    KodeAlasan.NOMOR_BERBEDA: (_READERS, "nomor berbeda / another number"),
    KodeAlasan.JENIS_WILAYAH_BERBEDA: (_READERS, "kota bukan kabupaten / city, not regency"),
    KodeAlasan.TANGGAL_TERTUKAR: (_READERS, "hari dan bulan tertukar / day and month swapped"),
    KodeAlasan.TANGGAL_BAWAAN: (_READERS, "hari dan bulan bawaan / a stand-in day and month"),
    KodeAlasan.SATU_ANGKA_BERBEDA: (_READERS, "satu angka berbeda / one digit differs"),
    KodeAlasan.ABAD_BERBEDA: (_READERS, "abad berbeda / another century"),
    KodeAlasan.TIDAK_TERCATAT: (_READERS, "tidak tercatat / the registry holds none"),
}
"""Who may be told, and the words `Indonesian / English`."""


class Alasan(msgspec.Struct, frozen=True, kw_only=True):
    """A reason as it is told. It never holds a value."""

    kode: KodeAlasan
    pesan: str


class Penilaian(msgspec.Struct, frozen=True):
    """What a comparison found: 0 (nothing in common) to 100 (the same), and why."""

    skor: int
    alasan: frozenset[KodeAlasan] = frozenset()


def kata_alasan(codes: Iterable[KodeAlasan]) -> tuple[Alasan, ...]:
    """The reasons with their words, always in the same order."""
    told = frozenset(codes)
    return tuple(Alasan(kode=code, pesan=ALASAN[code][1]) for code in KodeAlasan if code in told)
