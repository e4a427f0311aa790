"""Area codes of the Ministry of Home Affairs (Kemendagri), kept apart from those of BPS.

A Kemendagri code is written with dots, `64.02.06.1001`. BPS codes reuse the same digits for other
places (BPS 6402 is Kutai Barat, Kemendagri 64.02 is Kutai Kartanegara), so a code is only read
together with the name of its system.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

import msgspec


class SistemKode(StrEnum):
    """The two systems of area codes."""

    KEMENDAGRI = "kemendagri"
    BPS = "bps"


class Tingkat(StrEnum):
    """Depth of an area."""

    PROVINSI = "provinsi"
    KAB_KOTA = "kab_kota"
    KECAMATAN = "kecamatan"
    DESA_KELURAHAN = "desa_kelurahan"


class KodeTanpaSistem(ValueError):
    """A bare number of which nobody said whether it is Kemendagri's or BPS's."""


class KodeWilayahSalah(ValueError):
    """Not of the form of its code system."""


class Wilayah(msgspec.Struct, frozen=True, kw_only=True):
    """One area of the Kemendagri table, with the editions in which it stands."""

    kode: str
    nama: str
    edisi_pertama: int
    edisi_terakhir: int
    penerus: str | None = None
    """The code that replaced this one, where it is known."""


class KodeAsing(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign code, kept with its system and edition and never compared with ours."""

    sistem: SistemKode
    kode: str
    edisi: str | None = None


_KEMENDAGRI: Final = re.compile(r"[1-9]\d(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", re.ASCII)
_BPS: Final = re.compile(r"[1-9]\d(\d{2}(\d{3}(\d{3})?)?)?", re.ASCII)
_LEVELS: Final = tuple(Tingkat)
EDISI_TERBARU: Final = 2025


def parse_kode(text: str) -> str:
    """A Kemendagri code in dotted form, unchanged. Raises KodeWilayahSalah."""
    if not _KEMENDAGRI.fullmatch(text):
        msg = "kode wilayah Kemendagri ditulis dengan titik, misalnya 64.02.06 atau 64.02.06.1001"
        raise KodeWilayahSalah(msg)
    return text


def baca_kode(text: str, sistem: SistemKode | None, edisi: str | None = None) -> str | KodeAsing:
    """A code of a stated system: ours as dotted text, a BPS code as a foreign code.

    Raises KodeTanpaSistem for bare digits without a system, KodeWilayahSalah for a wrong form.
    """
    text = text.strip()
    if sistem is SistemKode.BPS:
        digits = text.replace(".", "")
        if not _BPS.fullmatch(digits):
            msg = "kode BPS terdiri atas 2, 4, 7 atau 10 angka"
            raise KodeWilayahSalah(msg)
        return KodeAsing(sistem=sistem, kode=digits, edisi=edisi)
    if sistem is None and "." not in text:
        msg = "kode wilayah tanpa titik dapat berarti BPS atau Kemendagri: sebutkan sistemnya"
        raise KodeTanpaSistem(msg)
    if "." in text:
        return parse_kode(text)
    return parse_kode(_with_dots(text))


def rakit_kode(prov: int | str, kab: int | str, kec: int | str = "", kel: int | str = "") -> str:
    """A dotted code from unpadded numbers: (32, 73, 9, 1004) -> `32.73.09.1004`; stops at a gap."""
    parts: list[str] = []
    for value, width in ((prov, 2), (kab, 2), (kec, 2), (kel, 4)):
        text = str(value).strip()
        if not text or not text.isdigit():
            break
        parts.append(text.zfill(width))
    return parse_kode(".".join(parts))


def tingkat(kode: str) -> Tingkat:
    """The depth of a dotted code."""
    return _LEVELS[kode.count(".")]


def leluhur(kode: str) -> Iterator[str]:
    """The code and every area that holds it, deepest first."""
    while kode:
        yield kode
        kode = kode.rpartition(".")[0]


def memuat(luar: str, dalam: str) -> bool:
    """True where `dalam` is `luar` or lies in it; by segment, never by prefix of characters."""
    return dalam == luar or dalam.startswith(luar + ".")


def jenis_desa(kode: str) -> str | None:
    """`kelurahan` (1xxx), `desa` (2xxx) or `desa adat` (3xxx) of a village code, else None."""
    if tingkat(kode) is not Tingkat.DESA_KELURAHAN:
        return None
    return {"1": "kelurahan", "2": "desa", "3": "desa adat"}.get(kode.rpartition(".")[2][0])


def is_kota(kode: str) -> bool | None:
    """True for a city, False for a regency, None above that level."""
    parts = kode.split(".")
    return int(parts[1]) >= 71 if len(parts) > 1 else None


def baca_tabel(rows: Iterable[str]) -> Iterator[Wilayah]:
    """Areas from CSV lines `kode,nama,edisi_pertama,edisi_terakhir[,penerus]` with a header."""
    for row in csv.DictReader(rows):
        yield Wilayah(
            kode=parse_kode(row["kode"]),
            nama=row["nama"],
            edisi_pertama=int(row["edisi_pertama"]),
            edisi_terakhir=int(row["edisi_terakhir"]),
            penerus=row.get("penerus") or None,
        )


@cache
def tabel_bawaan() -> dict[str, Wilayah]:
    """The built-in provinces and regencies of every edition since 2018, by code."""
    text = resources.files("gateway.domain").joinpath("wilayah.csv").read_text("utf-8")
    return {area.kode: area for area in baca_tabel(text.splitlines())}


def _with_dots(digits: str) -> str:
    if not digits.isdigit() or len(digits) not in (2, 4, 6, 10):
        msg = "kode Kemendagri tanpa titik terdiri atas 2, 4, 6 atau 10 angka"
        raise KodeWilayahSalah(msg)
    cuts = [digits[:2], digits[2:4], digits[4:6], digits[6:]]
    return parse_kode(".".join(part for part in cuts if part))
