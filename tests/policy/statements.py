"""Notes the SQL that is issued, as far as time can be told without a clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def noting_statements(engine: AsyncEngine, requests: list[list[str]]) -> Iterator[None]:
    """Every statement is added to the last one of the requests."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        requests[-1].append(statement)

    sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(engine.sync_engine, "before_cursor_execute", note)
