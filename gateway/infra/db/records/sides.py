"""Opens stored rows for those who compare or review them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.merging.review import Pihak
from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.rows import PERSON_COLUMNS
from gateway.infra.db.records.source_rows import Row, shown_rows, sources_by

_TEXTS: Final = (*PERSON_COLUMNS, "status", "keberadaan")
_DOCUMENTS: Final = ("alamat", "kategori")


class Sides:
    """Rows as a reviewer sees them."""

    def __init__(self, merged: MergedRows) -> None:
        self._merged = merged

    async def told(self, connection: AsyncConnection, ids: Iterable[str]) -> Sequence[Pihak]:
        """The sources' rows with these ids."""
        return self._opened(await sources_by(connection, "id", ids))

    async def shown(self, connection: AsyncConnection, ids: Iterable[str]) -> Sequence[Pihak]:
        """The records that are read with these ids."""
        rows = await shown_rows(connection, ids)
        return self._opened({row_id: row | {"ppks_id": row_id} for row_id, row in rows.items()})

    def opened(self, row: Row) -> Pihak:
        """One row."""
        told: dict[str, Any] = {name: row[name] for name in _TEXTS if row[name] is not None}
        told |= {name: msgspec.json.decode(row[name]) for name in _DOCUMENTS if row[name]}
        named = {name: row[name] for name in ("id", "sistem", "id_sumber", "ppks_id")}
        return Pihak(**named, nik=self._merged.opened(row, "nik"), nilai=told)

    def _opened(self, rows: Mapping[str, Row]) -> list[Pihak]:
        return [self.opened(rows[row_id]) for row_id in sorted(rows)]
