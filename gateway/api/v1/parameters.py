"""Parameters that several routes take, each declared once."""

import re
from typing import Annotated, Any, Final

from litestar.params import HeaderParameter, QueryParameter

from gateway.api.idempotency import POLA_KUNCI

LONGEST_CURSOR: Final = 400
# In Python a `$` also stands before a newline at the end; the pattern excludes that.
POLA_ID: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\n)$"
_ID: Final = re.compile(POLA_ID)

CursorInUrl = Annotated[
    str | None,
    QueryParameter(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before."),
]


def page_size(what: str, most: int) -> Any:
    """How many of `what` stand on a page: 1 to `most`."""
    return QueryParameter(ge=1, le=most, description=f"{what} on a page.")


def moment_told(text: str) -> Any:
    """A moment of RFC 3339 as text, which `read_moment` reads: the framework takes numbers too."""
    return QueryParameter(schema_extra={"format": "date-time"}, description=f"{text} (RFC 3339).")


def own_name(text: str) -> Any:
    """The header `Idempotency-Key`, which `check_key` checks."""
    return HeaderParameter(name="Idempotency-Key", pattern=POLA_KUNCI, description=text)


def known_id(text: str) -> str | None:
    """An id as the gateway writes it, if the text may be one: what is none is not looked for.

    Some systems write UUIDs with capital letters; they mean the same (RFC 9562, section 4).
    """
    written = text.lower()
    return None if _ID.fullmatch(written) is None else written
