"""The envelopes of every answer: one thing, or a page of things."""

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request
from msgspec import UNSET, UnsetType

from gateway.domain.freshness import Keadaan
from gateway.domain.person import NilaiAsli, Peringatan

T = TypeVar("T")


class Meta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the data came from and how old it is."""

    request_id: str
    sistem: str | UnsetType = UNSET
    hasil: str | UnsetType = UNSET
    pada: datetime | UnsetType = UNSET
    umur: int | UnsetType = UNSET
    dari_cache: bool | UnsetType = UNSET
    keadaan: Keadaan | UnsetType = UNSET
    asli: dict[str, NilaiAsli] | UnsetType = UNSET
    peringatan: tuple[Peringatan, ...] | UnsetType = UNSET


class Single(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """`{"data": ..., "meta": ...}`."""

    data: T
    meta: Meta


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """`{"items": [...], "next_cursor": ...}`; no cursor = the last page."""

    items: tuple[T, ...]
    next_cursor: str | None


def meta_of(request: Request[Any, Any, Any]) -> Meta:
    """What every answer tells: the request's id."""
    return Meta(request_id=request.scope["state"]["request_id"])
