"""The base of every data structure that may hold personal data: it never prints its values."""

from typing import Any

import msgspec


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen Struct that shows no value in `repr` or rich output, so that no log can leak one."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []
