"""The kecamatan of one kabupaten by name: from the table of areas, and from the published list."""

from collections.abc import Iterable, Mapping
from typing import Final

from gateway.domain.importing import WilayahIndex
from gateway.kit.table import slug

_TERBIT: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "64.02": {
        "64.02.01": ("Muara Muntai",),
        "64.02.02": ("Loa Kulu",),
        "64.02.03": ("Loa Janan",),
        "64.02.04": ("Anggana",),
        "64.02.05": ("Muara Badak",),
        "64.02.06": ("Tenggarong",),
        "64.02.07": ("Sebulu",),
        "64.02.08": ("Kota Bangun",),
        "64.02.09": ("Kenohan",),
        "64.02.10": ("Kembang Janggut",),
        "64.02.11": ("Muara Kaman",),
        "64.02.12": ("Tabang",),
        "64.02.13": ("Samboja",),
        "64.02.14": ("Muara Jawa",),
        "64.02.15": ("Sanga Sanga",),
        "64.02.16": ("Tenggarong Seberang",),
        "64.02.17": ("Marang Kayu",),
        "64.02.18": ("Muara Wis",),
        "64.02.19": ("Kota Bangun Darat",),
        "64.02.20": ("Samboja Barat", "Semboja Barat"),
    }
}
"""Kabupaten -> its kecamatan with every spelling seen in print (edition of 2025)."""


class DaftarKecamatan:
    """Finds the code of a kecamatan of one kabupaten, however its name is spaced or hyphenated."""

    def __init__(self, kab_kota: str, wilayah: WilayahIndex) -> None:
        numbers = (f"{kab_kota}.{number:02}" for number in range(1, 100))
        known = {kode: nama for kode in numbers if (nama := wilayah.name(kode))}
        printed = _TERBIT.get(kab_kota, {})
        self.nama: dict[str, str] = {kode: names[0] for kode, names in printed.items()} | known
        """Code -> name of every kecamatan that is known."""
        self._kode: dict[str, str] = {}
        for kode, names in (*printed.items(), *((kode, (nama,)) for kode, nama in known.items())):
            self._kode |= {_squeezed(name): kode for name in names}

    def kode(self, nama: str) -> str | None:
        """The code, or None for a name that this kabupaten does not have."""
        return self._kode.get(_squeezed(nama))

    def missing(self, codes: Iterable[str]) -> list[str]:
        """The codes of this kabupaten that are not among `codes`, in order."""
        return sorted(set(self.nama) - set(codes))


def _squeezed(nama: str) -> str:
    """`Sanga-Sanga`, `SANGA SANGA` and `Kecamatan Sangasanga` are one name."""
    return slug(nama).removeprefix("kecamatan-").removeprefix("kec-").replace("-", "")
