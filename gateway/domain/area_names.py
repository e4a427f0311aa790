"""Finds the Kemendagri code of an area from the names that a file writes.

A name is compared without case, spaces and punctuation, so `Marangkayu` is `Marang Kayu`. An
ambiguous name is never guessed: the answer is then the deepest area that all readings share.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from gateway.domain.wilayah import (
    Tingkat,
    Wilayah,
    is_kota,
    jenis_desa,
    leluhur,
    memuat,
    tingkat,
)
from gateway.kit.table import slug

_CACHE_SIZE: Final = 16_384

_KOTA: Final = "kota"
_KABUPATEN: Final = "kabupaten"

# Words before a name, longest first, and the kind of area that each one proves.
_AWALAN: Final[Mapping[Tingkat, tuple[tuple[str, str | None], ...]]] = {
    Tingkat.PROVINSI: (("provinsi", None), ("propinsi", None), ("prov", None)),
    Tingkat.KAB_KOTA: (
        ("kabupaten-administrasi", _KABUPATEN),
        ("kabupaten-adm", _KABUPATEN),
        ("kab-administrasi", _KABUPATEN),
        ("kab-adm", _KABUPATEN),
        ("kabupaten", _KABUPATEN),
        ("kab", _KABUPATEN),
        ("kota-administrasi", _KOTA),
        ("kota-adm", _KOTA),
        ("kota", _KOTA),
    ),
    Tingkat.KECAMATAN: (("kecamatan", None), ("kec", None), ("distrik", None)),
    Tingkat.DESA_KELURAHAN: (
        ("kelurahan", "kelurahan"),
        ("kel", "kelurahan"),
        ("desa", "desa"),
        ("ds", "desa"),
    ),
}

# Names by which an area is also known: spellings of other editions and everyday forms.
_ALIAS: Final[Mapping[str, tuple[str, ...]]] = {
    "31": ("DKI Jakarta", "Daerah Khusus Jakarta", "Jakarta"),
    "34": ("DI Yogyakarta", "DIY", "Yogyakarta"),
    "64.02.20": ("Semboja Barat",),
}

_SINGKATAN: Final = re.compile(r"\bkep\b")


class _Nama(msgspec.Struct, frozen=True):
    """A name as it is compared: without its prefix, without spaces, and the kind it proves."""

    inti: str
    jenis: str | None


class IndeksWilayah:
    """An index of areas by name; implements `gateway.domain.importing.WilayahIndex`.

    Answers are kept in a bounded cache, because a file asks for the same few names again and
    again.
    """

    def __init__(self, areas: Iterable[Wilayah]) -> None:
        self._areas: dict[str, Wilayah] = {}
        # Inner dicts serve as ordered sets: some village names stand for hundreds of areas.
        self._kode: dict[tuple[Tingkat, str], dict[str, None]] = defaultdict(dict)
        for area in areas:
            self._tambah(area)
        self._edisi = max((area.edisi_terakhir for area in self._areas.values()), default=0)
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._cari)

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        """The deepest code that the names prove, or None where they prove no area at all.

        A level that is not told (None or blank) is passed over; a name that is not known within
        the areas found so far ends the search there. An area that is no longer in force counts
        only where no current one bears the name, and as the one that replaced it: a person lives
        where the place lies today, whatever province a file of before the split writes.
        """
        return self._cached(provinsi, kab_kota, kecamatan, desa)

    def name(self, kode: str) -> str | None:
        """The name of an area, or None where the table does not hold it."""
        area = self._areas.get(kode)
        return area.nama if area else None

    def _tambah(self, area: Wilayah) -> None:
        known = self._areas.get(area.kode)
        if known is None or known.edisi_terakhir <= area.edisi_terakhir:
            self._areas[area.kode] = area
        level = tingkat(area.kode)
        for wording in (area.nama, *_ALIAS.get(area.kode, ())):
            for name in _bacaan(wording, level):
                self._kode[level, name.inti][area.kode] = None

    def _cari(self, *names: str | None) -> str | None:
        found: list[str] = []
        for level, wording in zip(Tingkat, names, strict=True):
            if wording is None or not wording.strip():
                continue
            narrowed = self._bernama(wording, level, found)
            if not narrowed:
                break
            found = narrowed
        return _leluhur_bersama(found)

    def _bernama(self, wording: str, level: Tingkat, within: Sequence[str]) -> list[str]:
        """The areas of a level with this name inside any of `within` (empty = anywhere)."""
        for name in _bacaan(wording, level):
            codes = [
                kode
                for kode in self._kode.get((level, name.inti), ())
                if (name.jenis is None or name.jenis == _jenis(kode, level))
                and (not within or any(memuat(luar, kode) for luar in within))
            ]
            if codes:
                current = [k for k in codes if self._areas[k].edisi_terakhir == self._edisi]
                return current or [*dict.fromkeys(map(self._kini, codes))]
        return []

    def _kini(self, kode: str) -> str:
        """The code that replaced a retired one, where the table knows it."""
        area = self._areas[kode]
        return area.penerus if area.penerus in self._areas else kode


def _bacaan(wording: str, level: Tingkat) -> list[_Nama]:
    """How a wording may be read: with its prefix taken as a kind of area, then as it stands."""
    text = _SINGKATAN.sub("kepulauan", slug(wording))
    whole = _Nama(text.replace("-", ""), None)
    for prefix, kind in _AWALAN[level]:
        if text.startswith(prefix + "-"):
            return [_Nama(text.removeprefix(prefix).replace("-", ""), kind), whole]
    return [whole]


def _jenis(kode: str, level: Tingkat) -> str | None:
    if level is Tingkat.KAB_KOTA:
        return _KOTA if is_kota(kode) else _KABUPATEN
    return jenis_desa(kode)


def _leluhur_bersama(codes: Sequence[str]) -> str | None:
    """The deepest area that holds all of them."""
    if not codes:
        return None
    first, *others = codes
    for kode in leluhur(first):
        if all(memuat(kode, other) for other in others):
            return kode
    return None
