"""Keeps from callers whatever a person asked not to have disclosed, as if nobody were there.

Records are held back by the query that reads them; this is for what never lies in the store's
tables of records: answers of the registry, asked for, kept, or stored as the results of jobs.
"""

from gateway.domain.errors import Withheld
from gateway.domain.policy import View
from gateway.domain.ports_subjek import Restrictions


class HoldBack:
    """Asked before a registry is, and again before what it said leaves."""

    def __init__(self, restrictions: Restrictions) -> None:
        self._restrictions = restrictions

    async def applies(self, view: View, nik: str) -> bool:
        """Whether a person's data may not be shown in a view."""
        return not view.terbatas and await self._restrictions.includes(nik)

    async def refuse(self, view: View, nik: str) -> None:
        """Raises Withheld where a person's data may not be shown in a view."""
        if await self.applies(view, nik):
            raise Withheld
