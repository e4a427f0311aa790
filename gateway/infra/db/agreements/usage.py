"""Counts what the audit log holds of one agreement; the store counts, so memory stays flat."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.audit import TANPA_ORANG, HasilAudit
from gateway.domain.daftar_subjek import urai
from gateway.domain.periode import Periode
from gateway.domain.ports_perjanjian import Kunci, Pemakaian, Ukuran
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT

# What hands out or takes back a token, a job or an export discloses nothing; that it is refused is
# a refusal.
_NO_USE: Final = (
    "token.terbit",
    "token.cabut",
    "token.periksa",
    "penduduk.tugas.ajukan",
    "penduduk.tugas.batal",
    "ppks.ekspor.buat",
    "ppks.ekspor.hapus",
)
_TELLS: Final = sa.and_(*(~AUDIT.c.peristiwa.startswith(name) for name in TANPA_ORANG))
"""Entries whose attributes and records are those of persons, and left."""
_OUTCOMES: Final = (
    HasilAudit.DIBERIKAN,
    HasilAudit.TIDAK_DITEMUKAN,
    HasilAudit.DITOLAK,
    HasilAudit.GAGAL,
)
"""How a use may end: each is a count of `Pemakaian`."""
_KEY: Final = "kunci"
_ROWS_AT_ONCE: Final = 500
_LISTS_AT_ONCE: Final = 50


class SqlUsage:
    """The `UsageLog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by(self, nomor: str, periode: Periode, ukuran: Ukuran) -> Sequence[Pemakaian]:
        """One row for each key that occurs, by key; exactly one for SEMUA."""
        key = _key(periode, ukuran).label(_KEY)
        query = _measured(key).where(*of_agreement(nomor, periode))
        if ukuran is not Ukuran.SEMUA:
            # By name: PostgreSQL takes two expressions with parameters for two different ones.
            query = query.group_by(_KEY).order_by(_KEY)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Pemakaian(**{str(name): row[name] for name in row}) for row in rows]

    async def attributes(self, nomor: str, periode: Periode) -> Mapping[str, int]:
        """How often each attribute was disclosed, by name."""
        query = (
            sa.select(AUDIT.c.atribut, sa.func.count().label("akses"))
            .where(
                *of_agreement(nomor, periode),
                AUDIT.c.hasil == HasilAudit.DIBERIKAN.value,
                _TELLS,
            )
            .group_by(AUDIT.c.atribut)
        )
        found: Counter[str] = Counter()
        async with self._database.reading() as connection:
            # Sets of attributes are few where grants are few, and are not held all the same.
            rows = await connection.stream(query.execution_options(yield_per=_ROWS_AT_ONCE))
            async for row in rows:
                found.update(dict.fromkeys(row.atribut, row.akses))
        return dict(sorted(found.items()))

    async def listed(
        self, nomor: str, periode: Periode
    ) -> AsyncIterator[tuple[Kunci, Collection[str]]]:
        """The names in lists, list by list, with where they are counted."""
        query = sa.select(AUDIT.c.daftar, *_keys(periode)).where(
            *of_agreement(nomor, periode), AUDIT.c.daftar.is_not(None)
        )
        async with self._database.reading() as connection:
            rows = await connection.stream(query.execution_options(yield_per=_LISTS_AT_ONCE))
            async for daftar, *keys in rows:
                yield list(zip(Ukuran, keys, strict=True)), urai(daftar)

    async def asked(
        self, nomor: str, periode: Periode, subjek: Collection[str]
    ) -> Sequence[tuple[str, Kunci]]:
        """Where those of these pseudonyms are counted that entries are about."""
        query = (
            sa.select(AUDIT.c.subjek, *_keys(periode))
            .where(*of_agreement(nomor, periode), AUDIT.c.subjek.in_(subjek))
            .distinct()
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [(who, list(zip(Ukuran, keys, strict=True))) for who, *keys in rows]

    async def oldest(self) -> datetime | None:
        """The moment of the oldest entry that is still there."""
        async with self._database.reading() as connection:
            moment: datetime | None = await connection.scalar(sa.select(sa.func.min(AUDIT.c.pada)))
            return moment


def of_agreement(nomor: str, periode: Periode) -> tuple[sa.ColumnElement[bool], ...]:
    """Selects the uses of one agreement in a period; the index is on these two columns."""
    return (
        AUDIT.c.nomor_pks == nomor,
        AUDIT.c.pada >= periode.mulai,
        AUDIT.c.pada < periode.selesai,
        sa.or_(AUDIT.c.peristiwa.not_in(_NO_USE), AUDIT.c.hasil != HasilAudit.DIBERIKAN.value),
    )


def _measured(key: sa.ColumnElement[str]) -> sa.Select[Any]:
    outcomes = (
        sa.func.count().filter(AUDIT.c.hasil == hasil.value).label(hasil.value)
        for hasil in _OUTCOMES
    )
    measures = (
        sa.func.count().label("akses"),
        *outcomes,
        sa.func.coalesce(sa.func.sum(AUDIT.c.jumlah).filter(_TELLS), 0).label("rekaman"),
        sa.func.count(AUDIT.c.subjek.distinct()).label("orang"),
    )
    return sa.select(key, *measures)


def _keys(periode: Periode) -> list[sa.Label[str]]:
    return [_key(periode, ukuran).label(f"{_KEY}_{ukuran.value}") for ukuran in Ukuran]


def _key(periode: Periode, ukuran: Ukuran) -> sa.ColumnElement[str]:
    if ukuran is Ukuran.SEMUA:
        return sa.literal("", sa.Text)
    if ukuran is Ukuran.BULAN:
        *months, last = periode.bulan
        ends = [(AUDIT.c.pada < month.selesai, str(month)) for month in months]
        return sa.case(*ends, else_=str(last)) if ends else sa.literal(str(last), sa.Text)
    return sa.func.coalesce(AUDIT.c[ukuran.value], "")
