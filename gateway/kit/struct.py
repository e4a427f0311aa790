"""The bases of every data structure that may hold personal data: they never print their values."""

from typing import Any

import msgspec


def _only_its_name(thing: object) -> str:
    return f"<{type(thing).__name__}>"


def _nothing(_thing: object) -> list[tuple[str, Any]]:
    return []


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen Struct that shows no value in `repr` or rich output, so that no log can leak one."""

    __repr__ = _only_its_name
    __rich_repr__ = _nothing


class QuietDraft(msgspec.Struct):
    """One that is filled step by step, and shows as little."""

    __repr__ = _only_its_name
    __rich_repr__ = _nothing
