"""The view that one grant opens: which columns, which rows, which of a record's categories.

The same view is compiled to SQL by the store and applied in memory to answers that never were in
the store (the registry's). Both must agree; the tests hold them against each other.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import UnsetType

from gateway.domain.grant import SEMUA, Grant
from gateway.domain.grant_types import (
    ATURAN,
    atribut_dicocokkan,
    atribut_terbuka,
    samaran_dari,
    walau_dibatasi,
)
from gateway.domain.narrowing import Penyempitan
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk, terisi
from gateway.domain.ppks import Kategori
from gateway.domain.samaran import Samaran
from gateway.domain.wilayah import memuat

# What every granted reader sees of a record, since without it no list or sync could work.
SELALU: Final[tuple[str, ...]] = ("id", "versi", "diubah_pada", "rujukan")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A grant compiled for use. `wilayah` or `kategori` None = no limit; empty = nothing at all."""

    atribut: frozenset[str]
    atribut_cocok: frozenset[str]
    wilayah: frozenset[str] | None
    kategori: frozenset[str] | None
    penduduk: bool = True
    """Whether residents of the registry are shown."""
    rekaman: bool = True
    """Whether PPKS records are shown."""
    samaran: Samaran | None = None
    """How records are pseudonymised; None = they are not."""
    terbatas: bool = False
    """Whether data is shown whose disclosure the person had stopped."""

    @property
    def kosong(self) -> bool:
        """True where no record can be seen."""
        return not self.rekaman or frozenset() in (self.wilayah, self.kategori)


NOTHING: Final = View(
    atribut=frozenset(), atribut_cocok=frozenset(), wilayah=frozenset(), kategori=frozenset()
)


def buka(grant: Grant, now: datetime, sempit: Penyempitan | None = None) -> View:
    """The view of a grant at a moment, narrowed; a grant that does not hold opens nothing."""
    return susun(grant, sempit) if grant.berlaku(now) else NOTHING


@lru_cache(1024)
def susun(grant: Grant, sempit: Penyempitan | None = None) -> View:
    """The view of a grant at its time, whenever that is."""
    rule = ATURAN[grant.jenis]
    whole = View(
        atribut=atribut_terbuka(grant),
        atribut_cocok=atribut_dicocokkan(grant),
        wilayah=None if SEMUA in grant.wilayah else grant.wilayah,
        kategori=None if SEMUA in grant.kategori else grant.kategori,
        penduduk=rule.penduduk,
        rekaman=rule.rekaman,
        samaran=samaran_dari(grant),
        terbatas=walau_dibatasi(grant),
    )
    return whole if sempit is None else _sempitkan(whole, sempit)


def susun_tulis(grant: Grant, now: datetime, sempit: Penyempitan | None = None) -> View:
    """What may be written under a grant at a moment, narrowed: attributes, areas, categories."""
    if not grant.berlaku(now):
        return NOTHING
    whole = msgspec.structs.replace(
        susun(grant), atribut=grant.atribut & ATURAN[grant.jenis].atribut, samaran=None
    )
    return whole if sempit is None else _sempitkan(whole, sempit)


def tampak(view: View, kode_wilayah: str | None, kategori: Iterable[str]) -> bool:
    """Whether a record of this area and these categories is in the view."""
    return view.rekaman and dalam_wilayah(view, kode_wilayah) and _in_kategori(view, kategori)


def saring_kategori(view: View, kategori: Iterable[Kategori]) -> tuple[Kategori, ...]:
    """A record's categories, only those that are granted."""
    if view.kategori is None:
        return tuple(kategori)
    return tuple(item for item in kategori if item.kode in view.kategori)


def kata_asli_tampak(view: View, atribut: str) -> bool:
    """Whether a source's own words for an attribute may be told.

    Its words for the categories speak of all of them, so they need a view of all.
    """
    return atribut in view.atribut and (atribut != "kategori" or view.kategori is None)


def saring_penduduk(view: View, penduduk: Penduduk) -> dict[str, Any] | None:
    """The granted attributes of a resident, or None where the resident lies outside the areas."""
    kode = penduduk.kode_wilayah if isinstance(penduduk.kode_wilayah, str) else None
    if not view.penduduk or not dalam_wilayah(view, kode):
        return None
    return terisi(penduduk, view.atribut)


def outcome_shown(view: View, outcome: Outcome) -> Outcome | None:
    """The registry's outcome, or None where it tells a status that is not granted."""
    told = outcome is Outcome.FOUND or "status_penduduk" in view.atribut
    return outcome if told else None


def _sempitkan(view: View, sempit: Penyempitan) -> View:
    """Only what both show: the grant may have shrunk since the narrowing was asked for."""
    return msgspec.structs.replace(
        view,
        atribut=_common(view.atribut, _asked(sempit.atribut)) or frozenset(),
        atribut_cocok=_common(view.atribut_cocok, _asked(sempit.atribut_cocok)) or frozenset(),
        wilayah=_common_areas(view.wilayah, _not_too_fine(view, _asked(sempit.wilayah))),
        kategori=_common(view.kategori, _asked(sempit.kategori)),
    )


_Names = frozenset[str] | None


def _asked(names: tuple[str, ...] | UnsetType) -> _Names:
    return None if isinstance(names, UnsetType) or SEMUA in names else frozenset(names)


def _common(granted: _Names, asked: _Names) -> _Names:
    if granted is None or asked is None:
        return granted if asked is None else asked
    return granted & asked


def _common_areas(granted: _Names, asked: _Names) -> _Names:
    if granted is None or asked is None:
        return granted if asked is None else asked
    inner = {area for area in asked if any(memuat(outer, area) for outer in granted)}
    return frozenset(inner | {area for area in granted if any(memuat(o, area) for o in asked)})


def _not_too_fine(view: View, asked: _Names) -> _Names:
    """Without areas deeper than the view tells: a token for a village would tell who is there."""
    if view.samaran is None or asked is None:
        return asked
    granted = view.wilayah or frozenset()
    return frozenset(area for area in asked if area in granted or view.samaran.sedalam(area))


def dalam_wilayah(view: View, kode: str | None) -> bool:
    """Whether an area lies in the view's; one that is not known lies only in a view of all."""
    if view.wilayah is None:
        return True
    if kode is None:
        return False
    return any(kode == area or kode.startswith(area + ".") for area in view.wilayah)


def _in_kategori(view: View, kategori: Iterable[str]) -> bool:
    if view.kategori is None:
        return True
    return any(kode in view.kategori for kode in kategori)
