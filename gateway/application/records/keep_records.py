"""Tells how a record came to be as it is, and ends records: by order, or by their age."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from gateway.application.caller.operator import named_operator
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.domain.errors import BadInput, NotFound
from gateway.domain.merging.review import Pihak
from gateway.domain.nik import NikInvalid, parse_nik
from gateway.domain.ports_padanan import Peristiwa, RecordKeeping
from gateway.kit.clock import Clock


class KeepRecords:
    """The use cases behind `gateway record` and `gateway retention`."""

    def __init__(
        self,
        store: RecordKeeping,
        forget: ForgetPerson,
        lifetimes: Mapping[str, int],
        clock: Clock,
    ) -> None:
        """`lifetimes`: days by class: `ditarik`, `riwayat`, `pengaduan`; 0 = kept for good."""
        self._store = store
        self._forget = forget
        self._lifetimes = lifetimes
        self._clock = clock

    async def sources(self, ppks_id: str) -> Sequence[Pihak]:
        """The sources' records of which a record is made. Raises NotFound."""
        found = await self._store.sources(ppks_id)
        if not found:
            raise NotFound("tidak ada rekaman ini / there is no such record")
        return found

    async def history(self, ppks_id: str) -> Sequence[Peristiwa]:
        """What changed a record, oldest first."""
        return await self._store.history(ppks_id)

    async def erase(
        self, nik: str, *, oleh: str, alasan: str, rekaman: Collection[str] = ()
    ) -> int:
        """Erase all sources' records of a person, with their history; answers how many.

        `rekaman`: ids of the records that are meant; needed where the NIK stands in several, since
        they are not known to be one person's. Raises BadInput without an operator, a reason, or a
        NIK of 16 digits; Conflict, NotFound.
        """
        operator = named_operator(oleh)
        if not alasan.strip():
            raise BadInput("alasan wajib diisi / a reason must be given")
        try:
            parsed = parse_nik(nik)
        except NikInvalid as error:
            raise BadInput(str(error)) from None
        erased = await self._store.erase(parsed, rekaman, oleh=operator, alasan=alasan)
        await self._forget(parsed)
        return erased

    async def retire(self, *, oleh: str, dry_run: bool) -> dict[str, int]:
        """Erase what is older than its class may become; answers how much of each class."""
        operator = named_operator(oleh)
        ways = {
            "ditarik": self._store.withdrawn,
            "riwayat": self._store.old_history,
            "pengaduan": self._store.old_complaints,
        }
        now = self._clock()
        counts = {
            name: await erase(now - timedelta(days=days), dry_run=dry_run)
            for name, erase in ways.items()
            if (days := self._lifetimes[name]) > 0
        }
        if not dry_run:
            await self._store.note_retention(counts, oleh=operator)
        return counts
