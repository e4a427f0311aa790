"""Proofs from the tiles of the store; on an asyncio connection by `run_sync`."""

from typing import NamedTuple

import sqlalchemy as sa

from gateway.domain.tree.merkle import Span, consistency, inclusion
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.domain.tree.tiles import needed, roots
from gateway.infra.db.audit.sealed_tables import AUDIT_RENTANG
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.rows import read_tiles


class Proved(NamedTuple):
    """A leaf and its place."""

    place: int
    leaf: bytes


def inclusion_proof(connection: sa.Connection, index: int, size: int) -> InclusionProof:
    """That leaf `index` is in the tree of `size`.

    Raises ValueError where it is not, or the tree never had so many leaves.
    """
    return InclusionProof(index=index, size=size, hashes=_roots(connection, inclusion(index, size)))


def consistency_proof(connection: sa.Connection, old: int, new: int) -> ConsistencyProof:
    """That the tree of `old` leaves begins that of `new`. Raises ValueError as above."""
    return ConsistencyProof(old=old, new=new, hashes=_roots(connection, consistency(old, new)))


def index_of(connection: sa.Connection, nomor: int) -> int | None:
    """Which leaf a row is; None where it is not sealed yet."""
    query = (
        sa.select(AUDIT_RENTANG)
        .where(AUDIT_RENTANG.c.nomor <= nomor)
        .order_by(AUDIT_RENTANG.c.nomor.desc())
        .limit(1)
    )
    run = connection.execute(query).one_or_none()
    if run is None or nomor >= run.nomor + run.jumlah:
        return None
    return int(run.indeks + nomor - run.nomor)


def find_leaf(connection: sa.Connection, leaves: Leaves, entri_id: str) -> Proved | None:
    """The leaf of an entry; None where there is no such entry, or it is not sealed yet."""
    row = connection.execute(leaves.query.where(AUDIT.c.entri_id == entri_id)).one_or_none()
    index = None if row is None else index_of(connection, row.nomor)
    return None if index is None else Proved(index, leaves.leaf(row))


def _roots(connection: sa.Connection, spans: list[Span]) -> tuple[bytes, ...]:
    return tuple(roots(spans, read_tiles(connection, needed(spans))))
