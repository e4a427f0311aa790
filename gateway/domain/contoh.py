"""A sample of records that tells nobody: coarse, drawn by a keyed order, without small groups.

Whether a group is told depends on all records of the engagement and not on what was drawn or asked
for, small groups are not drawn from, and how much they hold is told of the whole engagement alone:
no two samples can be compared to find out about a group that is withheld.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec

from gateway.domain.policy import View
from gateway.domain.samaran import Samaran
from gateway.domain.wilayah import Tingkat, memuat
from gateway.kit.struct import Quiet

_BAND: Final = 5
_COARSE: Final = Samaran(kunci="", tingkat=Tingkat.KAB_KOTA)


class RekamanKasar(Quiet, frozen=True, kw_only=True):
    """What of a record a sample is drawn from."""

    id: str
    rujukan: str
    tahun_lahir: str | None
    kode_wilayah: str | None
    kategori: tuple[str, ...]


class Golongan(NamedTuple):
    """Records that a sample tells alike."""

    kelompok_lahir: str | None
    """Years of birth, `1990-1994`; None = not known."""
    kode_wilayah: str | None
    """The regency, or what is known above it."""
    kategori: tuple[str, ...]


class Tarikan(NamedTuple):
    """A record that was drawn."""

    id: str
    """Its name in this sample alone."""
    golongan: Golongan


class Contoh(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a drawing."""

    items: tuple[Tarikan, ...]
    ditahan: int | None
    """Records of the engagement that no sample tells; None = some, fewer than the threshold."""


class KondisiContoh(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; whole groups only."""

    ukuran: int
    benih: str
    """Another seed draws other records; the same one draws the same."""
    kode_wilayah: str | None = None
    kategori: str | None = None


def golongan(rekaman: RekamanKasar) -> Golongan:
    """The group of a record."""
    kode = rekaman.kode_wilayah
    return Golongan(
        kelompok_lahir=_band(rekaman.tahun_lahir),
        kode_wilayah=None if kode is None else _COARSE.potong(kode),
        kategori=tuple(sorted(rekaman.kategori)),
    )


class Undian:
    """Draws from records that are shown one by one; keeps no more than it tells."""

    def __init__(
        self,
        kondisi: KondisiContoh,
        ambang: int,
        tampak: Callable[[Golongan], bool],
        sebut: Callable[[str], str],
    ) -> None:
        """`tampak`: which groups are drawn from; `sebut` renames under the engagement's key."""
        self._kondisi = kondisi
        self._ambang = ambang
        self._tampak = tampak
        self._sebut = sebut
        self._persons: defaultdict[Golongan, set[str]] = defaultdict(set)
        self._drawn: list[tuple[int, str, Golongan]] = []
        self._small: defaultdict[Golongan, int] = defaultdict(int)
        self._waiting: defaultdict[Golongan, list[str]] = defaultdict(list)
        """Records of groups that are small until now: how many, and which are asked for."""

    def lihat(self, rekaman: Iterable[RekamanKasar]) -> None:
        """Take more records into the drawing."""
        for each in rekaman:
            group = golongan(each)
            is_asked = self._tampak(group) and _asked(self._kondisi, group)
            if self._is_small(group, each.rujukan):
                self._small[group] += 1
                self._waiting[group] += [each.id] if is_asked else []
                continue
            self._small.pop(group, None)
            for name in (*self._waiting.pop(group, ()), *([each.id] if is_asked else ())):
                self._draw(name, group)

    def hasil(self) -> Contoh:
        """The records that were drawn."""
        told = [
            Tarikan(self._sebut(f"contoh-nama|{self._kondisi.benih}|{name}"), group)
            for _, name, group in self._drawn
        ]
        withheld = sum(self._small.values())
        few = 0 < withheld < self._ambang
        return Contoh(items=tuple(sorted(told)), ditahan=None if few else withheld)

    def _is_small(self, group: Golongan, rujukan: str) -> bool:
        known = self._persons[group]
        if len(known) < self._ambang:
            known.add(rujukan)
        return len(known) < self._ambang

    def _draw(self, name: str, group: Golongan) -> None:
        drawn_by = self._sebut(f"contoh|{self._kondisi.benih}|{name}")
        # The heap has its smallest on top, and what is drawn last must leave first.
        entry = (-int(drawn_by.replace("-", ""), 16), name, group)
        if len(self._drawn) < self._kondisi.ukuran:
            heapq.heappush(self._drawn, entry)
        elif entry > self._drawn[0]:
            heapq.heapreplace(self._drawn, entry)


def golongan_tampak(seluruh: View, sempit: View) -> Callable[[Golongan], bool]:
    """Which groups a narrowed token is told: those of which it sees every record."""

    def shown(group: Golongan) -> bool:
        return _in_areas(seluruh, sempit, group.kode_wilayah) and (
            sempit.kategori == seluruh.kategori
            or sempit.kategori is None
            or sempit.kategori.issuperset(group.kategori)
        )

    return shown


def _in_areas(seluruh: View, sempit: View, kode: str | None) -> bool:
    if sempit.wilayah == seluruh.wilayah or sempit.wilayah is None:
        return True
    return kode is not None and any(memuat(area, kode) for area in sempit.wilayah)


def _asked(kondisi: KondisiContoh, group: Golongan) -> bool:
    area, kind = kondisi.kode_wilayah, kondisi.kategori
    if area is not None and not (group.kode_wilayah and memuat(area, group.kode_wilayah)):
        return False
    return kind is None or kind in group.kategori


def _band(tahun: str | None) -> str | None:
    if tahun is None or not tahun.isdecimal():
        return None
    first = int(tahun) // _BAND * _BAND
    return f"{first:04}-{first + _BAND - 1:04}"
