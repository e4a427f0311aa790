"""A source's own number for a record, as files write it: without its dress, or none at all."""

import re
from typing import Final

_TEPI: Final = (
    "'`\N{RIGHT SINGLE QUOTATION MARK}\u200b\u200c\u200d\u2060\ufeff \t\N{NO-BREAK SPACE}"
)
_TANDA_TEPI: Final = frozenset(_TEPI)
_HAMPA: Final = re.compile(r"[0\W_]*|#?(null|none|nan|n/?a)|(tidak|belum) ada", re.IGNORECASE)
_DIBULATKAN: Final = re.compile(r"\d[.,]\d+[eE]\+?\d+|\d+[eE]\+\d+", re.ASCII)


def bersih(nomor: str) -> str:
    """A number without what stands around it unseen, or as a spreadsheet's mark of a text."""
    # Most have nothing around them: two looks are enough then.
    if nomor and (nomor[0] in _TANDA_TEPI or nomor[-1] in _TANDA_TEPI):
        return nomor.strip(_TEPI)
    return nomor


def is_hampa(nomor: str) -> bool:
    """Whether a text says that there is no number: a dash, zeros, `NULL` and the like.

    It must not make one record of all who have none.
    """
    return _HAMPA.fullmatch(nomor) is not None


def is_dibulatkan(nomor: str) -> bool:
    """Whether a spreadsheet rounded the number (`9,9E+15`), so that it may be several records'."""
    return _DIBULATKAN.fullmatch(nomor) is not None
