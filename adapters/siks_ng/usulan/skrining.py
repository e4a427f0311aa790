"""The ten yes/no questions of the poverty screening that goes with a proposal, kept as data."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from adapters.siks_ng.codes import BENAR
from adapters.siks_ng.objek import samakan_kunci, teks


class Pertanyaan(msgspec.Struct, frozen=True):
    """One question: our name, the two applications' keys, and what it asks."""

    nama: str
    kunci: tuple[str, str]
    isi: str


PERTANYAAN: Final[tuple[Pertanyaan, ...]] = tuple(
    Pertanyaan(nama=nama, kunci=(f"sk{n}", f"quest{n + 1}"), isi=isi)
    for n, (nama, isi) in enumerate((
        ("tempat_tetap", "memiliki tempat berteduh tetap sehari-hari"),
        ("rawan_pangan", "khawatir atau pernah tidak makan dalam setahun terakhir"),
        ("beli_pakaian", "membeli pakaian dalam setahun terakhir"),
        ("dinding_bambu_kayu", "dinding dari bambu, kawat atau kayu"),
        ("listrik_450_atau_bukan", "penerangan PLN 450 watt atau bukan listrik"),
        ("kepala_bekerja", "kepala keluarga masih bekerja"),
        ("pangan_separuh_belanja", "pengeluaran pangan lebih dari separuh pengeluaran"),
        ("lantai_tanah_semen", "lantai dari tanah atau plesteran"),
        ("jamban_sendiri", "memiliki jamban sendiri"),
        ("tinggal_bersama", "tinggal bersama anggota lain"),
    ))
)  # fmt: skip


class Jawaban(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: None where it is missing or no yes or no; the source's text beside it."""

    nama: str
    jawaban: bool | None
    asli: str


def baca_skrining(objek: Mapping[str, Any]) -> tuple[Jawaban, ...]:
    """The ten answers in order, from an object with the keys of either application."""
    isi = samakan_kunci(objek)
    return tuple(
        Jawaban(nama=p.nama, jawaban=BENAR.get(asli), asli=asli)
        for p in PERTANYAAN
        for asli in [next((teks(isi[k]) for k in p.kunci if k in isi), "")]
    )
