"""The authorization details of a token request (RFC 9396): one object that narrows the grant."""

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.oauth.refusals import Refused
from gateway.application.caller.choose_grant import ChosenGrant
from gateway.domain.grant import Scope
from gateway.domain.narrowing import NarrowingRefused, Penyempitan, narrowing

_ERROR: Final = "invalid_authorization_details"
# What is narrowed stands in the token, and the token in one header line.
_MOST_CHARS: Final = 1800
_MEMBERS: Final = ", ".join(Penyempitan.__struct_fields__[1:])
_FORM: Final = (
    "larik satu objek dengan type, dan larik teks / an array of one object with type, and arrays"
    f" of texts: {_MEMBERS}"
)


def read_details(text: str | None, rar_type: str) -> Penyempitan | None:
    """The one object of the parameter, or None without the parameter. Raises Refused."""
    if text is None:
        return None
    if len(text) > _MOST_CHARS:
        raise Refused(_ERROR, f"paling panjang {_MOST_CHARS} huruf / characters at most")
    try:
        (asked,) = msgspec.json.decode(text, type=tuple[Penyempitan])
    except msgspec.MsgspecError:
        raise Refused(_ERROR, _FORM) from None
    if asked.type != rar_type:
        raise Refused(_ERROR, "type: tidak dikenal / unknown")
    return asked


def narrowed(
    chosen: ChosenGrant, asked: Penyempitan | None
) -> tuple[frozenset[Scope], Penyempitan | None]:
    """The scopes and details that the token shall have. Raises Refused for more than was given."""
    if asked is None:
        return chosen.scopes, None
    try:
        sempit = narrowing(asked, chosen.grant)
    except NarrowingRefused as refused:
        raise Refused(_ERROR, str(refused)) from None
    if isinstance(sempit.actions, UnsetType):
        return chosen.scopes, sempit
    scopes = chosen.scopes.intersection(sempit.actions)
    if not scopes:
        raise Refused(_ERROR, "actions: di luar scope / outside of scope")
    return scopes, sempit


def told(sempit: Penyempitan | None) -> tuple[Penyempitan, ...] | UnsetType:
    """The member `authorization_details` of an answer."""
    return UNSET if sempit is None else (sempit,)
