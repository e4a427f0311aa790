"""Whose records left together: names of one length in one text, which can be asked for one of them.

A page of a thousand records makes a text of 16,000 characters. A name is the first 96 bits of a
person's pseudonym: among a billion names the chance that a stranger's equals one is below 1e-19.
"""

import base64
from collections.abc import Iterable
from typing import Final

PANJANG: Final = 16
"""Characters of one name."""
_BYTES: Final = 12


def sebutan(pseudonim: str) -> str:
    """The name in lists of a pseudonym in hexadecimal."""
    return rangkai((pseudonim,))


def rangkai(pseudonim: Iterable[str]) -> str:
    """The list of these pseudonyms, in order; a person with two records stands there twice."""
    names = (bytes.fromhex(one)[:_BYTES] for one in pseudonim)
    return base64.urlsafe_b64encode(b"".join(names)).decode("ascii")


def urai(daftar: str) -> tuple[str, ...]:
    """The names of a list."""
    return tuple(daftar[at : at + PANJANG] for at in range(0, len(daftar), PANJANG))
