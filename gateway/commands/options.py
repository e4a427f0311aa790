"""Options and arguments that several commands share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import rich_click as click


class Moment(click.DateTime):
    """A day, or a moment of it, in UTC."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment with its zone."""
        naive: datetime = super().convert(value, param, ctx)
        return naive.replace(tzinfo=UTC)


BY: Final = click.option("--oleh", required=True, help="Your name; it is recorded.")
MOMENT: Final = Moment()
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)
ALGS: Final = click.Choice(["ES256", "PS256", "Ed25519"])
