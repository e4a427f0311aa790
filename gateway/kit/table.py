"""Code tables: an outside system's codes and texts, read without fuss about case or spaces."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar

V = TypeVar("V")

_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """`DESA/KELUARAHAN ` -> `desa-keluarahan`: no case, no accents, no punctuation."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_WORD.sub("-", plain).strip("-")


class CodeTable(Generic[V]):
    """Maps source texts to house values by their slug.

    The table carries the name and version of the source's code list, because a raw code is only
    worth keeping together with the list that gives it meaning.
    """

    def __init__(self, name: str, version: str, entries: Mapping[V, Iterable[str]]) -> None:
        self.name = name
        self.version = version
        self._by_slug: dict[str, V] = {}
        self._by_text: dict[str, V] = {}
        for value, texts in entries.items():
            for text in texts:
                key = slug(text)
                if not key:
                    # It would stand for every text in a foreign script.
                    msg = f"{name}: {text!r} holds no letter and no digit"
                    raise ValueError(msg)
                if key in self._by_slug and self._by_slug[key] != value:
                    msg = f"{name}: {text!r} stands for two values"
                    raise ValueError(msg)
                self._by_slug[key] = value

    def get(self, text: str) -> V | None:
        """The house value, or None for a text that the table does not know."""
        # The same few texts come again and again in a file of a million rows: skip the slug then.
        if (value := self._by_text.get(text)) is not None:
            return value
        value = self._by_slug.get(slug(text))
        if value is not None and len(self._by_text) < 4096:
            self._by_text[text] = value
        return value

    @property
    def label(self) -> str:
        """Name and version, as kept beside a raw code."""
        return f"{self.name}@{self.version}"
