"""A client that pushes its records over a bad line, and remembers what must be stored by then."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any, Final

import msgspec

from gateway.api.v1.batch_body import NdjsonRecords
from gateway.application.caller.caller import Caller
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.push_records import SISTEM_KLIEN, PushRecords
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.domain.kiriman import HasilBatch
from tests.contract.shelf import ALL_ATTRIBUTES, Shelf
from tests.fakes import FakeAudit
from tests.fixtures.oauth import grant_of

Told = dict[str, Any]
Batch = tuple[str, bytes]
"""Its key and its body."""
_RECORDS: Final = 3
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
        self._caller = _caller(client_id)

    async def push(self, around: Callable[[Any], Any] = lambda store: store) -> None:
        """A batch that is new, or one again that was sent before, to a process with such a store.

        Raises what `around` raises: then the batch may have been stored, and is sent again later.
        """
        batch = self._again() or self._new_batch()
        self._unanswered.append(batch)
        since = self._since.setdefault(batch, self._shelf.clock())
        answer = await self._sent(batch, around)
        before = self._answers.setdefault(batch, answer)
        assert answer == before or self._shelf.clock() - since >= _REMEMBERED
        self._unanswered = [one for one in self._unanswered if one != batch]
        self._note(batch, answer)

    async def finish(self) -> None:
        """Send again whatever was not answered."""
        while self._unanswered:
            batch = self._unanswered.pop()
            self._note(batch, await self._sent(batch, lambda store: store))

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

    async def _sent(self, batch: Batch, around: Callable[[Any], Any]) -> HasilBatch:
        key, body = batch
        push = PushRecords(
            around(self._shelf.records.pushes),
            FakeAudit(),
            blake2b,
            ForgetPerson(None),
            self._shelf.clock,
            most=1000,
        )
        return await push(self._caller, key, NdjsonRecords(self._shelf.clock), _pieces(body))

    def _note(self, batch: Batch, answer: HasilBatch) -> None:
        """Acknowledged is what is stored, and what says that something newer is."""
        assert answer.ditolak == answer.bertentangan == 0, answer
        for line in batch[1].splitlines():
            told = msgspec.json.decode(line)
            before = self.stored.get(told["id_sumber"])
            if before is None or before["urutan"] < told["urutan"]:
                self.stored[told["id_sumber"]] = told


def _caller(client_id: str) -> Caller:
    grant: Grant = grant_of(
        client_id,
        f"G-{client_id}",
        jenis=JenisGrant.TULIS,
        scopes=frozenset({Scope.PPKS_WRITE}),
        atribut=ALL_ATTRIBUTES - {"sumber"},
        wilayah=frozenset({"*"}),
    )
    grant = msgspec.structs.replace(grant, berlaku_sampai=grant.berlaku_sampai.replace(year=2036))
    return Caller(client_id=client_id, grant=grant, scopes=grant.scopes, request_id="r-1")


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 100):
        yield body[start : start + 100]
