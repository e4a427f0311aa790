"""Prints documents whole: no wrapping and no colours, so that they can be piped and pasted."""

from typing import Any

import msgspec
import rich_click as click


def print_json(value: Any) -> None:
    """The value as indented JSON on standard output."""
    plain = msgspec.json.encode(value, order="deterministic")
    click.echo(msgspec.json.format(plain, indent=2).decode())
