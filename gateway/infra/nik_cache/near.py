"""The level in the process: sealed answers, bounded in number and in bytes."""

from collections import OrderedDict
from datetime import datetime
from typing import Final

from gateway.kit.clock import Clock

_BESIDES: Final = 512
"""Bytes that an entry takes beside its value; a test holds it to this."""


class Ticket:
    """The right to bring in one answer that was begun to be fetched now.

    It ends when a newer answer or an erasure is heard of, so that none from before can come after.
    """

    __slots__ = ("forgotten", "holds", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.holds = True
        self.forgotten = False


class NearLevel:
    """Sealed answers by name; the one that was not used for longest makes room."""

    def __init__(self, clock: Clock, *, most_entries: int, most_bytes: int) -> None:
        self._clock = clock
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        # Plain tuples: of these and what is in them the garbage collector has nothing to visit.
        self._entries: OrderedDict[str, tuple[bytes, datetime]] = OrderedDict()
        self._tickets: dict[str, set[Ticket]] = {}
        self.weight = 0
        """Bytes, about."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> bytes | None:
        """The sealed answer, or None where there is none or its time is over."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry[1] <= self._clock():
            self._remove(name)
            return None
        self._entries.move_to_end(name)
        return entry[0]

    def ticket(self, name: str) -> Ticket:
        """Announce that an answer will be fetched; `end` the ticket in any case."""
        ticket = Ticket(name)
        self._tickets.setdefault(name, set()).add(ticket)
        return ticket

    def end(self, ticket: Ticket) -> None:
        """The answer came, or will not come."""
        others = self._tickets.get(ticket.name)
        if others is not None:
            others.discard(ticket)
            if not others:
                del self._tickets[ticket.name]

    def put(self, ticket: Ticket, sealed: bytes, ends: datetime) -> bool:
        """Take an answer in until its end; False where its ticket ended."""
        if not ticket.holds:
            return False
        self._remove(ticket.name)
        weight = _weight(sealed)
        if weight <= self._most_bytes:
            self._entries[ticket.name] = (sealed, ends)
            self.weight += weight
            self._make_room()
        return True

    def drop(self, name: str) -> None:
        """Let an answer go, and take in none that is being fetched now."""
        self._remove(name)
        for ticket in self._tickets.pop(name, ()):
            ticket.holds = False

    def forget(self, name: str) -> None:
        """The same, because the person is to be forgotten."""
        for ticket in self._tickets.get(name, ()):
            ticket.forgotten = True
        self.drop(name)

    def clear(self) -> None:
        """Let everything go."""
        for name in [*self._entries, *self._tickets]:
            self.drop(name)

    def _make_room(self) -> None:
        while len(self._entries) > self._most_entries or self.weight > self._most_bytes:
            _, (sealed, _) = self._entries.popitem(last=False)
            self.weight -= _weight(sealed)

    def _remove(self, name: str) -> None:
        entry = self._entries.pop(name, None)
        if entry is not None:
            self.weight -= _weight(entry[0])


def _weight(sealed: bytes) -> int:
    return _BESIDES + len(sealed)
