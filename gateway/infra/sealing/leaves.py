"""Reads audit rows as the leaves that they are in the log."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.audit_leaf import commitment, leaf_bytes
from gateway.domain.tree.merkle import leaf_hash
from gateway.infra.db.tables import AUDIT

Salt = Callable[[str], bytes]
"""The salt of an entry by its id."""

_NAMES: Final = tuple(sorted(column.name for column in AUDIT.c if column.name != "nomor"))
_PADA: Final = 1 + _NAMES.index("pada")
_PERSONS: Final = ("subjek", "daftar")
"""Who an entry is about: in a leaf, commitments."""
_AS_TEXT: Final = ("pada", "atribut", "rincian")
_MOMENT: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


class Leaves:
    """Leaves of one store. A row of `query` is a row's number and what its leaf is made of."""

    def __init__(self, dialect: str, salt: Salt) -> None:
        self._salt = salt
        self._is_sqlite = dialect == "sqlite"
        columns = [self._column(name).label(name) for name in _NAMES]
        self.query = sa.select(AUDIT.c.nomor, *columns).order_by(AUDIT.c.nomor)

    def read(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], most: int
    ) -> Sequence[Any]:
        """The rows of `query` that fulfil a condition, at most so many; columns by place."""
        query = self.query.where(which).limit(most)
        if not self._is_sqlite:
            return connection.execute(query).all()
        # The driver lets other threads have the interpreter at every row, and then waits for it;
        # so all rows come as one.
        rows = query.subquery()
        whole = sa.select(sa.func.json_group_array(sa.func.json_array(*rows.c)))
        found: list[Any] = msgspec.json.decode(connection.execute(whole).scalar_one())
        return found

    def leaf(self, row: Any) -> bytes:
        """The leaf's bytes of a row of `query`."""
        members: dict[str, Any] = dict(zip(_NAMES, row[1:], strict=True))
        for name in _PERSONS:
            told = members.pop(name)
            if told is not None:
                members[f"{name}_sidik"] = commitment(self._salt(members["entri_id"]), told)
        members["pada"] = self.moment(row)
        members["atribut"] = msgspec.Raw(members["atribut"].encode())
        if members["rincian"] is not None:
            members["rincian"] = msgspec.json.decode(members["rincian"])
        return leaf_bytes(members)

    def is_sealed(self, row: Any, sealed: bytes) -> bool:
        """Whether a row of `query` still has the leaf hash that was sealed."""
        try:
            return leaf_hash(self.leaf(row)) == sealed
        except ValueError:
            return False

    def salt(self, row: Any) -> bytes:
        """What hides the person of a row in its leaf."""
        return self._salt(row.entri_id)

    def moment(self, row: Any) -> str:
        """When it happened, as the leaf says it."""
        pada: str = row[_PADA]
        return f"{pada.replace(' ', 'T')}Z" if self._is_sqlite else pada

    def _column(self, name: str) -> sa.ColumnElement[Any]:
        """A column as text where the leaf wants text: no value takes a way through Python types."""
        column = AUDIT.c[name]
        if name not in _AS_TEXT:
            return column
        if name == "pada" and not self._is_sqlite:
            return sa.func.to_char(sa.func.timezone("UTC", column), _MOMENT)
        return sa.type_coerce(column, sa.Text)
