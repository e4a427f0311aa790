"""What an outside system can answer, and how the gateway reacts to each answer.

Person-level outcomes are answers and are returned. All others mean that no answer about the person
was had; they are raised as `UpstreamFailure`.
"""

from enum import StrEnum
from typing import Final

import msgspec


class Outcome(StrEnum):
    """The typed outcome of one call to an outside system."""

    FOUND = "found"
    FOUND_DUPLICATE = "found_duplicate"
    DECEASED = "deceased"
    INACTIVE = "inactive"
    NOT_FOUND = "not_found"
    BAD_FORMAT = "bad_format"
    NOT_PROCESSABLE = "not_processable"
    QUOTA = "quota_spent"
    OUT_OF_HOURS = "outside_hours"
    BAD_REQUEST = "bad_request"
    CONFIG = "credentials_refused"
    AGREEMENT_ENDED = "agreement_ended"
    BUSY = "busy"
    TRANSPORT = "unavailable"
    MALFORMED = "malformed"
    UNKNOWN_UPSTREAM = "unknown_answer"


class Retry(StrEnum):
    """When asking again makes sense."""

    NEVER = "never"
    NEXT_DAY = "next_day"
    IN_HOURS = "in_hours"
    BACKOFF = "backoff"


class Fault(StrEnum):
    """Whose matter it is."""

    NOBODY = "nobody"
    OURS = "ours"
    UPSTREAM = "upstream"


class Trip(StrEnum):
    """What an outcome does to the circuit breaker."""

    NO = "no"
    COUNTS = "counts"
    OPENS = "opens"


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway's rule for one outcome."""

    about_person: bool
    """True where the outcome is a final answer about the person."""
    retry: Retry = Retry.NEVER
    fault: Fault = Fault.NOBODY
    breaker: Trip = Trip.NO
    alarm: bool = False
    """True where an operator must look."""


_PERSON: Final = Reaction(about_person=True)

REACTIONS: Final[dict[Outcome, Reaction]] = {
    Outcome.FOUND: _PERSON,
    Outcome.FOUND_DUPLICATE: _PERSON,
    Outcome.DECEASED: _PERSON,
    Outcome.INACTIVE: _PERSON,
    Outcome.NOT_FOUND: _PERSON,
    Outcome.BAD_FORMAT: _PERSON,
    Outcome.NOT_PROCESSABLE: _PERSON,
    Outcome.QUOTA: Reaction(about_person=False, retry=Retry.NEXT_DAY),
    Outcome.OUT_OF_HOURS: Reaction(about_person=False, retry=Retry.IN_HOURS),
    Outcome.BAD_REQUEST: Reaction(about_person=False, fault=Fault.OURS, alarm=True),
    # Repeated wrong logins may lock the account, so the breaker opens at once.
    Outcome.CONFIG: Reaction(about_person=False, fault=Fault.OURS, breaker=Trip.OPENS, alarm=True),
    Outcome.AGREEMENT_ENDED: Reaction(about_person=False, fault=Fault.OURS, alarm=True),
    Outcome.BUSY: Reaction(
        about_person=False, retry=Retry.BACKOFF, fault=Fault.UPSTREAM, breaker=Trip.COUNTS
    ),
    Outcome.TRANSPORT: Reaction(
        about_person=False, retry=Retry.BACKOFF, fault=Fault.UPSTREAM, breaker=Trip.COUNTS
    ),
    Outcome.MALFORMED: Reaction(
        about_person=False, retry=Retry.BACKOFF, fault=Fault.UPSTREAM, breaker=Trip.COUNTS
    ),
    Outcome.UNKNOWN_UPSTREAM: Reaction(about_person=False, fault=Fault.UPSTREAM, alarm=True),
}


class UpstreamFailure(Exception):
    """A call that brought no answer about the person. `hint` is for the operator, free of data.

    `sent` is False where the system cannot have received it, and so has counted nothing.
    """

    def __init__(
        self,
        outcome: Outcome,
        *,
        hint: str = "",
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(f"{outcome.value}: {hint}" if hint else outcome.value)
        self.outcome = outcome
        self.hint = hint
        self.retry_after = retry_after
        self.sent = sent

    @property
    def reaction(self) -> Reaction:
        """The rule that applies."""
        return REACTIONS[self.outcome]


class NotAsked(UpstreamFailure):
    """A call that the gateway did not make for this caller now; for another, or later, it might.

    `code` is what the caller is told; `own` says that it is the caller's own share that is used up.
    """

    def __init__(
        self, outcome: Outcome, code: str, *, retry_after: float, own: bool = False
    ) -> None:
        super().__init__(outcome, hint=code, retry_after=retry_after, sent=False)
        self.code = code
        self.own = own
