"""One digest for all records of an area, made so that areas can be added up.

Two that hold the same records have the same digests, whatever the order; where the digests of an
area differ, those of the areas in it say where.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from gateway.domain.systems import SidikWilayah

_BYTES: Final = 16
_MODULUS: Final = 1 << (8 * _BYTES)


class AreaDigests:
    """Digests of every area up to the highest, from records in any order. Memory: the areas."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, int]] = {}

    def add(self, kode: str, sidik: bytes) -> None:
        """Count a record, by the digest of its name and content, in its area and those around it.

        Without an area (empty code) it lies beside the highest ones.
        """
        part = int.from_bytes(sidik)
        for name in _around(kode):
            count, total = self._sums.get(name, (0, 0))
            self._sums[name] = count + 1, (total + part) % _MODULUS

    def below(self, kode: str | None) -> dict[str, SidikWilayah]:
        """The areas one level below `kode`; None = the highest, and what lies in none."""
        return {
            name: _area(name, *sums)
            for name, sums in sorted(self._sums.items())
            if one_below(kode, name)
        }


def one_below(kode: str | None, name: str) -> bool:
    """Whether an area lies one level below another; below None, whether it is among the highest."""
    if kode is None:
        return "." not in name
    return name.startswith(f"{kode}.") and name.count(".") == kode.count(".") + 1


def only_in(area: SidikWilayah, below: Iterable[SidikWilayah]) -> SidikWilayah:
    """What lies in an area, but in none of those below it."""
    count, total = area.jumlah, int.from_bytes(area.sidik)
    for part in below:
        count, total = count - part.jumlah, total - int.from_bytes(part.sidik)
    return _area(area.kode, count, total % _MODULUS)


def nothing(kode: str) -> SidikWilayah:
    """An area in which nothing lies."""
    return _area(kode, 0, 0)


def differing(
    ours: Mapping[str, SidikWilayah], theirs: Mapping[str, SidikWilayah]
) -> tuple[str, ...]:
    """The areas of which the two do not hold the same, by code."""
    return tuple(
        kode for kode in sorted(ours.keys() | theirs.keys()) if ours.get(kode) != theirs.get(kode)
    )


def _area(kode: str, count: int, total: int) -> SidikWilayah:
    return SidikWilayah(kode=kode, jumlah=count, sidik=total.to_bytes(_BYTES))


def _around(kode: str) -> Iterable[str]:
    parts = kode.split(".")
    return (".".join(parts[: length + 1]) for length in range(len(parts)))
