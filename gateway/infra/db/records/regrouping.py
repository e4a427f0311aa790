"""Brings the records of persons in order after a change of what their sources tell.

A record bears the id of its oldest source's row. So a row that is joined to others gives its id up,
and takes it again when it is told apart: whoever holds a copy under that id has the right one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.person_groups import Gathered, Neighbours, gather, told_apart
from gateway.infra.db.records.shown_writer import Changes
from gateway.infra.db.records.source_rows import SOURCE_COLUMNS, Row, shown_rows

_pick: Final = itemgetter(*SOURCE_COLUMNS)
_NOTHING_MORE: Final[Row] = {"aturan": None, "konflik": None}


async def regroup(
    connection: AsyncConnection,
    merged: MergedRows,
    batch: Mapping[str, Row],
    found: Neighbours,
    now: datetime,
    changes: Changes,
) -> set[str]:
    """Add to `changes` where the sources' rows belong, and what is read otherwise now.

    `batch`: what is new or changed, by id.
    Answers the ids of all rows that are taken care of.
    """
    gathered = await gather(connection, batch, found)
    handled = {*gathered.rows}
    shown = await shown_rows(connection, handled)
    versions = _versions(gathered, shown)
    for row_id in found.erased & handled:
        del gathered.rows[row_id]
    persons = told_apart(gathered, found.shared, merged, now.date())
    wanted: dict[str, Row] = {}
    heirs: dict[str, str] = {}
    for members in persons:
        rows = [gathered.rows[row_id] for row_id in members]
        oldest = min(rows, key=lambda row: (row["dibuat_pada"], row["id"]))
        heirs |= dict.fromkeys(members, str(oldest["id"]))
        wanted[oldest["id"]] = _record(merged, rows, oldest)
    _compare(changes, shown, wanted, heirs, versions)
    changes.returned |= gathered.place.keys() & wanted.keys() - shown.keys()
    changes.regrouped |= handled
    changes.grouped += [
        (*_pick(gathered.rows[row_id] | {"versi": versions[row_id]}), heirs[row_id])
        for members in persons
        if len(members) > 1
        for row_id in members
    ]
    return handled


def _record(merged: MergedRows, rows: Sequence[Row], oldest: Row) -> Row:
    if len(rows) == 1:
        return oldest | _NOTHING_MORE
    moments = {name: oldest[name] for name in ("dibuat_pada", "diubah_pada")}
    return merged.merge(rows, oldest["id"]) | moments


def _versions(gathered: Gathered, shown: Mapping[str, Row]) -> dict[str, int]:
    """The newest version that was ever read under each id; 0 = none."""
    return {
        row_id: shown[row_id]["versi"]
        if row_id in shown
        else (row["versi"] if row_id in gathered.place else 0)
        for row_id, row in gathered.rows.items()
    }


def _compare(
    changes: Changes,
    shown: Mapping[str, Row],
    wanted: Mapping[str, Row],
    heirs: Mapping[str, str],
    versions: dict[str, int],
) -> None:
    """What is to be written, and under which versions; `versions` is brought up to date."""
    for row_id in shown.keys() - wanted.keys():
        changes.gone[row_id] = heirs.get(row_id)
        versions[row_id] += 1
    for row_id, row in wanted.items():
        if row_id in shown and shown[row_id]["sidik"] == row["sidik"]:
            continue
        versions[row_id] += 1
        row["versi"] = versions[row_id]
        (changes.changed if row_id in shown else changes.added).append(row)
        changes.categories += _categories(row)


def _categories(row: Row) -> set[tuple[str, str]]:
    told = row["kategori"]
    return (
        set() if told is None else {(row["id"], item["kode"]) for item in msgspec.json.decode(told)}
    )
