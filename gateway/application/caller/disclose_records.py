"""Notes in the audit log whose PPKS records are about to leave, before they do.

Every way on which records leave (pages, one record, feeds, exports) calls this one, so that a
person can be told of each. What is counted is what is named: there is no other count.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.domain.audit import HasilAudit
from gateway.domain.daftar_subjek import rangkai
from gateway.domain.ports import AuditLog, Pseudonyms
from gateway.kit.clock import Clock

MOST_IN_AN_ENTRY: Final = 1000
"""Records that one entry names; what leaves beyond that has further entries."""


_SOURCE: Final = "ppks"


class DiscloseRecords:
    """The one place where disclosures of records are written."""

    def __init__(self, audit: AuditLog, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._audit = audit
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def __call__(
        self,
        caller: Caller,
        peristiwa: str,
        atribut: Collection[str],
        rujukan: Sequence[str],
        *,
        subjek: str | None = None,
        alasan: str | None = None,
    ) -> None:
        """Returns when it is durable that these attributes leave of those who bear these keys.

        `rujukan`: one for each record, in any order; none where nothing was found. `subjek`: the
        pseudonym of whoever was searched for by NIK. `alasan`: why nothing leaves. Raises
        Unavailable: then nothing may leave.
        """
        now = self._clock()
        told = tuple(sorted(atribut))
        entries = [
            caller.entry(
                peristiwa,
                HasilAudit.DIBERIKAN,
                now,
                subjek=subjek,
                atribut=told,
                jumlah=len(part),
                sumber=_SOURCE,
                alasan=alasan,
                daftar=self._names(part),
            )
            for part in _parts(rujukan)
        ]
        # What is recorded at the same moment is committed as one group.
        await asyncio.gather(*map(self._audit.record, entries))

    def _names(self, rujukan: Sequence[str]) -> str | None:
        if not rujukan:
            return None
        return rangkai(map(self._pseudonyms.subject_of_reference, rujukan))


def _parts(rujukan: Sequence[str]) -> list[Sequence[str]]:
    """At least one: that nothing was found is noted, too."""
    starts = range(0, max(1, len(rujukan)), MOST_IN_AN_ENTRY)
    return [rujukan[start : start + MOST_IN_AN_ENTRY] for start in starts]
