"""Wires that are almost right: no mapping falls over them in a way that nobody expects."""

import random
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from gateway.domain.importing import FileRefused
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.systems import WebhookRefused
from gateway.infra.systems import discover
from tests.systems.golden import Case, cases_of, operations_of

EXPECTED = (UpstreamFailure, FileRefused, WebhookRefused, msgspec.MsgspecError, ValueError)
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "\x00",
    "０１２",
    "2024-02-30",
    "x" * 3000,
    [],
    {},
    [[]],
    {"": None},
)
SIXTEEN = re.compile(r"\d{16}")
PER_CASE = 40


def spoiled_bytes(wire: bytes, chance: random.Random) -> bytes:
    """The wire cut, doubled, or with some of its bytes changed."""
    place = chance.randrange(len(wire) + 1)
    match chance.randrange(4):
        case 0:
            return wire[:place]
        case 1:
            return wire[:place] + chance.randbytes(chance.randrange(1, 5)) + wire[place + 1 :]
        case 2:
            return wire + wire[place:]
        case _:
            return wire[:place] + chance.choice((b"|", b'"', b"\n", b",", b"}")) + wire[place:]


def spoiled_value(value: Any, chance: random.Random) -> Any:
    """The JSON object or list with one part of it replaced by something strange, or left out."""
    if not value or not isinstance(value, dict | list):
        return chance.choice(STRANGE)
    deeper = spoiled_value if chance.random() < 0.8 else _strange
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], deeper(value[place], chance), *value[place + 1 :]]
    name = chance.choice(list(value))
    if chance.random() < 0.15:
        return {key: item for key, item in value.items() if key != name}
    return value | {name: deeper(value[name], chance)}


def _strange(_value: Any, chance: random.Random) -> Any:
    return chance.choice(STRANGE)


def mutations(case: Case) -> Iterator[bytes]:
    """Always the same mutations for the same case."""
    chance = random.Random(case.id)
    try:
        value = msgspec.json.decode(case.wire_bytes)
    except msgspec.DecodeError:
        value = None
    for number in range(PER_CASE):
        if number % 2 and value and isinstance(value, dict | list):
            yield msgspec.json.encode(spoiled_value(value, chance))
        else:
            yield spoiled_bytes(case.wire_bytes, chance)


@pytest.mark.parametrize("system", discover())
def test_a_spoiled_wire_is_read_or_refused(system):
    operations = operations_of(system)
    fallen: list[str] = []
    for case in cases_of(system):
        for wire in mutations(case):
            try:
                operations[case.map](wire, case.settings)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is judged here
                if not is_refusal(system, error) or SIXTEEN.search(str(error)):
                    fallen.append(f"{case.id} ({case.map}): {type(error)} for {wire[:300]!r}")
    assert fallen == []


def is_refusal(system: str, error: Exception) -> bool:
    """One of the house's own refusals, or one that the adapter has made for itself."""
    own = type(error).__module__.startswith(f"adapters.{system}.")
    return own or isinstance(error, EXPECTED)
