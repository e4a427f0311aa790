"""A text that never shows itself: passwords, keys and tokens in settings."""

from typing import Final


class Secret:
    """Holds a secret text; `repr`, `str` and formatting show a mask, `reveal` shows the text."""

    __slots__ = ("_value",)
    _MASK: Final = "Secret(***)"

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; call it only where the text leaves for its owner."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return self._MASK

    __str__ = __repr__
