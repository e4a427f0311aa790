"""The tables of words in `words.csv`: titles, short forms, spellings, former names."""

from collections import defaultdict
from collections.abc import Mapping
from importlib import resources
from typing import Final


def _read() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Kind of table -> (what is meant, how it is written), in the order of the file."""
    text = resources.files("gateway.domain.matching").joinpath("words.csv").read_text("utf-8")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in text.splitlines()[1:]:
        kind, meant, forms = line.split("|")
        found[kind] += [(meant, form) for form in forms.split(";")]
    return {kind: tuple(rows) for kind, rows in found.items()}


_TABLES: Final = _read()


def bentuk(kind: str) -> frozenset[str]:
    """All words of a table, folded."""
    return frozenset(form for _, form in _TABLES[kind])


def arti(kind: str) -> dict[str, str]:
    """How it is written -> what is meant."""
    return {form: meant for meant, form in _TABLES[kind]}


def pasangan(kind: str) -> tuple[tuple[str, str], ...]:
    """(what is meant, how it is written); a word may mean several things."""
    return _TABLES[kind]
