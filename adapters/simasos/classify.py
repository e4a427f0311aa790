"""Reads what a complaint is about from its words, by a table that anybody can check.

A rule holds where the text has a phrase of each of its groups. Asking for something is how almost
every message is phrased, so a request gives way to any other rule; two other rules at once, or
none, leave the complaint unclassified.
"""

import re
from typing import Final

import msgspec

from adapters.simasos.phrases import (
    AKTIF,
    BANTUAN,
    BELUM_TERDATA,
    BENTUK_PENDEK,
    JAMINAN,
    MEMOHON,
    PENYANDANG,
    TIDAK_SAMPAI,
)
from gateway.domain.complaint import KategoriPengaduan
from gateway.kit.table import CodeTable, slug


class Aturan(msgspec.Struct, frozen=True):
    """A category, and the groups of phrases of which a text must have one each."""

    kategori: KategoriPengaduan
    kelompok: tuple[tuple[str, ...], ...]


ATURAN: Final = (
    Aturan(KategoriPengaduan.AKTIVASI_BPJS, (JAMINAN, AKTIF)),
    Aturan(KategoriPengaduan.PPKS_BELUM_TERDATA, (PENYANDANG, BELUM_TERDATA)),
    Aturan(KategoriPengaduan.BANTUAN_TIDAK_DITERIMA, (BANTUAN, TIDAK_SAMPAI)),
    Aturan(KategoriPengaduan.PERMOHONAN_BANTUAN, (MEMOHON, BANTUAN)),
)

NAMA_KATEGORI: Final = CodeTable(
    "kategori-pengaduan-simasos",
    "1",
    {
        KategoriPengaduan.BANTUAN_TIDAK_DITERIMA: (
            "bantuan tidak diterima",
            "bantuan belum diterima",
            "bantuan tidak masuk",
            "bantuan yang seharusnya diterima belum diterima",
            "belum menerima bantuan",
            "tidak menerima bantuan",
        ),
        KategoriPengaduan.AKTIVASI_BPJS: (
            "aktivasi bpjs",
            "bpjs",
            "reaktivasi bpjs",
            "aktivasi kis",
            "aktivasi bpjs kesehatan",
            "pengaktifan bpjs",
            "reaktivasi pbi jk",
        ),
        KategoriPengaduan.PERMOHONAN_BANTUAN: (
            "permohonan bantuan",
            "permintaan bantuan",
            "usulan bantuan",
            "pengajuan bantuan",
        ),
        KategoriPengaduan.PPKS_BELUM_TERDATA: (
            "ppks belum terdata",
            "ppks yang belum terdata",
            "ppks tidak terdata",
            "pmks belum terdata",
        ),
        KategoriPengaduan.LAINNYA: ("lainnya", "lain lain", "lain"),
        KategoriPengaduan.BELUM_DIKLASIFIKASI: ("belum diklasifikasi",),
    },
)
"""The category as a recap sheet or a menu of the line names it."""

_WORD: Final = re.compile(r"[a-z0-9]+")


def klasifikasi(teks: str) -> KategoriPengaduan:
    """The category that the words prove, else BELUM_DIKLASIFIKASI."""
    words = " ".join(BENTUK_PENDEK.get(word, word) for word in _WORD.findall(slug(teks)))
    padded = f" {words} "
    found = {rule.kategori for rule in ATURAN if _holds(rule, padded)}
    if len(found) > 1:
        found.discard(KategoriPengaduan.PERMOHONAN_BANTUAN)
    return found.pop() if len(found) == 1 else KategoriPengaduan.BELUM_DIKLASIFIKASI


def _holds(rule: Aturan, padded: str) -> bool:
    return all(any(f" {phrase} " in padded for phrase in group) for group in rule.kelompok)
