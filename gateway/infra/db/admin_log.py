"""The admin log: who changed what and when, written in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.tables import CATATAN_ADMIN


async def note(
    connection: AsyncConnection,
    *,
    pada: datetime,
    oleh: str,
    peristiwa: str,
    objek: str,
    rincian: Mapping[str, Any],
) -> None:
    """Add one row. `rincian` holds no secret; it is kept as JSON."""
    values = {
        "pada": pada,
        "oleh": oleh,
        "peristiwa": peristiwa,
        "objek": objek,
        "rincian": dict(rincian),
    }
    await connection.execute(sa.insert(CATATAN_ADMIN).values(values))
