"""What the commands about stored records share."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.application.records.keep_records import KeepRecords
from gateway.commands import running
from gateway.parts import Parts
from gateway.rules import lifetimes

T = TypeVar("T")


def asked(question: Callable[[KeepRecords], Awaitable[T]]) -> T:
    """What the use case answers."""
    return running.asked(_keep, question)


def _keep(parts: Parts) -> KeepRecords:
    days = lifetimes(parts.settings)
    return KeepRecords(parts.records.keeping, parts.forget_person, days, parts.clock)
