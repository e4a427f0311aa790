"""Who it is that administers: every change bears a person's name."""

import unicodedata

from gateway.domain.admin import GATEWAY
from gateway.domain.errors import BadInput


def named_operator(oleh: str) -> str:
    """The operator's name as it is recorded. Raises BadInput where it is nobody's.

    Characters that cannot be seen are refused: with them a name looks like another one.
    """
    name = " ".join(unicodedata.normalize("NFKC", oleh).split())
    if not name or len(name) > 100 or not name.isprintable() or name.casefold() == GATEWAY:
        raise BadInput("oleh: nama operator wajib diisi / the operator's name must be given")
    return name


def same_operator(one: str, other: str) -> bool:
    """Whether two names mean one person: only letters, without accents, and digits count."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(filter(str.isalnum, apart))
