"""Pairs of worlds that differ only in what one grant does not show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from gateway.domain.grant import ATRIBUT_REKAMAN, Grant, JenisGrant, StatusGrant
from gateway.domain.narrowing import Penyempitan
from gateway.domain.person import Penduduk, terisi
from gateway.domain.policy import View, buka, tampak
from gateway.domain.ppks import RekamanPpks
from tests.fixtures.oauth import START, grant_of
from tests.policy import world

MOMENTS: Final = 8
HIDDEN_NAMES: Final = tuple(f"tersembunyi-{number}" for number in range(8))
PEOPLE: Final = 10
"""So few that hidden and visible records are often about the same person."""
_AREAS: Final = tuple(area for area in world.AREAS if area is None or area.startswith("6"))
_GRANTED: Final = ("64", "64.02", "64.02.06", "64.02.06.1001", "64.02.07", "65")
_PLAIN: Final = tuple(name for name in ATRIBUT_REKAMAN if name not in {"kategori", "sumber"})

World = tuple[tuple[RekamanPpks, ...], ...]
"""What is saved at each moment."""


class Twins(NamedTuple):
    """Two worlds that look alike through the grant, or what a token leaves of it."""

    grant: Grant
    narrowing: Penyempitan | None
    left: World
    right: World


def twins(chance: Random) -> Twins:
    """A grant and two worlds. What is visible was saved at the same moments in both."""
    grant = _grant(chance)
    narrowing = chance.choice((None, None, world.narrowing(chance)))
    view = buka(grant, START, narrowing)
    visible = [_visible(chance, view, number) for number in range(MOMENTS)]
    return Twins(
        grant,
        narrowing,
        left=tuple(_with_hidden(chance, view, visible)),
        right=tuple(_with_hidden(chance, view, [_twin(chance, view, one) for one in visible])),
    )


def moment(number: int) -> Any:
    """When the part of this number is saved."""
    return START + timedelta(seconds=number)


def _grant(chance: Random) -> Grant:
    names = sorted(frozenset(world.ATTRIBUTES) - frozenset(world.NO_ATTRIBUTES))
    return grant_of(
        "dinkes",
        "G-1",
        atribut=frozenset(chance.sample(names, chance.randint(len(names) // 3, len(names)))),
        atribut_cocok=frozenset(chance.sample(world.MATCHES, chance.randint(0, 3))),
        wilayah=frozenset(chance.choice((chance.sample(_GRANTED, 2), chance.sample(_GRANTED, 1)))),
        kategori=frozenset(chance.choice((("*",), chance.sample(world.KINDS, 2), world.KINDS[:1]))),
        jenis=chance.choice((*[JenisGrant.BACA] * 5, *[JenisGrant.SAMARAN] * 3, *JenisGrant)),
        baris_per_hari=chance.choice(("*", "*", 5, 60)),
        status=chance.choice((*[StatusGrant.AKTIF] * 7, StatusGrant.DITANGGUHKAN)),
    )


def _drawn(chance: Random) -> RekamanPpks:
    area = chance.choice(_AREAS)
    kinds = chance.sample(world.KINDS, chance.randint(0, 4))
    return world.record(chance, chance.randrange(PEOPLE), area, kinds)


def _is_shown(view: View, one: RekamanPpks) -> bool:
    kinds = [item.kode for item in one.kategori]
    return not one.dihapus and tampak(view, one.orang.kode_wilayah, kinds)


def _visible(chance: Random, view: View, number: int) -> RekamanPpks | None:
    """None through a view that shows nothing."""
    if view.kosong:
        return None
    while True:
        one = replace(_drawn(chance), id_sumber=f"tampak-{number}")
        if _is_shown(view, one):
            return one


def _hidden(chance: Random, view: View, name: str) -> RekamanPpks:
    while True:
        one = replace(_drawn(chance), id_sumber=name, dihapus=chance.random() < 0.3)
        if not _is_shown(view, one):
            return one


def _with_hidden(
    chance: Random, view: View, visible: Sequence[RekamanPpks | None]
) -> Iterator[tuple[RekamanPpks, ...]]:
    """The visible ones, and before, beside and after them others, new or changed again."""
    for one in visible:
        names = chance.sample(HIDDEN_NAMES, chance.randint(0, 4))
        hidden = [_hidden(chance, view, name) for name in names]
        yield tuple(hidden if one is None else [*hidden, one])


def _twin(chance: Random, view: View, one: RekamanPpks | None) -> RekamanPpks | None:
    """The same record through the view; whatever the view does not show is drawn anew."""
    if one is None:
        return None
    other = _visible(chance, view, 0)
    assert other is not None
    # The reference key comes from the NIK and is shown to everybody.
    seen = view.atribut | view.atribut_cocok | {"nik"}
    if "tahun_lahir" in seen:
        seen |= {"tanggal_lahir"}
    person = _mixed(seen, terisi(one.orang), terisi(other.orang))
    words = view.atribut if view.kategori is None else view.atribut - {"kategori"}
    record: dict[str, Any] = {name: getattr(one, name) for name in _PLAIN if name in seen}
    if "kategori" in seen:
        granted = view.kategori if view.kategori is not None else frozenset(world.KINDS)
        kept = [item for item in one.kategori if item.kode in granted]
        record["kategori"] = (*kept, *(i for i in other.kategori if i.kode not in granted))
    if "sumber" in seen:
        record["asli"] = _mixed(words, one.asli, other.asli)
    return replace(other, id_sumber=one.id_sumber, orang=Penduduk(**person), **record)


def _mixed(
    seen: frozenset[str], one: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name in seen}
    return kept | {name: value for name, value in other.items() if name not in seen}
