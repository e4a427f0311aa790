"""Registry answers that are kept for a while, and the right to ask for one that is not."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.systems import LookupAnswer
from gateway.kit.struct import Quiet


class CachedAnswer(Quiet, frozen=True, kw_only=True):
    """A registry answer with the moment it was fetched."""

    answer: LookupAnswer
    sistem: str
    pada: datetime


class Masa(Quiet, frozen=True, kw_only=True):
    """Until when an answer counts as fresh, and until when it is kept at all."""

    segar_sampai: datetime
    simpan_sampai: datetime


class KeptAnswer(Quiet, frozen=True, kw_only=True):
    """An answer in the cache. `klaim` names the call that brought it."""

    jawaban: CachedAnswer
    masa: Masa
    klaim: str


class CacheEvent(StrEnum):
    """What the lookup and its cache count."""

    NEAR = "near"
    """Answered from this process's own level."""
    SHARED = "shared"
    """Answered from the level that all processes share."""
    ASKED = "asked"
    """The registry was asked."""
    COALESCED = "coalesced"
    """Answered by a call that another caller had begun."""
    STALE = "stale"
    """Answered with an answer past its lifetime."""
    REFRESHED = "refreshed"
    """Asked again in the background."""
    FORGOTTEN = "forgotten"
    """A person was forgotten by order of this process."""
    AWAY = "away"
    """The shared level did not answer."""


Count = Callable[[CacheEvent], None]


class Claim(Protocol):
    """The right to ask the registry about one person, or the news that another process has it."""

    @property
    def held(self) -> bool:
        """False where another process is asking about this person now."""

    @property
    def found(self) -> KeptAnswer | None:
        """What was kept when the claim was made."""

    async def keep(self, answer: CachedAnswer, masa: Masa) -> bool:
        """Keep what was fetched. False where the person was forgotten since."""

    async def theirs(self) -> KeptAnswer | None:
        """The answer of whoever holds the claim instead, or None if that call brought none."""


class NikCache(Protocol):
    """Keeps registry answers: names are keyed hashes, and what leaves the process is sealed."""

    def near(self, nik: str) -> KeptAnswer | None:
        """What this process has at hand and may believe; waits for nothing."""

    async def get(self, nik: str) -> KeptAnswer | None:
        """What is kept, in this process or in the shared level."""

    async def certain(self, nik: str) -> KeptAnswer | None:
        """The same. Raises Unavailable where it is not sure that nothing is kept."""

    def claim(self, nik: str) -> AbstractAsyncContextManager[Claim]:
        """Claim the asking for one person, among all processes, while the block lasts."""

    async def purge(self, nik: str) -> None:
        """Forget one person everywhere. Raises Unavailable where that is not sure."""

    async def close(self) -> None:
        """End what runs in the background."""
