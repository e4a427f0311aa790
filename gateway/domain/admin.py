"""What an operator changed: an entry of the admin log."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from gateway.kit.struct import Quiet

GATEWAY: Final = "gateway"
"""The name under which the program notes what it does by itself; no operator bears it."""


class CatatanAdmin(Quiet, frozen=True, kw_only=True):
    """One entry. It is written with the change that it tells of, and never changed."""

    nomor: int
    pada: datetime
    oleh: str
    """The operator's name, or GATEWAY."""
    peristiwa: str
    """What was done, for example `client.tambah`."""
    objek: str
    """What it was done to: a client's, a grant's or a key's id."""
    rincian: dict[str, Any]
    """What it was before and after, without any secret."""


class AdminLog(Protocol):
    """The admin log. Changes of the store are noted by the stores themselves, with the change."""

    async def newest(self, peristiwa: str) -> CatatanAdmin | None:
        """The last act of a kind."""

    def entries(self, since: datetime | None) -> AsyncIterator[CatatanAdmin]:
        """Every entry from a moment on, oldest first."""

    async def note(
        self, *, pada: datetime, oleh: str, peristiwa: str, objek: str, rincian: Mapping[str, Any]
    ) -> None:
        """Note an act that changes nothing in the store, such as the making of a report."""
