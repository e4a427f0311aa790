"""Choose the one grant that a token will stand for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from gateway.domain.grant import Grant, Kelas, Scope
from gateway.domain.grant_types import dalam_jenis


class WhyNoGrant(StrEnum):
    """Why no token can be given to a client that has proved who it is."""

    NONE_ACTIVE = "none_active"
    NOT_HELD = "not_held"
    SCOPE_NOT_GRANTED = "scope_not_granted"
    AMBIGUOUS = "ambiguous"


class NoGrant(Exception):
    """No grant, or more than one, fits the request."""

    def __init__(self, why: WhyNoGrant) -> None:
        super().__init__(why.value)
        self.why = why


class ChosenGrant(msgspec.Struct, frozen=True, kw_only=True):
    """One grant, and which of its scopes the token shall have."""

    grant: Grant
    scopes: frozenset[Scope]


def choose_grant(
    held: Iterable[Grant],
    *,
    now: datetime,
    kelas: frozenset[Kelas],
    grant_id: str | None,
    scopes: frozenset[Scope],
) -> ChosenGrant:
    """The grant that is named, or else the only active one that covers the scopes asked for.

    `held` are the newest versions of one client's grants, `kelas` the classes that the issuer may
    serve; no scopes asked for means all that the grant has. Raises NoGrant.
    """
    active = [dalam_jenis(grant) for grant in held if grant.berlaku(now) and grant.kelas in kelas]
    if grant_id is not None:
        active = [grant for grant in active if grant.grant_id == grant_id]
    if not active:
        raise NoGrant(WhyNoGrant.NONE_ACTIVE if grant_id is None else WhyNoGrant.NOT_HELD)
    grant = _only([grant for grant in active if scopes <= grant.scopes])
    return ChosenGrant(grant=grant, scopes=scopes or grant.scopes)


def _only(fitting: Sequence[Grant]) -> Grant:
    if not fitting:
        raise NoGrant(WhyNoGrant.SCOPE_NOT_GRANTED)
    if len(fitting) > 1:
        raise NoGrant(WhyNoGrant.AMBIGUOUS)
    return fitting[0]
