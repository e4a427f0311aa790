"""Asks for one row of a lookup job, and keeps no more of the answer than the grant shows."""

from collections import Counter
from datetime import date
from typing import Final

from gateway.application.caller.hold_back import HoldBack
from gateway.application.caller.spend import WIB, spend_lookup
from gateway.application.civil_registry.ask_registry import AskRegistry
from gateway.application.civil_registry.registry_desk import Asker
from gateway.application.lookup.lookup_resident import visible, warnings_shown
from gateway.domain.grant import Grant
from gateway.domain.nik_cache import CachedAnswer
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk, terisi
from gateway.domain.policy import View
from gateway.domain.ports import Allowance
from gateway.domain.registry_quota import Prioritas
from gateway.domain.systems import LookupAnswer
from gateway.domain.tugas import Baris, JawabanBaris
from gateway.kit.clock import Clock

_NEEDED: Final = frozenset(("kode_wilayah",))
"""What decides, when results are read, whether a person lies in the granted areas."""


class AskRow:
    """The one place where jobs meet the registry: at the cost and by the rules of a lookup."""

    def __init__(
        self, ask: AskRegistry, hold_back: HoldBack, allowance: Allowance, clock: Clock
    ) -> None:
        self._ask = ask
        self._hold_back = hold_back
        self._allowance = allowance
        self._clock = clock
        self._unused: Counter[tuple[str, date]] = Counter()

    async def __call__(self, grant: Grant, view: View, row: Baris) -> JawabanBaris:
        """One lookup of the grant's. Raises QuotaSpent, Unavailable."""
        paid = await self._pay(grant)
        try:
            return await self._asked(grant, view, row)
        except Exception:
            # A registry or a store that is away for hours shall not eat up the day's lookups.
            self._unused[paid] += 1
            raise

    async def _asked(self, grant: Grant, view: View, row: Baris) -> JawabanBaris:
        if await self._hold_back.applies(view, row.nik):
            return JawabanBaris(baris=row.baris, nik=row.nik)
        oldest = grant.maks_umur if grant.boleh_cache else None
        asker = Asker(client_id=grant.client_id, grant_id=grant.grant_id, prioritas=Prioritas.BATCH)
        told = await self._ask(row.nik, oldest=oldest, ip=None, asker=asker)
        return JawabanBaris(
            baris=row.baris,
            nik=row.nik,
            jawaban=_reduced(view, row.nik, told.jawaban),
            keadaan=told.keadaan,
        )

    async def _pay(self, grant: Grant) -> tuple[str, date]:
        """Take a lookup from the grant's day: one that brought no answer, or else a new one."""
        now = self._clock()
        day = (grant.grant_id, now.astimezone(WIB).date())
        if self._unused[day]:
            self._unused[day] -= 1
            return day
        for past in [key for key in self._unused if key[1] < day[1]]:
            del self._unused[past]
        await spend_lookup(self._allowance, grant, now)
        return day


def _reduced(view: View, nik: str, cached: CachedAnswer) -> CachedAnswer:
    """The answer as it may be stored: what was not granted when it was asked for is left out."""
    if visible(view, nik, cached) is None:
        nobody = LookupAnswer(outcome=Outcome.NOT_FOUND)
        return CachedAnswer(answer=nobody, sistem=cached.sistem, pada=cached.pada)
    answer = cached.answer
    penduduk = answer.penduduk
    if penduduk is not None:
        kept = view.atribut | _NEEDED
        told = {name: value for name, value in terisi(penduduk).items() if name in kept}
        penduduk = Penduduk(**told)
    reduced = LookupAnswer(
        outcome=answer.outcome,
        penduduk=penduduk,
        asli={name: raw for name, raw in answer.asli.items() if name in view.atribut},
        peringatan=warnings_shown(view, answer.peringatan),
    )
    return CachedAnswer(answer=reduced, sistem=cached.sistem, pada=cached.pada)
