"""The desk before a registry: hours, a fair turn, the account's quota, and only then the call."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, Protocol, TypeVar

import msgspec

from gateway.application.civil_registry.registry_account import RegistryAccount, Taking
from gateway.domain.outcome import NotAsked, Outcome, UpstreamFailure
from gateway.domain.registry_quota import Ledger, Prioritas, QuotaRule
from gateway.domain.registry_terms import Ketentuan
from gateway.domain.systems import System
from gateway.kit.clock import Clock
from gateway.kit.fair_queue import FairQueue, NoTurnError, QueueBounds

BUSY: Final = "busy"
CLOSED: Final = "registry_outside_hours"


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a call is made, how urgent it is, and until when it may wait for its turn."""

    client_id: str
    grant_id: str
    prioritas: Prioritas = Prioritas.INTERACTIVE
    deadline: float | None = None
    """A time of the event loop; None = as long as the installation lets anybody wait."""

    def stands_as(self, other: "Asker") -> bool:
        """Whether what one of the two is refused the other one is refused, too."""
        mine = (self.client_id, self.grant_id, self.prioritas)
        return mine == (other.client_id, other.grant_id, other.prioritas)


NOBODY: Final = Asker(client_id="", grant_id="")
"""An asker without a name."""


class Tells(Protocol):
    """An answer that may tell what is left of the quota."""

    @property
    def kuota_sisa(self) -> int | None:
        """Calls left, where the registry told."""


class DeskRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation decides."""

    quota: QuotaRule = QuotaRule()
    patience: float = 5.0
    """Seconds that a caller waits for its turn."""
    queue_per_client: int = 64
    queue_in_all: int = 256
    refused_pause: timedelta = timedelta(hours=1)
    """How long nobody calls after the registry refused the credentials."""


Refused = Callable[[str, str], None]
"""Counts a call that was not made: (system, code)."""
Answered = TypeVar("Answered", bound=Tells)


class RegistryDesk:
    """Every call on an account with terms comes by here, in every process."""

    def __init__(self, ledger: Ledger, rules: DeskRules, clock: Clock, refused: Refused) -> None:
        self._ledger = ledger
        self._rules = rules
        self._clock = clock
        self._refused = refused
        self._accounts: dict[str, RegistryAccount] = {}
        self._queues: dict[str, FairQueue] = {}

    async def ask(
        self, name: str, system: System, asker: Asker, call: Callable[[], Awaitable[Answered]]
    ) -> Answered:
        """The answer. Raises UpstreamFailure; NotAsked where the call was not made."""
        terms = system.ketentuan
        if terms is None:
            return await call()
        try:
            self._require_open(terms)
            return await self._in_turn(name, terms, asker, call)
        except NotAsked as refusal:
            self._refused(name, refusal.code)
            raise

    def account(self, name: str, terms: Ketentuan) -> RegistryAccount:
        """The account of a system."""
        if name not in self._accounts:
            self._accounts[name] = RegistryAccount(
                name,
                terms,
                self._ledger,
                self._rules.quota,
                self._clock,
                pause=self._rules.refused_pause,
            )
        return self._accounts[name]

    def queue(self, name: str, terms: Ketentuan) -> FairQueue:
        """The queue of this process before a system."""
        if name not in self._queues:
            self._queues[name] = FairQueue(
                QueueBounds(
                    places=terms.serentak,
                    per_client=self._rules.queue_per_client,
                    in_all=self._rules.queue_in_all,
                )
            )
        return self._queues[name]

    def _patience(self, asker: Asker) -> float:
        if asker.deadline is None:
            return self._rules.patience
        left = asker.deadline - asyncio.get_running_loop().time()
        return max(0.0, min(self._rules.patience, left))

    def _require_open(self, terms: Ketentuan) -> None:
        now = self._clock()
        if not terms.terbuka(now):
            wait = (terms.buka_lagi(now) - now).total_seconds()
            raise NotAsked(Outcome.OUT_OF_HOURS, CLOSED, retry_after=wait)

    async def _in_turn(
        self, name: str, terms: Ketentuan, asker: Asker, call: Callable[[], Awaitable[Answered]]
    ) -> Answered:
        patience = self._patience(asker)
        urgent = asker.prioritas is Prioritas.INTERACTIVE
        turn = self.queue(name, terms).turn(asker.client_id, urgent=urgent, patience=patience)
        try:
            async with turn:
                # It may have closed meanwhile.
                self._require_open(terms)
                account = self.account(name, terms)
                taking = await account.take(asker.grant_id, asker.prioritas)
                return await _settled(account, taking, call)
        except NoTurnError as none:
            raise NotAsked(Outcome.BUSY, BUSY, retry_after=none.retry_after) from None


async def _settled(
    account: RegistryAccount, taking: Taking, call: Callable[[], Awaitable[Answered]]
) -> Answered:
    """Make the call and tell the account what came of it. One that is broken off stays counted."""
    try:
        answer = await call()
    except UpstreamFailure as failure:
        if not failure.sent:
            await account.give_back(taking)
        elif failure.outcome is Outcome.QUOTA:
            await account.answered(taking, 0)
        elif failure.outcome is Outcome.CONFIG:
            await account.refused()
        raise
    await account.answered(taking, answer.kuota_sisa)
    return answer
