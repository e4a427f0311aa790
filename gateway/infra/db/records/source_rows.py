"""Reads what each source told: alone of its person in `ppks` itself, else in `ppks_asal`.

Rows are as the driver has them, so that they can be written again as they are.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.records.rows import COLUMNS

Row = dict[str, Any]

GABUNGAN: Final = "gabungan"
"""`sistem` of a record that is made of several sources' records; its `id_sumber` is its own id."""
SOURCE_COLUMNS: Final = (*COLUMNS, "dibuat_pada", "diubah_pada")
SHOWN_COLUMNS: Final = (*SOURCE_COLUMNS, "aturan", "konflik")

# All values go as one: thousands of them one by one take longer to bind than to find.
AMONG: Final = {
    "sqlite": "(SELECT value FROM json_each(?))",
    "postgresql": "(SELECT json_array_elements_text(%s::json))",
}


async def sources_by(
    connection: AsyncConnection, column: str, values: Iterable[str]
) -> dict[str, Row]:
    """The sources' rows with one of the values in `id` or `nik_indeks`, by id."""
    names = ", ".join(SOURCE_COLUMNS)
    alone = f"SELECT {names}, id AS ppks_id FROM ppks WHERE sistem <> '{GABUNGAN}' AND"  # noqa: S608 - own constants
    grouped = f"SELECT {names}, ppks_id FROM ppks_asal WHERE"  # noqa: S608 - own constants
    return await _found(connection, (alone, grouped), column, values)


async def members_of(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Row]:
    """The sources' rows of which the records with these ids are made, by their own ids."""
    names = ", ".join(SOURCE_COLUMNS)
    grouped = f"SELECT {names}, ppks_id FROM ppks_asal WHERE"  # noqa: S608 - own constants
    return await _found(connection, (grouped,), "ppks_id", ids)


async def shown_rows(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Row]:
    """The rows of `ppks` as they are read, by id."""
    select = f"SELECT {', '.join(SHOWN_COLUMNS)} FROM ppks WHERE"  # noqa: S608 - own constants
    return await _found(connection, (select,), "id", ids)


async def ids_by_nik(
    connection: AsyncConnection, indexes: Collection[str]
) -> dict[str, dict[str, bool]]:
    """For each NIK's index the sources' rows that have it, and whether they stand in a group."""
    found: dict[str, dict[str, bool]] = {}
    selects = (
        f"SELECT nik_indeks, id, 0 FROM ppks WHERE sistem <> '{GABUNGAN}' AND",  # noqa: S608 - own constants
        "SELECT nik_indeks, id, 1 FROM ppks_asal WHERE",
    )
    for index, row_id, grouped in await _rows(connection, selects, "nik_indeks", indexes):
        found.setdefault(index, {})[row_id] = bool(grouped)
    return found


async def niks_of(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The NIK's index of each source's row that has one, by id."""
    selects = (
        f"SELECT id, nik_indeks FROM ppks WHERE sistem <> '{GABUNGAN}' AND",  # noqa: S608 - own constants
        "SELECT id, nik_indeks FROM ppks_asal WHERE",
    )
    rows = await _rows(connection, selects, "id", ids)
    return {row_id: index for row_id, index in rows if index is not None}


async def _found(
    connection: AsyncConnection, selects: Iterable[str], column: str, values: Iterable[str]
) -> dict[str, Row]:
    rows = await _rows(connection, selects, column, values)
    return {row["id"]: row for row in (dict(row._mapping) for row in rows)}  # noqa: SLF001 - SQLAlchemy's documented name


async def _rows(
    connection: AsyncConnection, selects: Iterable[str], column: str, values: Iterable[str]
) -> list[Any]:
    among = msgspec.json.encode(sorted(values)).decode()
    if among == "[]":
        return []
    condition = f"{column} IN {AMONG[connection.dialect.name]}"
    parts = [f"{select} {condition}" for select in selects]
    result = await connection.exec_driver_sql(" UNION ALL ".join(parts), (among,) * len(parts))
    return list(result.all())


def as_row(values: tuple[Any, ...], moments: Mapping[str, Any]) -> Row:
    """A row that was made of a telling, with the moments at which it is written."""
    return dict(zip(COLUMNS, values, strict=True)) | dict(moments)
