"""A source's own number for a record, as files write it: without its dress, or none at all."""

import re
from typing import Final

TERPANJANG: Final = 300
"""Letters of an id or a name that an index of the store holds, in any alphabet. More come of a
quote that is not closed, or of columns that were shifted."""

_TEPI: Final = (
    "'`\N{RIGHT SINGLE QUOTATION MARK}\u200b\u200c\u200d\u2060\ufeff \t\N{NO-BREAK SPACE}"
)
_ANGKA_BERARTI: Final = frozenset("123456789")
_HAMPA: Final = re.compile(r"[0\W_]*|#?(null|none|nan|n/?a)|(tidak|belum) ada", re.IGNORECASE)
_DIBULATKAN: Final = re.compile(r"\d[.,]\d+[eE]\+?\d+|\d+[eE]\+\d+", re.ASCII)


def bersih(nomor: str) -> str:
    """A number without what stands around it unseen, or as a spreadsheet's mark of a text."""
    return nomor.strip(_TEPI)


def is_hampa(nomor: str) -> bool:
    """Whether a text says that there is no number: a dash, zeros, `NULL` and the like.

    It must not make one record of all who have none.
    """
    # A look at the first sign spares most the expression: they are read row by row.
    return nomor[:1] not in _ANGKA_BERARTI and _HAMPA.fullmatch(nomor) is not None


def is_dibulatkan(nomor: str) -> bool:
    """Whether a spreadsheet rounded the number (`9,9E+15`), so that it may be several records'."""
    return ("E" in nomor or "e" in nomor) and _DIBULATKAN.fullmatch(nomor) is not None
