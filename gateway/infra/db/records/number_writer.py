"""Writes published counts: one value per indicator, area, year and source agency."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import AngkaTahunan
from gateway.infra.db.batches import batches
from gateway.infra.db.records.known import counted
from gateway.infra.db.records.rows import storable
from gateway.infra.db.tables import ANGKA
from gateway.infra.db.upsert import upsert

_KEYS = tuple(column.name for column in ANGKA.primary_key)
_VALUES = ("nilai", "satuan", "asli", "peringatan")
# PostgreSQL takes 65,535 values in one statement; a key has six.
_ASKED_AT_ONCE: Final = 1000


def number_key(item: AngkaTahunan) -> tuple[str | int, ...]:
    """The key of a count; no subkind is written as an empty text."""
    parts = (getattr(item, name) or "" for name in _KEYS)
    return tuple(storable(part) if isinstance(part, str) else part for part in parts)


async def save_numbers(
    connection: AsyncConnection, numbers: Iterable[AngkaTahunan], now: datetime, *, dry_run: bool
) -> HitunganImpor:
    """Insert what is new, update what changed; within the caller's transaction."""
    named = {number_key(item): item for item in numbers}
    known = await _known(connection, named)
    fresh = [_row(key, item, now) for key, item in named.items() if key not in known]
    changed = [
        _row(key, item, now)
        for key, item in named.items()
        if key in known and known[key] != _values(item)
    ]
    if not dry_run and (rows := fresh + changed):
        await connection.execute(upsert(connection.dialect.name, ANGKA), rows)
    return counted(len(named), len(fresh), len(changed))


async def _known(
    connection: AsyncConnection, keys: Iterable[tuple[str | int, ...]]
) -> dict[tuple[str | int, ...], tuple[Any, ...]]:
    key = sa.tuple_(*(ANGKA.c[name] for name in _KEYS))
    query = sa.select(*(ANGKA.c[name] for name in (*_KEYS, *_VALUES)))
    cut = len(_KEYS)
    known: dict[tuple[str | int, ...], tuple[Any, ...]] = {}
    for part in batches(keys, _ASKED_AT_ONCE):
        found = await connection.execute(query.where(key.in_(part)))
        known |= {tuple(row[:cut]): tuple(row[cut:]) for row in found}
    return known


def _values(item: AngkaTahunan) -> tuple[Any, ...]:
    warnings = [msgspec.to_builtins(warning) for warning in item.peringatan]
    words = None if item.asli is None else storable(item.asli)
    return (item.nilai, item.satuan, words, warnings or None)


def _row(key: tuple[str | int, ...], item: AngkaTahunan, now: datetime) -> dict[str, Any]:
    return (
        dict(zip(_KEYS, key, strict=True))
        | dict(zip(_VALUES, _values(item), strict=True))
        | {"diubah_pada": now}
    )
