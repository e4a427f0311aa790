"""The account at a registry that all instances share: its quota, and whether it lets us in."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from gateway.domain.errors import Unavailable
from gateway.domain.outcome import NotAsked, Outcome
from gateway.domain.registry_quota import (
    ASK_AGAIN,
    ORDER,
    Balance,
    Kept,
    Ledger,
    Prioritas,
    QuotaRule,
    Ruling,
    balance_of,
    is_reserve,
    ruling,
    share_ruling,
)
from gateway.domain.registry_terms import Ketentuan
from gateway.kit.clock import Clock

_LOG: Final = logging.getLogger(__name__)
_TRIAL: Final = timedelta(minutes=1)
"""After the pause one call in so long, of all instances together, tries whether we are let in."""
_WHOLE: Final = 100


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """One call that was taken from the quota."""

    sheet: str
    after: Balance
    share: str | None = None
    """The grant's line on the sheet, where the call was taken from the reserve."""
    trial: bool = False
    """Whether the call tries if the credentials are taken again."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the account stands."""

    balance: Balance
    refused_until: datetime | None
    """Set while nobody calls because the registry refused the credentials."""


class RegistryAccount:
    """One system's account. Whoever takes a call tells afterwards what became of it."""

    def __init__(
        self,
        name: str,
        terms: Ketentuan,
        ledger: Ledger,
        rule: QuotaRule,
        clock: Clock,
        *,
        pause: timedelta,
    ) -> None:
        """`pause`: how long nobody calls after refused credentials."""
        self._name = name
        self._terms = terms
        self._ledger = ledger
        self._rule = rule
        self._clock = clock
        self._pause = pause
        self._seen: tuple[str, Balance] | None = None

    @property
    def seen(self) -> Balance | None:
        """Today's balance as this process last saw it."""
        if self._seen is None or self._seen[0] != self._sheet(self._clock()):
            return None
        return self._seen[1]

    async def standing(self) -> Standing:
        """How it stands for all instances together. Raises Unavailable."""
        now = self._clock()
        sheet, door = await self._read(now)
        until = door.get("until", 0)
        return Standing(
            balance=self._look(self._sheet(now), sheet),
            refused_until=datetime.fromtimestamp(until, UTC) if until else None,
        )

    async def take(self, grant_id: str, prioritas: Prioritas) -> Taking:
        """Count one call before it is made. Raises NotAsked, Unavailable."""
        now = self._clock()
        name = self._sheet(now)
        sheet, door = await self._read(now)
        trial = await self._entry(door.get("until", 0), now)
        before = self._look(name, sheet)
        planned = msgspec.structs.replace(before, used=before.used + 1)
        found = ruling(planned, self._terms, self._rule, prioritas, now)
        probe = found is not None and await self._probes(found, planned, name, now)
        if found is not None and not probe:
            raise _not_asked(found)
        sheet = await self._ledger.add(name, {"used": 1, "calls": 1})
        taking = Taking(sheet=name, after=self._look(name, sheet), trial=trial)
        return taking if probe else await self._checked(taking, grant_id, prioritas, now)

    async def give_back(self, taking: Taking) -> None:
        """The registry cannot have received the call."""
        changes = {"used": -1} if taking.share is None else {"used": -1, taking.share: -1}
        await self._note(self._ledger.add(taking.sheet, changes))

    async def answered(self, taking: Taking, left: int | None) -> None:
        """An answer came; `left` is what it told of the quota."""
        if taking.trial:
            await self._note(self._shut(0))
        if left is None:
            return
        told_at = int(self._clock().timestamp())
        numbers = {"told": left, "told_at": told_at, "good_for": left + taking.after.used}
        await self._note(self._ledger.put(taking.sheet, taking.after.calls, numbers))
        self._look(taking.sheet, {"used": taking.after.used, **numbers})

    async def refused(self) -> None:
        """The registry refused the credentials: nobody calls for a while, on no instance."""
        until = int((self._clock() + self._pause).timestamp())
        _LOG.error("%s: credentials refused; no instance calls until it is tried again", self._name)
        await self._note(self._shut(until))

    async def reopen(self) -> None:
        """An operator says that the credentials are in order. Raises Unavailable."""
        await self._shut(0)

    async def _shut(self, until: int) -> None:
        """Nobody calls until then. The word that comes last holds, whatever clocks show."""
        last = (await self._ledger.add(self._door, {})).get(ORDER, 0)
        await self._ledger.put(self._door, max(last, self._now_ms()), {"until": until})

    async def _checked(
        self, taking: Taking, grant_id: str, prioritas: Prioritas, now: datetime
    ) -> Taking:
        """The taking, unless others took the last ones since or the grant has had its share."""
        after, terms, rule = taking.after, self._terms, self._rule
        found = ruling(after, terms, rule, prioritas, now)
        if found is None and rule.share < _WHOLE and is_reserve(after, terms, rule):
            share = f"grant:{grant_id}"
            taken = (await self._ledger.add(taking.sheet, {share: 1}))[share]
            taking = msgspec.structs.replace(taking, share=share)
            found = share_ruling(taken, after, terms, rule, now)
        if found is None:
            return taking
        await self.give_back(taking)
        raise _not_asked(found)

    async def _entry(self, until: int, now: datetime) -> bool:
        """Whether this call is the one that tries; False also where there is nothing to try."""
        if not until:
            return False
        if (left := until - now.timestamp()) > 0:
            raise _not_let_in(left)
        if not await self._first(self._door, "trial", _TRIAL, now):
            raise _not_let_in(_TRIAL.total_seconds())
        return True

    async def _probes(self, found: Ruling, planned: Balance, name: str, now: datetime) -> bool:
        """Whether this call asks if a quota that was told to be spent still is."""
        if found.why is not Kept.SPENT or not planned.may_be_more(self._terms, now):
            return False
        return await self._first(name, "probe", ASK_AGAIN, now)

    async def _first(self, sheet: str, what: str, period: timedelta, now: datetime) -> bool:
        """Whether nobody did this in this period yet."""
        line = f"{what}:{int(now.timestamp() // period.total_seconds())}"
        return (await self._ledger.add(sheet, {line: 1}))[line] == 1

    async def _read(self, now: datetime) -> tuple[Mapping[str, int], Mapping[str, int]]:
        add = self._ledger.add
        return await asyncio.gather(add(self._sheet(now), {}), add(self._door, {}))

    async def _note(self, writing: Awaitable[object]) -> None:
        """What follows a call must not cost its answer."""
        try:
            await writing
        except Unavailable:
            _LOG.warning("%s: what became of a call could not be noted", self._name)

    def _look(self, name: str, sheet: Mapping[str, int]) -> Balance:
        balance = balance_of(sheet)
        self._seen = (name, balance)
        return balance

    def _sheet(self, now: datetime) -> str:
        return f"{self._name}:{self._terms.hari(now).isoformat()}"

    @property
    def _door(self) -> str:
        return f"{self._name}:door"

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _not_asked(found: Ruling) -> NotAsked:
    return NotAsked(
        Outcome.QUOTA, found.why.value, retry_after=found.seconds, own=found.why is Kept.SHARE
    )


def _not_let_in(seconds: float) -> NotAsked:
    return NotAsked(Outcome.CONFIG, "upstream_credentials_refused", retry_after=seconds)
