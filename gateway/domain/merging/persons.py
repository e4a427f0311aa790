"""Tells which sources' records are of one person: by the NIK where it proves it, or by review.

The answer depends on the records and the reviews alone, never on the order in which they came.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from gateway.domain.merging.identity import Ciri, nik_membuktikan, satu_orang
from gateway.kit.struct import Quiet

Pasangan = tuple[str, str]
"""Two sources' records by their ids."""


class Sumber(Quiet, frozen=True, kw_only=True):
    """A source's record, as far as it tells who the person is."""

    id: str
    nik: str | None
    ciri: Ciri
    dihapus: bool


class Tinjauan(Quiet, frozen=True, kw_only=True):
    """What reviewers found: pairs that are one person, and pairs that are two."""

    sama: frozenset[Pasangan] = frozenset()
    beda: frozenset[Pasangan] = frozenset()


def kelompok_orang(
    sumber: Iterable[Sumber], tinjauan: Tinjauan, today: date
) -> list[tuple[str, ...]]:
    """The records' ids, person by person; in each group and among the groups sorted.

    Give all records that have a NIK in common, and all of which one was reviewed with another.
    """
    records = {record.id: record for record in sumber}
    groups = _Groups(records)
    by_nik: dict[str, list[Sumber]] = {}
    for record in records.values():
        if record.nik is not None:
            by_nik.setdefault(record.nik, []).append(record)
    for nik, same in by_nik.items():
        if len(same) > 1 and _proves(nik, same, today):
            groups.join(record.id for record in same)
    for pair in tinjauan.sama:
        if records.keys() >= {*pair}:
            groups.join(pair)
    return sorted(part for group in groups.all() for part in _apart(group, tinjauan.beda))


def _proves(nik: str, same: Sequence[Sumber], today: date) -> bool:
    living = [record.ciri for record in same if not record.dihapus]
    return nik_membuktikan(nik, today) and satu_orang(living)


def _apart(group: tuple[str, ...], refused: frozenset[Pasangan]) -> list[tuple[str, ...]]:
    """The group, or each record by itself where a reviewer found two persons in it."""
    if any(one in group and other in group for one, other in refused):
        return [(record,) for record in group]
    return [group]


class _Groups:
    """Sets that grow together."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._group = {record: [record] for record in ids}

    def join(self, ids: Iterable[str]) -> None:
        first, *others = ids
        ours = self._group[first]
        for other in others:
            theirs = self._group[other]
            if theirs is not ours:
                ours += theirs
                self._group.update(dict.fromkeys(theirs, ours))

    def all(self) -> list[tuple[str, ...]]:
        return [tuple(sorted(group)) for group in {id(g): g for g in self._group.values()}.values()]
