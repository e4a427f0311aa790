"""Who it is that administers: every change bears a person's name."""

from gateway.domain.admin import GATEWAY
from gateway.domain.errors import BadInput


def named_operator(oleh: str) -> str:
    """The operator's name as it is recorded. Raises BadInput where it is nobody's."""
    name = " ".join(oleh.split())
    if not name or len(name) > 100 or name.casefold() == GATEWAY:
        raise BadInput("oleh: nama operator wajib diisi / the operator's name must be given")
    return name


def same_operator(one: str, other: str) -> bool:
    """Whether two names mean one person: letter case and spaces make no second person."""
    return named_operator(one).casefold() == named_operator(other).casefold()
