"""One world with its grants opened, and the questions on which everybody must agree."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from random import Random
from typing import Final, NamedTuple

import msgspec

from gateway.domain.policy import View, buka, tampak
from tests.contract.shelf import Shelf
from tests.fixtures.oauth import KEYRING, START
from tests.policy import world
from tests.policy.oracle import Ask, Oracle

NOW: Final = START
RECORDS: Final = 240
RESIDENTS: Final = 120
GRANTS: Final = 3000


class Stored(NamedTuple):
    """A store that holds the records, and the number of each record by its id."""

    shelf: Shelf
    numbers: Mapping[str, int]

    def number(self, view: View, told: str) -> int:
        """The number of the record that a view tells under this id."""
        if view.samaran is None:
            return self.numbers[told]
        return _renamed(self, view.samaran.kunci)[told]


@cache
def _names_of(key: str, ids: tuple[str, ...]) -> Mapping[str, str]:
    rename = KEYRING.renaming(key)
    return {rename(f"id|{ppks_id}"): ppks_id for ppks_id in ids}


def _renamed(stored: Stored, key: str) -> Mapping[str, int]:
    names = _names_of(key, tuple(stored.numbers))
    return {told: stored.numbers[ppks_id] for told, ppks_id in names.items()}


class Scene:
    """Records, residents and grants of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        chance = Random(seed)
        self.records = world.records(chance, RECORDS)
        self.residents = world.residents(chance, RESIDENTS)
        self.grants = world.grants(chance, GRANTS)
        self.narrowings = world.narrowings(chance, GRANTS)
        both = zip(self.grants, self.narrowings, strict=True)
        self.views: list[View] = [buka(grant, NOW, narrowing) for grant, narrowing in both]
        self._decided: dict[Callable[[Scene], Iterable[Ask]], dict[Ask, bool]] = {}
        self.oracle = Oracle(self.grants, self.narrowings, self.records, self.residents)

    def chance(self, purpose: str) -> Random:
        """Chance that does not depend on what else was drawn."""
        return Random(f"{self.seed} {purpose}")

    def shown_in_memory(self, grant: int, record: int) -> bool:
        """What the policy's predicate says of one record."""
        one = self.records[record]
        kinds = [item.kode for item in one.kategori]
        return not one.dihapus and tampak(self.views[grant], one.orang.kode_wilayah, kinds)

    def tell(self, each: Ask) -> str:
        """A question in words, for whoever has to find out why the answers differ."""
        grant = msgspec.json.encode(self.grants[each.grant]).decode()
        about = ""
        if each.kind == "Record":
            one = self.records[int(each.name)]
            kinds = [item.kode for item in one.kategori]
            about = f"{one.orang.kode_wilayah!r} {kinds} {one.dihapus=}"
        narrowing = self.narrowings[each.grant]
        return f"{each} {about} {grant} {narrowing}"

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Grants and records: all pairs at the borders, then for each grant some."""
        borders, near = 40, len(world.AREAS) + 30
        pairs = [(grant, record) for grant in range(borders) for record in range(near)]
        chance = self.chance("pairs")
        for grant in range(borders, GRANTS):
            pairs += [(grant, record) for record in chance.sample(range(RECORDS), 6)]
        return pairs

    def decided(self, questions: "Callable[[Scene], Iterable[Ask]]") -> dict[Ask, bool]:
        """What the rules say to these questions, found out once."""
        if questions not in self._decided:
            self._decided[questions] = self.oracle.decide(questions(self), NOW)
        return self._decided[questions]


@cache
def scene_of(seed: int) -> Scene:
    """The scene of a seed, made once."""
    return Scene(seed)
