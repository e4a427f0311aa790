"""Identifiers as a seed makes them: their clock and their dice are the schedule's, not the machine's."""

from itertools import count
from random import Random
from types import SimpleNamespace

import pytest

from gateway.kit import ids

_MILLISECOND = 1_000_000


def seed_ids(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Each identifier is a millisecond younger than the one before, so a seed replays exactly."""
    moments = count(1_700_000_000_000 * _MILLISECOND, _MILLISECOND)
    dice = Random(seed)
    monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: next(moments)))
    monkeypatch.setattr(ids, "os", SimpleNamespace(urandom=dice.randbytes))
    monkeypatch.setattr(ids, "_drawn", [])
