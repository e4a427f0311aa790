"""Coded answers of the social surveys; the same code may mean another thing in another scheme.

The lists stand in `daftar.csv`. Regsosek 2022 and DTSEN agree in most of them; where they do not
(roof 5 and 6, "does not cook"), which one holds for today's DTSEN is not settled, so the caller
must name the scheme.
"""

import csv
from enum import StrEnum
from importlib import resources
from typing import Final

from gateway.kit.table import CodeTable


class Skema(StrEnum):
    """Who made the list."""

    REGSOSEK = "regsosek"
    """Regsosek 2022, form K."""
    DTSEN = "dtsen"
    """The coded DTSEN variable list of a provincial social office."""
    ASESMEN = "asesmen"
    """A provincial assessment of DTSEN families."""
    PRELIST = "prelist"
    """The matching prelist of 2021-23."""
    OPENSID = "opensid"


class Daftar(StrEnum):
    """What the code is about."""

    PARTISIPASI_SEKOLAH = "partisipasi-sekolah"
    JENJANG_PENDIDIKAN = "jenjang-pendidikan"
    STATUS_BEKERJA = "status-bekerja"
    OMZET_BULANAN = "omzet-bulanan"
    KONDISI_GIZI = "kondisi-gizi"
    KESULITAN_FUNGSIONAL = "kesulitan-fungsional"
    KESEDIHAN_DEPRESI = "kesedihan-depresi"
    CACAT = "cacat"
    PENYAKIT_KRONIS = "penyakit-kronis"
    STATUS_RUMAH = "status-rumah"
    LANTAI = "lantai"
    DINDING = "dinding"
    ATAP = "atap"
    AIR_MINUM = "air-minum"
    PENERANGAN = "penerangan"
    DAYA_LISTRIK = "daya-listrik"
    BAHAN_BAKAR_MEMASAK = "bahan-bakar-memasak"
    FASILITAS_BAB = "fasilitas-bab"
    KLOSET = "kloset"
    PEMBUANGAN_TINJA = "pembuangan-tinja"
    BUKTI_TANAH = "bukti-tanah"
    HASIL_PENDATAAN = "hasil-pendataan"
    KESESUAIAN_KK = "kesesuaian-kk"
    KEBERADAAN_ANGGOTA = "keberadaan-anggota"
    KEBERADAAN_RUTA = "keberadaan-ruta"


def _muat() -> dict[tuple[Daftar, Skema], CodeTable[str]]:
    entries: dict[tuple[Daftar, Skema], dict[str, list[str]]] = {}
    text = resources.files("gateway.domain.codes").joinpath("daftar.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for skema in row["skema"].split("|"):
            values = entries.setdefault((Daftar(row["daftar"]), Skema(skema)), {})
            values.setdefault(row["nilai"], []).extend([row["kode"], row["nilai"], row["label"]])
    return {key: CodeTable(key[0], key[1], values) for key, values in entries.items()}


_TABEL: Final = _muat()


def tabel(daftar: Daftar, skema: Skema) -> CodeTable[str]:
    """The list of one scheme. Raises KeyError where the scheme has no such list."""
    return _TABEL[daftar, skema]


def baca_daftar(daftar: Daftar, skema: Skema, teks: str | int) -> str | None:
    """The house value (`KAYU_SIRAP`) of a code or label, or None where the list lacks it.

    Raises KeyError where the scheme has no such list.
    """
    return tabel(daftar, skema).get(str(teks).strip())
