"""A client that pushes its records over a bad line, and remembers what must be stored by then."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any, Final

import msgspec

from gateway.api.v1.batch_body import NdjsonRecords
from gateway.application.caller.same_grant import under_one_grant
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.push_records import SISTEM_KLIEN, PushRecords
from gateway.domain.errors import Conflict, NotPermitted
from gateway.domain.kiriman import HasilBatch, HasilKirim
from tests.contract.shelf import Shelf
from tests.contract.write_grant import WriteGrant, must_refuse
from tests.fakes import FakeAudit

Told = dict[str, Any]
Batch = tuple[str, bytes]
"""Its key and its body."""
_RECORDS: Final = 3
_AMENDED_ON_THE_WAY: Final = 0.1
_REMEMBERED: Final = timedelta(days=1)
"""So long the same batch has the same answer."""


class PushingClient:
    """Has versions of few records; sends old and new ones, together and again."""

    def __init__(
        self, shelf: Shelf, random: Random, client_id: str, invent: Callable[[], Told]
    ) -> None:
        self.sistem = SISTEM_KLIEN + client_id
        self.stored: dict[str, Told] = {}
        """What is acknowledged, by name; a newer version of it is never replaced by an older one."""
        self._answers: dict[Batch, HasilBatch] = {}
        """The first answer to each batch."""
        self._since: dict[Batch, datetime] = {}
        """When each batch was first sent."""
        self._random = random
        self._shelf = shelf
        self._invent = invent
        self._versions: list[Told] = []
        self._unanswered: list[Batch] = []
        self.rights = WriteGrant(client_id, shelf.clock, random)
        self._judged_by = self.rights.now
        """The grant as it stood when the last body was in."""
        self._doubtful: set[Batch] = set()
        """Batches of which it was not told, or not for all of it, what is stored."""

    async def push(self, around: Callable[[Any], Any] = lambda store: store) -> None:
        """A batch that is new, or one again that was sent before, to a process with such a store.

        Raises what `around` raises: then the batch may have been stored, and is sent again later.
        """
        batch = self._again() or self._new_batch()
        is_clear = not self._doubtful and batch not in self._answers
        self._unanswered.append(batch)
        since = self._since.setdefault(batch, self._shelf.clock())
        try:
            answer = await self._sent(batch, around)
        except (NotPermitted, Conflict):
            # The grant is over, or it changed while the body came in: nothing is stored.
            return
        except BaseException:
            self._doubtful.add(batch)
            raise
        if is_clear:
            self._check(batch, answer)
        before = self._answers.setdefault(batch, answer)
        assert answer == before or self._shelf.clock() - since >= _REMEMBERED
        self._unanswered = [one for one in self._unanswered if one != batch]
        self._note(batch, answer)

    async def finish(self) -> None:
        """Send again, under a grant of all, whatever may be stored or not."""
        before = self.rights.now
        self.rights.widen()
        for _, body in sorted({*self._unanswered, *self._doubtful}):
            batch = self._named(body)
            answer = await self._sent(batch, lambda store: store, meddling=False)
            assert answer.ditolak == 0, answer
            self._note(batch, answer)
        self._unanswered, self._doubtful = [], set()
        self.rights.now = msgspec.structs.replace(before, versi=self.rights.now.versi + 1)

    def forget(self, name: str) -> None:
        """The record was erased, with nothing under way: whatever comes of it is new."""
        self.stored.pop(name, None)
        self._answers = {}
        self._versions = [one for one in self._versions if one["id_sumber"] != name]

    def _again(self) -> Batch | None:
        known = [*self._answers, *self._unanswered]
        return self._random.choice(known) if known and self._random.random() < 0.3 else None

    def _new_batch(self) -> Batch:
        told = [self._version() for _ in range(self._random.randrange(1, 4))]
        told += self._random.choices(self._versions, k=self._random.randrange(3))
        self._random.shuffle(told)
        body = b"".join(msgspec.json.encode(one) + b"\n" for one in told)
        return self._named(body)

    def _named(self, body: bytes) -> Batch:
        return f"kunci-{self._random.getrandbits(48)}", body

    def _version(self) -> Told:
        name = f"R-{self._random.randrange(_RECORDS)}"
        newest = max(
            (one["urutan"] for one in self._versions if one["id_sumber"] == name), default=0
        )
        told = {"id_sumber": name, "urutan": newest + self._random.randrange(1, 3)}
        told |= {"dihapus": True} if self._random.random() < 0.15 else self._invent()
        self._versions.append(told)
        return told

    async def _sent(
        self, batch: Batch, around: Callable[[Any], Any], *, meddling: bool = True
    ) -> HasilBatch:
        """The answer. Its grant may change while the body comes in, or is being stored."""
        key, body = batch
        chance = self._random.random() if meddling else 1.0
        caller = await self.rights.caller()
        coming = self._pieces(body, amend=chance < _AMENDED_ON_THE_WAY)
        push = PushRecords(
            around(self._shelf.records.pushes),
            FakeAudit(),
            blake2b,
            ForgetPerson(None),
            self._shelf.clock,
            most=1000,
        )
        pieces = under_one_grant(coming, caller, self.rights.caller)
        reader = NdjsonRecords(self._shelf.clock)
        if _AMENDED_ON_THE_WAY <= chance < 2 * _AMENDED_ON_THE_WAY:
            pieces = self._amended_at_the_end(pieces)
        return await push(caller, key, reader, pieces)

    async def _pieces(self, body: bytes, *, amend: bool) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]
            if amend and start == 0:
                self.rights.amend()
        self._judged_by = self.rights.now

    async def _amended_at_the_end(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            yield piece
        self.rights.amend()

    def _check(self, batch: Batch, answer: HasilBatch) -> None:
        """Refused is what lies outside of the grant by which it was judged, and nothing else."""
        for told, outcome in _lines(batch, answer):
            stored = self.stored.get(told["id_sumber"])
            expected = must_refuse(self._judged_by, told, stored)
            assert (outcome is HasilKirim.DITOLAK) == expected, (told, stored, self._judged_by)

    def _note(self, batch: Batch, answer: HasilBatch) -> None:
        """Acknowledged is what is stored, and what says that something newer is."""
        assert answer.bertentangan == 0, answer
        if not answer.ditolak:
            self._doubtful.discard(batch)
        for told, outcome in _lines(batch, answer):
            before = self.stored.get(told["id_sumber"])
            if outcome is HasilKirim.DITOLAK:
                continue
            if before is None or before["urutan"] < told["urutan"]:
                self.stored[told["id_sumber"]] = told


def _lines(batch: Batch, answer: HasilBatch) -> Iterator[tuple[Told, HasilKirim]]:
    lines = map(msgspec.json.decode, batch[1].splitlines())
    return zip(lines, (one.hasil for one in answer.hasil), strict=True)
