"""Reads the audit log for one person: entries about them, and pages that their records were on."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.audit import TANPA_ORANG, HasilAudit
from gateway.domain.ports_subjek import JejakAkses, TanpaNama
from gateway.infra.db.batches import batches
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT, NAMELESS

_AT_ONCE: Final = 500
_COLUMNS: Final = tuple(AUDIT.c[name] for name in JejakAkses.__struct_fields__)
# Where a text begins within another one; both look byte by byte, upper and lower case apart.
_PLACE: Final = {"sqlite": sa.func.instr, "postgresql": sa.func.strpos}


class SqlSubjectLog:
    """The `SubjectLog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(
        self,
        subjek: Collection[str],
        sebutan: Collection[str],
        dari: datetime | None,
        sampai: datetime | None,
    ) -> AsyncIterator[JejakAkses]:
        """By index for the pseudonyms; for lists, through the lists of the period."""
        about = AUDIT.c.subjek.in_(subjek)
        place = _PLACE[self._database.engine.dialect.name]
        listed = sa.and_(
            AUDIT.c.daftar.is_not(None),
            sa.or_(sa.false(), *(place(AUDIT.c.daftar, name) > 0 for name in sebutan)),
            sa.or_(AUDIT.c.subjek.is_(None), ~about),
        )
        numbers = [*await self._numbers(about, dari, sampai)]
        numbers += await self._numbers(listed, dari, sampai)
        # Between two batches nothing is held open: whoever reads asks the store other things.
        for part in batches(numbers, _AT_ONCE):
            query = sa.select(*_COLUMNS).where(AUDIT.c.nomor.in_(part))
            async with self._database.reading() as connection:
                rows = (await connection.execute(query)).mappings().all()
            for row in rows:
                yield _convert(row, JejakAkses)

    async def _numbers(
        self, which: sa.ColumnElement[bool], dari: datetime | None, sampai: datetime | None
    ) -> Sequence[int]:
        query = sa.select(AUDIT.c.nomor).where(which, *_within(dari, sampai))
        async with self._database.reading() as connection:
            return (await connection.scalars(query)).all()

    async def unnamed(self, dari: datetime | None, sampai: datetime | None) -> Sequence[TanpaNama]:
        """Disclosures that do not say of whom, by client."""
        who = AUDIT.c.client_id
        query = (
            sa.select(
                who,
                sa.func.count().label("kali"),
                sa.func.sum(AUDIT.c.jumlah).label("rekaman"),
                sa.func.min(AUDIT.c.pada).label("pertama"),
                sa.func.max(AUDIT.c.pada).label("terakhir"),
            )
            .where(
                NAMELESS,
                AUDIT.c.hasil == HasilAudit.DIBERIKAN.value,
                *(~AUDIT.c.peristiwa.startswith(name) for name in TANPA_ORANG),
                *_within(dari, sampai),
            )
            .group_by(who)
            .order_by(who)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_convert(row, TanpaNama) for row in rows]

    async def oldest(self) -> datetime | None:
        """When the oldest entry was written that is still there."""
        async with self._database.reading() as connection:
            found: datetime | None = await connection.scalar(sa.select(sa.func.min(AUDIT.c.pada)))
        return found


def _within(dari: datetime | None, sampai: datetime | None) -> list[sa.ColumnElement[bool]]:
    later = [] if dari is None else [AUDIT.c.pada >= dari]
    return later if sampai is None else [*later, AUDIT.c.pada < sampai]


def _convert(row: Any, kind: Any) -> Any:
    # The names are a subclass of str, which msgspec does not take for one; sums are decimals.
    return msgspec.convert({str(name): row[name] for name in row}, kind, strict=False)
