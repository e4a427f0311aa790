"""Asks an independent policy engine (Cedar) what the rules allow; the gateway's policy has no part in it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from cedarpy import Entities, PolicySet, Schema, is_authorized_batch
from msgspec import UNSET, UnsetType

from gateway.domain.grant import Grant
from gateway.domain.narrowing import Penyempitan
from gateway.domain.person import Penduduk
from gateway.domain.ppks import RekamanPpks

_HERE: Final = Path(__file__).parent
RULES: Final = (_HERE / "rules.cedar").read_text("utf-8")
SCHEMA: Final = (_HERE / "rules.cedarschema").read_text("utf-8")
_POLICIES: Final = PolicySet.from_str(RULES)
_PARSED_SCHEMA: Final = Schema.from_str(SCHEMA)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The engine is quicker with few grants at a time.
_AT_ONCE: Final = 20


class Ask(NamedTuple):
    """Whether the grant of this number allows an action on a resource."""

    grant: int
    action: str
    kind: str
    """`Record`, `Resident` or `Attribute`."""
    name: str
    more: tuple[tuple[str, str, str], ...] = ()
    """The rest of what is asked: name in the context, type, id."""

    @property
    def pair(self) -> tuple[int, int]:
        """Grant and record, by number."""
        return self.grant, int(self.name)

    @property
    def about(self) -> str:
        """The attribute or the category that is asked for."""
        [(_, _, told)] = self.more
        return told


def ask(grant: int, action: str, number: int, **more: str) -> Ask:
    """About the record of this number."""
    return Ask(grant, action, "Record", str(number), _context(more))


def ask_for_filter(grant: int, attribute: str) -> Ask:
    """Whether records may be filtered by an attribute."""
    return Ask(grant, "filter", "Attribute", attribute)


def ask_of_resident(grant: int, action: str, number: int, **more: str) -> Ask:
    """About the resident of this number."""
    return Ask(grant, action, "Resident", str(number), _context(more))


class Oracle:
    """The engine with the grants, records and residents of one world."""

    def __init__(
        self,
        grants: Sequence[Grant],
        narrowings: Sequence[Penyempitan | None],
        records: Sequence[RekamanPpks],
        residents: Sequence[Penduduk],
    ) -> None:
        self._grants = list(zip(grants, narrowings, strict=True))
        self.applied: set[str] = set()
        """The names of the rules that decided something."""
        things = [_record(number, one) for number, one in enumerate(records)]
        things += [_resident(number, one) for number, one in enumerate(residents)]
        self._base = Entities.from_json_str(json.dumps(things + _trees(things)), _PARSED_SCHEMA)

    def decide(self, asks: Iterable[Ask], now: datetime) -> dict[Ask, bool]:
        """What the rules say to each. A rule that cannot be applied is a failure."""
        by_grant: dict[int, set[Ask]] = {}
        for each in asks:
            by_grant.setdefault(each.grant, set()).add(each)
        numbers = sorted(by_grant)
        decided: dict[Ask, bool] = {}
        for begin in range(0, len(numbers), _AT_ONCE):
            some = numbers[begin : begin + _AT_ONCE]
            decided |= self._decide(some, [each for n in some for each in by_grant[n]], now)
        return decided

    def _decide(self, numbers: Sequence[int], asks: list[Ask], now: datetime) -> dict[Ask, bool]:
        grants = json.dumps([_grant(number, *self._grants[number]) for number in numbers])
        known = self._base.with_added_json_str(grants, _PARSED_SCHEMA)
        requests = [_request(each, now) for each in asks]
        answers = is_authorized_batch(requests, _POLICIES, known)
        assert [answer.diagnostics.errors for answer in answers if answer.diagnostics.errors] == []
        for answer in answers:
            self.applied.update(answer.diagnostics.id_annotations_by_reason.values())
        return {each: answer.allowed for each, answer in zip(asks, answers, strict=True)}


def _request(each: Ask, now: datetime) -> dict[str, Any]:
    context: dict[str, Any] = {"now": _microseconds(now)}
    context |= {name: {"__entity": _uid(kind, told)} for name, kind, told in each.more}
    return {
        "principal": _uid("Grant", str(each.grant)),
        "action": _uid("Action", each.action),
        "resource": _uid(each.kind, each.name),
        "context": context,
    }


def _grant(number: int, grant: Grant, token: Penyempitan | None) -> dict[str, Any]:
    token = token or Penyempitan(type="")
    reach = {}
    if token.wilayah is not UNSET:
        reach = {"token_areas": [_uid("Area", kode) for kode in _reached(grant, token.wilayah)]}
    return _entity(
        "Grant",
        str(number),
        kind=grant.jenis.value,
        depth=_depth(grant),
        status=grant.status.value,
        valid_from=_microseconds(grant.berlaku_dari),
        valid_until=_microseconds(grant.berlaku_sampai),
        areas=[_uid("Area", kode) for kode in grant.wilayah],
        categories=[_uid("Category", kode) for kode in _categories(grant, token)],
        attributes=[_uid("Attribute", name) for name in _both(grant.atribut, token.atribut)],
        matches=[
            _uid("Attribute", name) for name in _both(grant.atribut_cocok, token.atribut_cocok)
        ],
        **reach,
        **{"class": grant.kelas.value},
    )


def _depth(grant: Grant) -> int:
    """Segments of the code: a province has 1, a regency 2, a district 3, and a village is too deep."""
    return {"provinsi": 1, "kecamatan": 3}.get(grant.tingkat_wilayah or "", 2)


def _reached(grant: Grant, asked: Iterable[str]) -> list[str]:
    """Where a token reaches: under a pseudonym not to places that are too small to be told."""
    if grant.jenis != "SAMARAN":
        return list(asked)
    return [
        kode
        for kode in asked
        if kode == "*" or len(kode.split(".")) <= _depth(grant) or kode in grant.wilayah
    ]


def _both(granted: frozenset[str], asked: tuple[str, ...] | UnsetType) -> frozenset[str]:
    """What grant and token both name."""
    return granted if asked is UNSET else granted.intersection(asked)


def _categories(grant: Grant, token: Penyempitan) -> frozenset[str]:
    """The same, where "*" is every name."""
    if token.kategori is UNSET or "*" in token.kategori:
        return grant.kategori
    if "*" in grant.kategori:
        return frozenset(token.kategori)
    return _both(grant.kategori, token.kategori)


def _record(number: int, one: RekamanPpks) -> dict[str, Any]:
    parents = [_area_of(one.orang)]
    parents += [_uid("Category", item.kode) for item in one.kategori] or [_uid("Category", "*")]
    return _entity("Record", str(number), *parents, deleted=one.dihapus)


def _resident(number: int, one: Penduduk) -> dict[str, Any]:
    return _entity("Resident", str(number), _area_of(one))


def _area_of(one: Penduduk) -> dict[str, str]:
    return _uid("Area", one.kode_wilayah if isinstance(one.kode_wilayah, str) else "*")


def _trees(things: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every area up to the root, and every category under it."""
    named = {(parent["type"], parent["id"]) for thing in things for parent in thing["parents"]}
    nodes = {("Area", "*"): [], ("Category", "*"): []}
    for kind, name in named:
        line = list(_line(name) if kind == "Area" else (name, "*"))
        for below, above in pairwise(line):
            nodes.setdefault((kind, below), [_uid(kind, above)])
    return [_entity(kind, name, *parents) for (kind, name), parents in nodes.items()]


def _line(kode: str) -> Iterator[str]:
    """The area, the areas around it, the root."""
    if kode == "*":
        return
    segments = kode.split(".")
    for depth in range(len(segments), 0, -1):
        yield ".".join(segments[:depth])
    yield "*"


def _entity(kind: str, name: str, /, *parents: dict[str, str], **attrs: Any) -> dict[str, Any]:
    return {"uid": _uid(kind, name), "attrs": attrs, "parents": list(parents)}


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _context(more: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, name.capitalize(), told) for name, told in more.items())


def _microseconds(moment: datetime) -> int:
    return (moment - _BEGINNING) // timedelta(microseconds=1)
