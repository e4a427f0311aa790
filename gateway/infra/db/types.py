"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: aware going in, aware coming out (SQLite drops the zone by itself)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, without the zone where the engine keeps none."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class's signature
        """An aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(sa.types.TypeDecorator[Any]):
    """A JSON document, encoded by msgspec; opaque to the database, never queried into."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        """JSON text."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:  # noqa: ARG002 - the base class's signature
        """The document."""
        return None if value is None else msgspec.json.decode(value)


def ordered_text() -> sa.types.TypeEngine[str]:
    """Text compared byte by byte on both engines, so that ranges give the same rows."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def row_number() -> sa.types.TypeEngine[int]:
    """A 64-bit key that counts by itself; SQLite does that for INTEGER only."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def big_number() -> sa.types.TypeEngine[int]:
    """A 64-bit number that the writer gives."""
    return sa.BigInteger()
