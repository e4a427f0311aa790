"""Reads PPKS records through a view."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.policy import View, saring_kategori
from gateway.domain.ports import HalamanPpks, KondisiPpks
from gateway.domain.ppks import Kategori
from gateway.domain.samaran import samarkan
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.reading.granted_origin import granted_origin, opened_conflicts
from gateway.infra.db.tables import PPKS

_SEALED: Final = ("nik", "no_kk")
_RARE: Final = ("nik", "nama_lengkap", "tanggal_lahir")
"""What few share, and so is looked for first."""


class SqlPpks:
    """The `PpksStore` port on SQLAlchemy Core."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def page(
        self, view: View, kondisi: KondisiPpks, after: tuple[datetime, str] | None, limit: int
    ) -> HalamanPpks:
        """One keyset page in the order (diubah_pada, id)."""
        if view.kosong:
            return HalamanPpks(items=(), lanjut=None, rujukan=())
        order = (PPKS.c.diubah_pada, PPKS.c.id)
        query = (
            sa.select(*policy_sql.columns(view))
            .where(*self._conditions(view, kondisi))
            .order_by(*order)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(
                sa.tuple_(*order)
                > sa.tuple_(
                    *(sa.literal(part, c.type) for part, c in zip(after, order, strict=True))
                )
            )
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).mappings().all()
        more = len(found) > limit
        found = found[:limit]
        last = (found[-1]["diubah_pada"], found[-1]["id"]) if more else None
        persons = tuple(row["rujukan"] for row in found)
        show = self.shower(view)
        items = [show(dict(row)) for row in found]
        if view.samaran is not None:
            # In the order of the store two readers could join their pages line by line.
            items.sort(key=itemgetter("id"))
        return HalamanPpks(items=tuple(items), lanjut=last, rujukan=persons)

    async def one(self, view: View, ppks_id: str) -> dict[str, Any] | None:
        """One record, or None where it is missing or outside the view.

        Of pseudonymised records none is found by itself: its own id would tell which it is.
        """
        if view.samaran is not None:
            return None
        query = sa.select(*policy_sql.columns(view)).where(
            PPKS.c.id == ppks_id, policy_sql.rows(view)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else self.shower(view)(dict(row))

    def _conditions(self, view: View, kondisi: KondisiPpks) -> list[sa.ColumnElement[bool]]:
        by_area = all(getattr(kondisi, name) is None for name in _RARE)
        conditions = [policy_sql.rows(view, by_area=by_area)]
        if kondisi.kode_wilayah is not None:
            conditions.append(policy_sql.records_in(kondisi.kode_wilayah, by_area=by_area))
        if kondisi.kategori is not None:
            # A category outside the view must not tell by its absence who has it.
            seen = view.kategori is None or kondisi.kategori in view.kategori
            conditions.append(policy_sql.in_category(kondisi.kategori) if seen else sa.false())
        if kondisi.diubah_sejak is not None:
            conditions.append(PPKS.c.diubah_pada >= kondisi.diubah_sejak)
        if kondisi.nik is not None:
            conditions.append(PPKS.c.nik_indeks == self._keyring.blind_index("nik", kondisi.nik))
        if kondisi.tanggal_lahir is not None:
            conditions.append(PPKS.c.tanggal_lahir == kondisi.tanggal_lahir.isoformat())
        equal = {name: getattr(kondisi, name) for name in ("status", "nama_lengkap")}
        conditions += [PPKS.c[name] == value for name, value in equal.items() if value is not None]
        return conditions

    def shower(self, view: View) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """What makes of a row what the caller sees."""
        samaran = view.samaran
        if samaran is None:
            return partial(self._show, view)
        rename = self._keyring.renaming(samaran.kunci)
        return lambda row: samarkan(samaran, self._show(view, row), rename)

    def _show(self, view: View, row: dict[str, Any]) -> dict[str, Any]:
        """The row as the caller sees it: opened, and without what it has nothing to say about."""
        for name in _SEALED:
            if row.get(name) is not None:
                context = f"ppks|{name}|{row['id']}".encode()
                row[name] = self._keyring.open(row[name], context).decode()
        if row.get("kategori") is not None:
            told = msgspec.convert(row["kategori"], tuple[Kategori, ...])
            row["kategori"] = saring_kategori(view, told)
        sealed = row.pop("konflik", None)
        if (asal := row.pop("asal", None)) is not None:
            conflicts = opened_conflicts(self._keyring, sealed, row["id"])
            row |= granted_origin(view, asal, conflicts)
        return {name: value for name, value in row.items() if value is not None}
