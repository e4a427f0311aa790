"""What a client may write: records inside its grant, as they are told and as they stood before."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import UNSET

from gateway.domain.errors import FieldError
from gateway.domain.person import ATRIBUT_PENDUDUK
from gateway.domain.policy import View, dalam_wilayah
from gateway.domain.ppks import RekamanPpks, StatusPpks

_OF_RECORD: Final = ("padan", "dtks", "bantuan", "kebutuhan", "keberadaan")
_NOT_GRANTED: Final = "tidak diizinkan grant / not granted"
_OUTSIDE: Final = "di luar wilayah grant / outside the grant's areas"
_NO_AREA: Final = "wajib ada dalam grant ini / this grant needs it"


def salah_hak(hak: View, rekaman: RekamanPpks) -> tuple[FieldError, ...]:
    """Why the record may not be written as it is told; empty where it may."""
    errors = [FieldError(name, _NOT_GRANTED) for name in _told_beyond(hak, rekaman)]
    if not rekaman.dihapus:
        area = rekaman.orang.kode_wilayah
        errors += _place_errors(hak, area if isinstance(area, str) else None)
        errors += _category_errors(hak, [item.kode for item in rekaman.kategori])
    return tuple(errors)


def boleh_diganti(hak: View, kode_wilayah: str | None, kategori: Iterable[str]) -> bool:
    """Whether a record that stands so may be replaced. One without content may be filled."""
    kinds = [*kategori]
    if kode_wilayah is None and not kinds:
        return True
    return not [*_place_errors(hak, kode_wilayah), *_category_errors(hak, kinds)]


def _told_beyond(hak: View, rekaman: RekamanPpks) -> Iterator[str]:
    """The attributes that are told and not granted."""
    of_person, of_record = _not_granted(hak.atribut)
    for content, names in ((rekaman.orang, of_person), (rekaman, of_record)):
        for name in names:
            if getattr(content, name) is not UNSET:
                yield name
    if rekaman.kategori and "kategori" not in hak.atribut:
        yield "kategori"
    if rekaman.status is not StatusPpks.TERDATA and "status" not in hak.atribut:
        yield "status"


@lru_cache(maxsize=64)
def _not_granted(granted: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a person's attributes and of a record's those that are not granted: few to look for."""
    of_person, of_record = (
        tuple(name for name in names if name not in granted)
        for names in (ATRIBUT_PENDUDUK, _OF_RECORD)
    )
    return of_person, of_record


def _place_errors(hak: View, kode: str | None) -> list[FieldError]:
    if dalam_wilayah(hak, kode):
        return []
    return [FieldError("kode_wilayah", _NO_AREA if kode is None else _OUTSIDE)]


def _category_errors(hak: View, kinds: list[str]) -> list[FieldError]:
    if hak.kategori is None:
        return []
    if not kinds:
        return [FieldError("kategori", _NO_AREA)]
    return [
        FieldError(f"kategori[{number}].kode", _NOT_GRANTED)
        for number, kode in enumerate(kinds)
        if kode not in hak.kategori
    ]
