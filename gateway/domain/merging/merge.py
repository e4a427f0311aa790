"""One record of what several sources told: who wins for which attribute, and what was lost.

The result depends on what was told alone, never on the order in which it came.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gateway.domain.merging.rules import Aturan, AturanGabung, Penentu
from gateway.domain.ppks import StatusPadan, StatusPpks
from gateway.kit.struct import Quiet

Nilai = Any
"""A value as JSON has it; equal values are the same word."""


class Ujaran(Quiet, frozen=True, kw_only=True):
    """What one source tells of the person. `nilai` holds only what it told."""

    sistem: str
    id_sumber: str
    segar: datetime
    """When it last changed at its source, or, where that is not told, when it was told."""
    nilai: Mapping[str, Nilai]

    @property
    def status(self) -> StatusPpks:
        """How far the source's record was verified."""
        return StatusPpks(self.nilai.get("status", StatusPpks.TERDATA))


class Konflik(Quiet, frozen=True, kw_only=True):
    """A word that did not win, and whose it is (index among the sources)."""

    atribut: str
    nilai: Nilai
    oleh: int


class HasilGabung(Quiet, frozen=True, kw_only=True):
    """The merged values, who tells each (indexes among the sources), and what was lost.

    The first of those who tell a value is the one whose word was chosen.
    """

    nilai: dict[str, Nilai]
    dari: dict[str, tuple[int, ...]]
    konflik: tuple[Konflik, ...]


_KUNCI: Final[Mapping[str, Callable[[Any], Any]]] = {
    "kategori": lambda item: (item["kode"], item.get("subjenis")),
    "bantuan": lambda item: (item["program"], item.get("periode")),
    "kebutuhan": lambda item: item,
}
"""What makes two entries of a list the same entry."""

_SEDIKIT_PUNYA_ARTI: Final = frozenset(("skema", "asli"))
"""Parts of an entry in which two sources may differ without contradicting each other."""

_Rank = Callable[[Ujaran], Any]


def gabungkan(ujaran: Sequence[Ujaran], aturan: AturanGabung) -> HasilGabung:
    """Merge at least one telling; their order does not matter but for the indexes."""
    hasil = HasilGabung(nilai={}, dari={}, konflik=())
    konflik: list[Konflik] = []
    for rule in aturan.aturan:
        ranks = [*map(_rank(rule, aturan), ujaran)]
        order = sorted(range(len(ujaran)), key=ranks.__getitem__)
        if rule.gabung:
            konflik += _join(rule, ujaran, order, hasil)
        else:
            konflik += _choose(rule, ujaran, order, hasil)
    return HasilGabung(nilai=hasil.nilai, dari=hasil.dari, konflik=tuple(konflik))


def _rank(rule: Aturan, table: AturanGabung) -> _Rank:
    """The better the smaller. Names come last, so that nothing stays undecided."""
    place = {name: number for number, name in enumerate(rule.sumber)}
    ranks: Mapping[Penentu, _Rank] = {
        Penentu.SUMBER: lambda told: place.get(told.sistem, len(place)),
        Penentu.TINGKAT: lambda told: -table.tingkat[told.status],
        Penentu.PADAN: lambda told: not _is_matched(told),
        Penentu.KESEGARAN: lambda told: -told.segar.timestamp(),
    }
    chosen = [ranks[name] for name in rule.urutan]
    return lambda told: (*(rank(told) for rank in chosen), told.sistem, told.id_sumber)


def _is_matched(told: Ujaran) -> bool:
    padan = told.nilai.get("padan")
    return padan is not None and padan["status"] == StatusPadan.PADAN


def _choose(
    rule: Aturan, ujaran: Sequence[Ujaran], order: list[int], hasil: HasilGabung
) -> list[Konflik]:
    konflik: list[Konflik] = []
    for names in [rule.atribut] if rule.bersama else [(name,) for name in rule.atribut]:
        winner = _winner(names, ujaran, order)
        if winner is None:
            continue
        won = {name: ujaran[winner].nilai[name] for name in names if name in ujaran[winner].nilai}
        hasil.nilai.update(won)
        for name in names:
            tellers = [index for index in order if name in ujaran[index].nilai]
            lost = [i for i in tellers if _differs(won.get(name), ujaran[i].nilai[name])]
            konflik += [Konflik(atribut=name, nilai=ujaran[i].nilai[name], oleh=i) for i in lost]
            if name in won:
                agreeing = [index for index in tellers if index not in lost]
                hasil.dari[name] = tuple(dict.fromkeys((winner, *agreeing)))
    return konflik


def _winner(names: Iterable[str], ujaran: Sequence[Ujaran], order: list[int]) -> int | None:
    """Of attributes that belong together the first one that anybody told decides."""
    for name in names:
        for index in order:
            if name in ujaran[index].nilai:
                return index
    return None


def _differs(won: Nilai, lost: Nilai) -> bool:
    if isinstance(won, str) and isinstance(lost, str):
        return won.upper().split() != lost.upper().split()
    return bool(won != lost)


def _join(
    rule: Aturan, ujaran: Sequence[Ujaran], order: list[int], hasil: HasilGabung
) -> list[Konflik]:
    konflik: list[Konflik] = []
    for name in rule.atribut:
        key, kept, tellers = _KUNCI[name], dict[Any, Any](), list[int]()
        for index in order:
            for item in ujaran[index].nilai.get(name, ()):
                won = kept.setdefault(key(item), item)
                if _telling(won) == _telling(item):
                    tellers.append(index)
                else:
                    konflik.append(Konflik(atribut=name, nilai=item, oleh=index))
        if kept:
            hasil.nilai[name] = list(kept.values())
            hasil.dari[name] = tuple(dict.fromkeys(tellers))
    return konflik


def _telling(item: Nilai) -> Nilai:
    if not isinstance(item, Mapping):
        return item
    return {name: value for name, value in item.items() if name not in _SEDIKIT_PUNYA_ARTI}
