"""Which form of an answer a client gets: the `Accept` header weighed as RFC 9110 says."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from litestar.exceptions import HTTPException

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE: Final = re.compile(rf"({_WORD})/({_WORD})")
_WEIGHT: Final = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_ANY: Final = "*"


class _Wish(NamedTuple):
    kind: str
    subkind: str
    weight: float

    @property
    def precision(self) -> int:
        return (self.kind != _ANY) + (self.subkind != _ANY)

    def covers(self, media_type: str) -> bool:
        kind, _, subkind = media_type.partition("/")
        return self.kind in {_ANY, kind} and self.subkind in {_ANY, subkind}


def best_of(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that is wanted most; the first one where nothing is asked for.

    Of two that are wanted equally, the one that is offered first. Raises 406 where none is wanted.
    """
    if accept is None or not accept.strip():
        return offered[0]
    wishes = [wish for part in accept.split(",") if (wish := _wish(part)) is not None]
    weights = {media_type: _weight(media_type, wishes) for media_type in offered}
    best = max(offered, key=weights.__getitem__)
    if weights[best] == 0:
        raise HTTPException(status_code=406)
    return best


def _wish(part: str) -> _Wish | None:
    """One range of the header, or None where it is none. Only its weight counts of parameters."""
    name, *parameters = (text.strip() for text in part.split(";"))
    found = _RANGE.fullmatch(name.lower())
    if found is None or (found[1] == _ANY != found[2]):
        return None
    weights = [match[1] for text in parameters if (match := _WEIGHT.fullmatch(text))]
    return _Wish(found[1], found[2], float(weights[0]) if weights else 1.0)


def _weight(media_type: str, wishes: Sequence[_Wish]) -> float:
    """What the most precise range says of a media type; 0 where none covers it."""
    covering = [wish for wish in wishes if wish.covers(media_type)]
    return max(covering, key=lambda wish: wish.precision).weight if covering else 0.0
