"""Takes national id numbers and secrets out of texts before they are written anywhere."""

import re
from typing import Final

# A UUID (RFC 9562) stays whole, because requests are found by it: one in 300 has 16 digits in a row
# across its dashes. 16 digits go, also in groups with spaces, dots or dashes; \d also finds
# full-width digits. A longer run without gaps goes too, because a number may hide in it.
_SIXTEEN: Final = re.compile(
    r"(?P<uuid>(?<![\w\-])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[1-8][0-9A-Fa-f]{3}"
    r"-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}(?![\w\-]))"
    r"|\d{16,}|(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic|dpop)\s+[A-Za-z0-9\-._~+/]{8,}=*")
_JWT: Final = re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*")


def mask_digits(number: str) -> str:
    """Shows the first four and last four of a 16-digit number: `9901********0001`."""
    if len(number) != 16:
        return "*" * len(number)
    return f"{number[:4]}********{number[-4:]}"


def mask_text(text: str) -> str:
    """The text with every 16-digit number, bearer credential and JWT replaced by a mark."""
    text = _SIXTEEN.sub(lambda found: found["uuid"] or "[16-digit]", text)
    text = _JWT.sub("[token]", text)
    return _BEARER.sub(r"\1 [credential]", text)
