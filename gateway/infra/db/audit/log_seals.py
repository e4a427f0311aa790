"""Reads checkpoints of the sealed log, and makes proofs from the tiles of its tree."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.ports_catatan import Cap
from gateway.domain.tree.merkle import Span, consistency, inclusion
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.domain.tree.tiles import Tile, needed, roots
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT
from gateway.infra.db.engine import Database
from gateway.infra.sealing.rows import read_tiles

_COLUMNS: Final = tuple(AUDIT_CHECKPOINT.c[name] for name in Cap.__struct_fields__)
_NEWEST: Final = sa.select(*_COLUMNS).order_by(AUDIT_CHECKPOINT.c.pada.desc()).limit(1)


class SqlSegel:
    """The `SegelStore` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def terbaru(self) -> Cap | None:
        """The newest checkpoint; None where nothing was signed yet."""
        return next(iter(await self._read(_NEWEST)), None)

    async def cap(self, ukuran: int) -> Cap | None:
        """The newest checkpoint of a size."""
        found = await self._read(_NEWEST.where(AUDIT_CHECKPOINT.c.ukuran == ukuran))
        return next(iter(found), None)

    async def daftar(
        self, sejak: datetime | None, sampai: datetime | None, limit: int
    ) -> Sequence[Cap]:
        """Checkpoints signed after a moment and before another one, by time."""
        query = sa.select(*_COLUMNS).order_by(AUDIT_CHECKPOINT.c.pada).limit(limit)
        if sejak is not None:
            query = query.where(AUDIT_CHECKPOINT.c.pada > sejak)
        if sampai is not None:
            query = query.where(AUDIT_CHECKPOINT.c.pada < sampai)
        return await self._read(query)

    async def bukti_masuk(self, tempat: Sequence[int], ukuran: int) -> Sequence[InclusionProof]:
        """That each of these leaves is in the tree of a size. Raises ValueError where none is."""
        spans = {place: inclusion(place, ukuran) for place in tempat}
        # Neighbours share most of their proofs: each subtree's root is made once.
        wanted = list({span for some in spans.values() for span in some})
        known = dict(zip(wanted, roots(wanted, await self._tiles(wanted)), strict=True))
        return [
            InclusionProof(index=place, size=ukuran, hashes=tuple(known[span] for span in some))
            for place, some in spans.items()
        ]

    async def bukti_sambung(self, dari: int, ke: int) -> ConsistencyProof:
        """That one tree begins the other. Raises ValueError where it cannot."""
        spans = consistency(dari, ke)
        hashes = roots(spans, await self._tiles(spans))
        return ConsistencyProof(old=dari, new=ke, hashes=tuple(hashes))

    async def _tiles(self, spans: Iterable[Span]) -> dict[Tile, bytes]:
        names = needed(spans)
        async with self._database.reading() as connection:
            return await connection.run_sync(partial(read_tiles, tiles=names))

    async def _read(self, query: sa.Select[Any]) -> list[Cap]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Cap(**{str(name): row[name] for name in row}) for row in rows]
