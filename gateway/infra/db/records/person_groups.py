"""Finds which sources' rows a batch brings together or takes apart, and tells whose they are."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.merging.identity import PALING_BANYAK_SUMBER, Ciri
from gateway.domain.merging.persons import Pasangan, Sumber, Tinjauan, kelompok_orang
from gateway.domain.merging.review import StatusPadanan
from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.person_tables import PADANAN
from gateway.infra.db.records.source_rows import Row, ids_by_nik, members_of, niks_of, sources_by
from gateway.kit.struct import QuietDraft

_REVIEWED: Final = (StatusPadanan.DITERIMA, StatusPadanan.DITOLAK)
_IN_ONE_STATEMENT: Final = 10_000


class Touched(msgspec.Struct):
    """The rows that a batch brings, as far as groups depend on them."""

    niks: dict[str, str | None]
    """The NIK's index of each row, by id; None = it has none that proves anything."""
    unproven: set[str]
    """Indexes of NIKs that prove nothing."""
    stored: set[str]
    """Those that the store has already, with what they told before."""
    grouped: set[str]
    """Those among them that stand in a group."""


class Neighbours(msgspec.Struct):
    """Which of the touched rows concern others, and where those are looked for."""

    seeds: set[str]
    weighed: set[str]
    """Indexes of NIKs of which it is known how many rows will have them."""
    shared: set[str]
    """Those among them that too many rows have, so that they are nobody's."""
    erased: frozenset[str] = frozenset()
    """Ids of rows that shall be there no more."""


async def find_neighbours(connection: AsyncConnection, touched: Touched) -> Neighbours:
    """Rows that share a NIK with another, now or before, stand in a group, or were reviewed."""
    before = await niks_of(connection, touched.stored)
    niks = {nik for nik in (*touched.niks.values(), *before.values()) if nik is not None}
    niks -= touched.unproven
    holders = await ids_by_nik(connection, niks)
    seeds = set(touched.grouped) | await _reviewed(connection, touched.niks)
    shared: set[str] = set()
    comers: dict[str, set[str]] = {}
    for row_id, nik in touched.niks.items():
        if nik is not None:
            comers.setdefault(nik, set()).add(row_id)
    for nik in niks:
        held, come = holders.get(nik, {}), comers.get(nik, set())
        if not held and len(come) <= 1:
            # Most are alone.
            continue
        staying = {row_id for row_id in held if row_id not in touched.niks or row_id in come}
        concerned = come | {row_id for row_id in held if row_id in touched.niks}
        if len(staying | come) > PALING_BANYAK_SUMBER:
            shared.add(nik)
            # Those that were one while they were few fall apart; the others stand alone already.
            if any(held.values()):
                seeds |= {*concerned, *(row_id for row_id in held if held[row_id])}
        elif len(held.keys() | come) > 1:
            seeds |= concerned
    return Neighbours(seeds, niks, shared)


class Gathered(QuietDraft):
    """All rows on which the groups of some depend, as they are to be."""

    rows: dict[str, Row]
    place: dict[str, str]
    """Id of the record under which a stored row is read now."""
    reviews: Tinjauan


async def gather(
    connection: AsyncConnection, batch: Mapping[str, Row], found: Neighbours
) -> Gathered:
    """The seeds, and whoever shares a NIK, a group or a review with them, and so on."""
    gathered = Gathered({}, {}, Tinjauan())
    same: set[Pasangan] = set()
    different: set[Pasangan] = set()
    niks: set[str] = set()
    wanted = set(found.seeds)
    while wanted := wanted - gathered.rows.keys():
        stored = await sources_by(connection, "id", wanted)
        seen = {nik for row in stored.values() if (nik := row["nik_indeks"])}
        gathered.place |= {row_id: row.pop("ppks_id") for row_id, row in stored.items()}
        gathered.rows |= {
            row_id: stored.get(row_id, {}) | batch.get(row_id, {}) for row_id in wanted
        }
        seen |= {nik for row_id in wanted if (nik := gathered.rows[row_id]["nik_indeks"])}
        wanted = await _holders(connection, batch, found, seen - niks)
        niks |= seen
        places = {gathered.place[row_id] for row_id in stored}
        wanted |= (await members_of(connection, places)).keys()
        for status, pair in await _pairs(connection, gathered.rows):
            (same if status == StatusPadanan.DITERIMA else different).add(pair)
            wanted |= {*pair}
    gathered.reviews = Tinjauan(sama=frozenset(same), beda=frozenset(different))
    return gathered


async def _holders(
    connection: AsyncConnection, batch: Mapping[str, Row], found: Neighbours, niks: set[str]
) -> set[str]:
    """Rows with these NIKs, but for the NIKs that are nobody's; those are noted in `found`."""
    held = await ids_by_nik(connection, niks - found.shared)
    for nik, holders in held.items():
        if nik not in found.weighed and len(holders.keys() - found.erased) > PALING_BANYAK_SUMBER:
            found.shared.add(nik)
    told = niks - found.shared
    come = {row_id for row_id, row in batch.items() if row["nik_indeks"] in told}
    return come | {row_id for nik in held.keys() & told for row_id in held[nik]}


def told_apart(
    gathered: Gathered, shared: set[str], merged: MergedRows, today: date
) -> list[tuple[str, ...]]:
    """The ids of the gathered rows, person by person."""
    sources = [
        Sumber(
            id=row_id,
            nik=None if row["nik_indeks"] in shared else merged.opened(row, "nik"),
            ciri=Ciri(
                nama_lengkap=row["nama_lengkap"],
                tanggal_lahir=row["tanggal_lahir"],
                jenis_kelamin=row["jenis_kelamin"],
            ),
            dihapus=bool(row["dihapus"]),
        )
        for row_id, row in gathered.rows.items()
    ]
    return kelompok_orang(sources, gathered.reviews, today)


async def _reviewed(connection: AsyncConnection, ids: Iterable[str]) -> set[str]:
    pairs = await _pairs(connection, ids)
    return {row_id for _, pair in pairs for row_id in pair}


async def _pairs(connection: AsyncConnection, ids: Iterable[str]) -> list[tuple[str, Pasangan]]:
    """The reviewed pairs in which one of the ids is."""
    kept = PADANAN.c
    any_pair = sa.select(kept.id).where(kept.status.in_(_REVIEWED)).limit(1)
    if (await connection.execute(any_pair)).first() is None:
        return []
    found: set[tuple[str, Pasangan]] = set()
    named = [*ids]
    for start in range(0, len(named), _IN_ONE_STATEMENT):
        part = named[start : start + _IN_ONE_STATEMENT]
        either = sa.or_(kept.kiri.in_(part), kept.kanan.in_(part))
        query = sa.select(kept.status, kept.kiri, kept.kanan)
        rows = await connection.execute(query.where(kept.status.in_(_REVIEWED), either))
        found |= {(row.status, (row.kiri, row.kanan)) for row in rows}
    return sorted(found)
