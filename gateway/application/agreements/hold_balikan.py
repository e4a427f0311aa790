"""Leaves out of data balikan who had disclosure stopped, and puts on record that they were."""

import asyncio
from collections.abc import Sequence
from typing import Final

from gateway.application.agreements.send_balikan import Bernama
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.errors import DIBATASI
from gateway.domain.ports import AuditLog, Pseudonyms
from gateway.domain.ports_subjek import Restrictions
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

PERISTIWA: Final = "balikan.tahan"


class HoldBalikan:
    """Asked right before rows leave. What is held stays owed, until the person lets it go on."""

    def __init__(
        self,
        restrictions: Restrictions,
        pseudonyms: Pseudonyms,
        audit: AuditLog | None,
        clock: Clock,
    ) -> None:
        """`audit`: None where nothing was to leave anyway."""
        self._restrictions = restrictions
        self._pseudonyms = pseudonyms
        self._audit = audit
        self._clock = clock
        self.persons = 0
        """How many were held so far."""

    async def __call__(self, part: Sequence[Bernama]) -> list[Bernama]:
        """Those whose rows may leave now. Raises Unavailable where the log cannot be written."""
        held = [one for one in part if await self._restrictions.includes(one.item.nik)]
        if not held:
            return list(part)
        self.persons += len(held)
        if self._audit is not None:
            await asyncio.gather(*(self._audit.record(self._entry(one)) for one in held))
        return [one for one in part if one not in held]

    def _entry(self, one: Bernama) -> EntriAudit:
        # Without the agreement's number: nobody used anything under it.
        return EntriAudit(
            entri_id=new_id(),
            pada=self._clock(),
            peristiwa=PERISTIWA,
            hasil=HasilAudit.DITOLAK,
            subjek=self._pseudonyms.subject(one.item.nik),
            alasan=DIBATASI,
        )
