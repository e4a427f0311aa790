"""Entity tags on the wire: `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2)."""

import re
from typing import Final

_ANY: Final = "*"
_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')


def entity_tag(tag: str) -> str:
    """The value of `ETag`: a strong one."""
    return f'"{tag}"'


def known_tags(if_none_match: str | None) -> frozenset[str]:
    """The tags that a client has answers for, `*` for every one.

    They are compared weakly, as the RFC wants it here. What is no list of tags names none.
    """
    if if_none_match is None:
        return frozenset()
    if if_none_match.strip() == _ANY:
        return frozenset((_ANY,))
    # The star is no tag in quotes: it would let a client claim what it does not say.
    return frozenset(_TAG.findall(if_none_match)) - {_ANY}
