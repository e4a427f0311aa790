"""What an operator changed: an entry of the admin log."""

from collections.abc import AsyncIterator
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
    """Reads the admin log; it is written by the stores themselves."""

    def entries(self, since: datetime | None) -> AsyncIterator[CatatanAdmin]:
        """Every entry from a moment on, oldest first."""
