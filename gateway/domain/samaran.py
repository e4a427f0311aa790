"""Pseudonymised records: what is told of somebody who must not be known.

Names and numbers are not in the view at all. What remains is made coarser here, and what would let
two readers join their records is renamed under a key of the grant's own.
"""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import msgspec

from gateway.domain.wilayah import Tingkat

_LEVELS = tuple(Tingkat)
_NAMES = ("id", "rujukan")


class Samaran(msgspec.Struct, frozen=True, kw_only=True):
    """How the records of one grant are pseudonymised."""

    kunci: str
    """Names the key: the grant's id."""
    tingkat: Tingkat
    """How deep areas are told."""

    def sedalam(self, kode: str) -> bool:
        """True where an area lies no deeper than areas are told."""
        return kode.count(".") <= _LEVELS.index(self.tingkat)

    def potong(self, kode: str) -> str:
        """The area around a code that is still told."""
        return ".".join(kode.split(".")[: _LEVELS.index(self.tingkat) + 1])


def samarkan(samaran: Samaran, row: dict[str, Any], sebut: Callable[[str], str]) -> dict[str, Any]:
    """A record without what tells it apart. `sebut` renames a text under the key of the grant.

    The moment of the last change is cut to its day: two readers could join records by it.
    """
    told = dict(row)
    told |= {name: sebut(f"{name}|{row[name]}") for name in _NAMES}
    told["diubah_pada"] = datetime.combine(
        row["diubah_pada"].date(), time(), row["diubah_pada"].tzinfo
    )
    if isinstance(kode := row.get("kode_wilayah"), str):
        told["kode_wilayah"] = samaran.potong(kode)
    for name in ("kategori", "bantuan"):
        if row.get(name) is not None:
            told[name] = [_without_words(item) for item in row[name]]
    return told


def terlalu_halus(
    samaran: Samaran | None, kode_wilayah: str | None, sejak: datetime | None
) -> tuple[str, ...]:
    """The filters that would tell more than the records do: a deeper area, a part of a day."""
    if samaran is None:
        return ()
    wrong = {
        "kode_wilayah": kode_wilayah is not None and not samaran.sedalam(kode_wilayah),
        "diubah_sejak": sejak is not None and sejak.timetz() != time(tzinfo=sejak.tzinfo),
    }
    return tuple(name for name, is_wrong in wrong.items() if is_wrong)


def _without_words(item: Any) -> dict[str, Any]:
    """An entry of a list without the source's own words, in which a name could stand."""
    plain: dict[str, Any] = msgspec.to_builtins(item)
    return {name: value for name, value in plain.items() if name != "asli"}
