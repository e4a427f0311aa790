"""The rows of data balikan: collected from the audit log, and what became of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.domain.periode import Periode
from gateway.domain.ports_perjanjian import BarisBalikan, HitunganBalikan, Tumpukan
from gateway.infra.db.agreements.tables import BALIKAN
from gateway.infra.db.agreements.usage import of_agreement
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT

_ROWS_AT_ONCE: Final = 500
_OWED: Final = BALIKAN.c.dikirim_pada.is_(None)
_PERSON: Final = ("subjek", "tujuan", "client_id")


class SqlBalikan:
    """The `BalikanQueue` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def collect(self, tumpukan: Tumpukan, periode: Periode, *, simpanan: bool) -> None:
        """Take in what is owed; on SQLite batch by batch, so that no writer of the log waits."""
        query = _uses(tumpukan, periode, simpanan=simpanan)
        take_in = self._take_in()
        if self._database.engine.dialect.name != "sqlite":
            async with self._database.writing() as connection:
                names = [column.name for column in query.selected_columns]
                await connection.execute(take_in.from_select(names, query))
            return
        async with self._database.reading() as connection:
            rows = await connection.stream(query.execution_options(yield_per=_ROWS_AT_ONCE))
            async for page in rows.mappings().partitions():
                async with self._database.writing() as writer:
                    await writer.execute(take_in, [dict(row) for row in page])

    async def owed(
        self, tumpukan: Tumpukan, subjek: Collection[str]
    ) -> Mapping[str, Sequence[BarisBalikan]]:
        """The rows of these persons that were not sent, oldest first."""
        query = (
            sa.select(*(BALIKAN.c[name] for name in BarisBalikan.__struct_fields__))
            .where(_same_pile(tumpukan), BALIKAN.c.subjek.in_(subjek), _OWED)
            .order_by(BALIKAN.c.subjek, BALIKAN.c.pertama, BALIKAN.c.tujuan, BALIKAN.c.client_id)
        )
        found: dict[str, list[BarisBalikan]] = {}
        async with self._database.reading() as connection:
            for row in (await connection.execute(query)).mappings():
                one = BarisBalikan(**{str(name): row[name] for name in row})
                found.setdefault(one.subjek, []).append(one)
        return found

    async def sent(
        self, tumpukan: Tumpukan, baris: Sequence[BarisBalikan], *, pada: datetime
    ) -> None:
        """Remember that rows were sent; a second time changes nothing."""
        same = sa.and_(*(BALIKAN.c[name] == sa.bindparam(f"this_{name}") for name in _PERSON))
        change = (
            sa.update(BALIKAN).where(_same_pile(tumpukan), same, _OWED).values(dikirim_pada=pada)
        )
        keys = [{f"this_{name}": getattr(row, name) for name in _PERSON} for row in baris]
        async with self._database.writing() as connection:
            await connection.execute(change, keys)

    async def counts(self, tumpukan: Tumpukan) -> HitunganBalikan:
        """How many rows there are."""
        query = sa.select(
            sa.func.count().filter(_OWED).label("terutang"),
            sa.func.count(BALIKAN.c.dikirim_pada).label("terkirim"),
        ).where(_same_pile(tumpukan))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        return HitunganBalikan(terutang=row.terutang, terkirim=row.terkirim)

    async def periods(self) -> Collection[str]:
        """The periods that there are rows of."""
        async with self._database.reading() as connection:
            return (await connection.scalars(sa.select(BALIKAN.c.periode).distinct())).all()

    async def forget(self, periode: str) -> int:
        """Forget every row of a period, a few at a time; how many there were."""
        keys = sa.tuple_(*BALIKAN.primary_key)
        some = sa.select(*BALIKAN.primary_key).where(BALIKAN.c.periode == periode)
        query = sa.delete(BALIKAN).where(keys.in_(some.limit(_ROWS_AT_ONCE)))
        gone, last = 0, _ROWS_AT_ONCE
        while last == _ROWS_AT_ONCE:
            async with self._database.writing() as connection:
                last = (await connection.execute(query)).rowcount
            gone += last
        return gone

    def _take_in(self) -> Any:
        """An insert that brings a row up to date as long as it was not sent."""
        dialect = self._database.engine.dialect.name
        # By name, so that only the engine that is in use is loaded.
        fresh = import_module(f"sqlalchemy.dialects.{dialect}").insert(BALIKAN)
        newer = {name: fresh.excluded[name] for name in ("jumlah", "pertama")}
        return fresh.on_conflict_do_update(
            index_elements=[*BALIKAN.primary_key], set_=newer, where=_OWED
        )


def _uses(tumpukan: Tumpukan, periode: Periode, *, simpanan: bool) -> sa.Select[Any]:
    ways = ("", "lookup:", "cache:") if simpanan else ("", "lookup:")
    # An answer may have several sources: `dukcapil,lookup:dukcapil`.
    listed = "," + AUDIT.c.sumber + ","
    columns: list[sa.ColumnElement[Any]] = [
        *(sa.literal(value, sa.Text).label(name) for name, value in _pile(tumpukan).items()),
        *(sa.func.coalesce(AUDIT.c[name], "").label(name) for name in _PERSON),
        sa.func.count().label("jumlah"),
        sa.func.min(AUDIT.c.pada).label("pertama"),
    ]
    return (
        sa.select(*columns)
        .where(
            *of_agreement(tumpukan.nomor, periode),
            AUDIT.c.subjek.is_not(None),
            AUDIT.c.hasil == HasilAudit.DIBERIKAN.value,
            sa.or_(
                *(listed.contains(f",{way}{tumpukan.sistem},", autoescape=True) for way in ways)
            ),
        )
        .group_by(AUDIT.c.subjek, AUDIT.c.tujuan, AUDIT.c.client_id)
    )


def _pile(tumpukan: Tumpukan) -> dict[str, str]:
    return {"nomor": tumpukan.nomor, "sistem": tumpukan.sistem, "periode": tumpukan.periode}


def _same_pile(tumpukan: Tumpukan) -> sa.ColumnElement[bool]:
    return sa.and_(*(BALIKAN.c[name] == value for name, value in _pile(tumpukan).items()))
