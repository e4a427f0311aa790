"""A narrowing (RFC 9396): less than its grant, as a client asked for one token; never more."""

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.domain.grant import SEMUA, Grant, Scope
from gateway.domain.grant_types import (
    atribut_dicocokkan,
    atribut_terbuka,
    dalam_jenis,
    samaran_dari,
)
from gateway.domain.wilayah import KodeWilayahSalah, parse_kode

RAR_TYPE: Final = "https://ppks-gateway/rar/ppks"
"""`type` of a narrowing, unless the installation has another."""

# In Python a `$` also stands before a newline at the end; the pattern excludes that.
_Names = tuple[Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[a-z0-9:._*-]+(?!\n)$")], ...]


class Penyempitan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a token shall have of its grant. What is left out is not narrowed; empty is nothing."""

    type: str
    actions: tuple[Scope, ...] | UnsetType = UNSET
    """Scopes; at least one."""
    wilayah: _Names | UnsetType = UNSET
    """Area codes, each with all that lies in it."""
    kategori: _Names | UnsetType = UNSET
    atribut: _Names | UnsetType = UNSET
    atribut_cocok: _Names | UnsetType = UNSET


class NarrowingRefused(ValueError):
    """A narrowing that is none; says which field, and nothing of its content."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def narrowing(asked: Penyempitan, grant: Grant) -> Penyempitan:
    """The narrowing with each name once and in order. Raises NarrowingRefused.

    Refused where it holds more than the grant does.
    """
    if asked.actions == ():
        raise NarrowingRefused("actions", "tanpa isi / holds nothing")
    named = {name: set(value) for name in _GRANTED if (value := getattr(asked, name)) is not UNSET}
    for field, wanted in named.items():
        if not _GRANTED[field](grant, wanted):
            raise NarrowingRefused(field, "melebihi grant / more than the grant")
    ordered = {field: tuple(sorted(wanted)) for field, wanted in named.items()}
    return msgspec.structs.replace(asked, **ordered)


def _covers_areas(grant: Grant, areas: Collection[str]) -> bool:
    if SEMUA in areas:
        return SEMUA in grant.wilayah
    return all(
        _is_area(area) and grant.mencakup_wilayah(area) and _is_told(grant, area) for area in areas
    )


def _is_told(grant: Grant, area: str) -> bool:
    """False for an area deeper than a pseudonymised reader is told: it would tell who is there."""
    samaran = samaran_dari(grant)
    return samaran is None or area in grant.wilayah or samaran.sedalam(area)


def _is_area(text: str) -> bool:
    try:
        return bool(parse_kode(text))
    except KodeWilayahSalah:
        return False


def _covers_categories(grant: Grant, kategori: Collection[str]) -> bool:
    if SEMUA in kategori:
        return SEMUA in grant.kategori
    return all(map(grant.mencakup_kategori, kategori))


_GRANTED: Final[Mapping[str, Callable[[Grant, Collection[str]], bool]]] = {
    "actions": lambda grant, wanted: dalam_jenis(grant).scopes.issuperset(wanted),
    "wilayah": _covers_areas,
    "kategori": _covers_categories,
    "atribut": lambda grant, wanted: atribut_terbuka(grant).issuperset(wanted),
    "atribut_cocok": lambda grant, wanted: atribut_dicocokkan(grant).issuperset(wanted),
}
"""Whether the grant has all of what a field names."""
