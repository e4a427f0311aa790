"""Writes complaints; their free text holds names and numbers, so it is sealed whole."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.complaint import Pengaduan
from gateway.domain.ports import HitunganImpor
from gateway.infra.crypto import Keyring
from gateway.infra.db.records.known import Known, counted, known_records
from gateway.infra.db.records.rows import RowMaker, storable
from gateway.infra.db.tables import PENGADUAN
from gateway.kit.ids import new_id

_SHOWN: Final = (
    "sistem",
    "kanal",
    "diterima_pada",
    "kode_wilayah",
    "rahasia",
    "anonim",
)
_KEPT: Final = frozenset({"id", "sistem", "id_sumber", "dibuat_pada"})

Name = tuple[str, str]
"""A system and a name within it."""


async def save_complaints(
    connection: AsyncConnection,
    maker: RowMaker,
    keyring: Keyring,
    complaints: Iterable[Pengaduan],
    *,
    dry_run: bool,
) -> HitunganImpor:
    """Insert what is new, update what changed; within the caller's transaction."""
    named = {(item.sistem, maker.complaint_id(item.id_sumber)): item for item in complaints}
    known = await _known(connection, named, dry_run=dry_run)
    fresh = changed = 0
    for key, item in named.items():
        digest, before = maker.digest(item), known.get(key)
        if before is not None and before.sidik == digest:
            continue
        fresh += before is None
        changed += before is not None
        if not dry_run:
            row = _row(item, keyring, digest, before, maker.now)
            await _write(connection, row | {"id_sumber": key[1]}, before)
    return counted(len(named), fresh, changed)


async def _known(
    connection: AsyncConnection, named: Mapping[Name, Pengaduan], *, dry_run: bool
) -> Mapping[Name, Known]:
    """What is stored. Rows that still bear the channel's own name, as once all did, lose it."""
    own = {(item.sistem, storable(item.id_sumber)): name for name, item in named.items()}
    found = await known_records(connection, PENGADUAN, [*named, *own])
    alone = [name for name in own if name in found and own[name] not in found]
    for name in () if dry_run else alone:
        this = PENGADUAN.c.id == found[name].id
        values = {"id_sumber": own[name][1]}
        await connection.execute(sa.update(PENGADUAN).where(this).values(values))
    return found | {own[name]: found[name] for name in alone}


async def _write(connection: AsyncConnection, row: dict[str, Any], before: Known | None) -> None:
    if before is None:
        await connection.execute(sa.insert(PENGADUAN), row)
        return
    kept = {name: value for name, value in row.items() if name not in _KEPT}
    await connection.execute(sa.update(PENGADUAN).where(PENGADUAN.c.id == before.id).values(kept))


def _row(
    item: Pengaduan, keyring: Keyring, digest: bytes, before: Known | None, now: datetime
) -> dict[str, Any]:
    row_id = new_id() if before is None else before.id
    nik = item.nik_terlapor
    return {name: getattr(item, name) for name in _SHOWN} | {
        "id": row_id,
        "sidik": digest,
        "versi": 1 if before is None else before.versi + 1,
        "dibuat_pada": now,
        "diubah_pada": now,
        "kategori": item.kategori.value,
        "status": item.status.value,
        "rujukan": None if nik is None else keyring.reference(nik),
        "isi": keyring.seal(msgspec.json.encode(item), f"pengaduan|isi|{row_id}".encode()),
    }
