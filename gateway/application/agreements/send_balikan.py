"""Send the data balikan that an agreement owes; what was sent is remembered row by row.

The audit log knows persons by pseudonyms alone. So whoever has NIKs (the gateway's own records, or
the agency that asked) offers them, and those that the log proves a use of are sent; a NIK that was
not used under the agreement goes nowhere.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.perjanjian import Perjanjian, SumberParam
from gateway.domain.ports import Pseudonyms, Seen
from gateway.domain.ports_perjanjian import BalikanQueue, BarisBalikan, Tumpukan
from gateway.domain.registry_terms import JAKARTA
from gateway.domain.systems import Feedback, FeedbackItem
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

_IN_A_ROW: Final = 100
"""Persons whose rows are refused one after the other before it stops."""


class Calon(Quiet, frozen=True, kw_only=True):
    """A NIK that feedback may be owed for, and what is to be told beside."""

    nik: str
    isian: dict[str, str] = {}


class Bernama(Quiet, frozen=True, kw_only=True):
    """What is owed for one person, with the NIK."""

    item: FeedbackItem
    baris: tuple[BarisBalikan, ...]


class HasilKirim(msgspec.Struct, frozen=True, kw_only=True):
    """How far a sending came."""

    orang: int = 0
    """Persons whose rows the registry has now."""
    ditolak: int = 0
    """Persons whose rows it would not have; they are owed still."""
    berhenti: str | None = None
    """Why it stopped before the end; the same command goes on."""


Batches = AsyncIterator[Sequence[Bernama]]
Hold = Callable[[Sequence[Bernama]], Awaitable[Sequence[Bernama]]]
"""Leaves out whose rows may not leave at this moment."""


class NameBalikan:
    """Finds, among NIKs that are offered, those that something is owed for."""

    def __init__(
        self, queue: BalikanQueue, pseudonyms: Pseudonyms, agencies: Mapping[str, str]
    ) -> None:
        self._queue = queue
        self._pseudonyms = pseudonyms
        self._agencies = agencies

    async def __call__(
        self,
        perjanjian: Perjanjian,
        tumpukan: Tumpukan,
        calon: AsyncIterator[Sequence[Calon]],
        seen: Seen,
    ) -> Batches:
        """What is owed, batch by batch; a NIK that comes again counts the first time only."""
        async for batch in calon:
            subjects = [self._pseudonyms.subject(one.nik) for one in batch]
            first = seen.add(subjects)
            fresh = {
                subject: one
                for subject, one, new in zip(subjects, batch, first, strict=True)
                if new
            }
            owed = await self._queue.owed(tumpukan, fresh.keys())
            yield [self._named(perjanjian, fresh[who], rows) for who, rows in owed.items()]

    def _named(self, perjanjian: Perjanjian, calon: Calon, rows: Sequence[BarisBalikan]) -> Bernama:
        told: Mapping[SumberParam, Callable[[BarisBalikan], str]] = {
            SumberParam.NOMOR_PKS: lambda _: perjanjian.nomor,
            SumberParam.TUJUAN: lambda row: row.tujuan,
            SumberParam.LEMBAGA: lambda row: self._agencies.get(row.client_id, row.client_id),
            SumberParam.TANGGAL: lambda row: f"{row.pertama.astimezone(JAKARTA):%Y-%m-%d}",
            SumberParam.JUMLAH: lambda row: str(row.jumlah),
        }
        param = tuple(
            {name: told[source](row) for name, source in perjanjian.param.items()} | calon.isian
            for row in rows
        )
        return Bernama(item=FeedbackItem(nik=calon.nik, param=param), baris=tuple(rows))


class SendBalikan:
    """Sends what is owed. Sending a row again does no harm, so it may break off anywhere."""

    def __init__(self, queue: BalikanQueue, feedback: Feedback, hold: Hold, clock: Clock) -> None:
        self._queue = queue
        self._feedback = feedback
        self._hold = hold
        self._clock = clock

    async def __call__(self, tumpukan: Tumpukan, batches: Batches) -> HasilKirim:
        """Send all of it, or as much as the registry takes."""
        done, refused, in_a_row = 0, 0, 0
        stopped: str | None = None
        async for part in _parts(batches, self._feedback.at_once):
            try:
                sent, not_taken = await self._deliver(tumpukan, part)
            except UpstreamFailure as failure:
                stopped = failure.outcome.value
                break
            done, refused = done + sent, refused + not_taken
            in_a_row = 0 if sent else in_a_row + not_taken
            if in_a_row >= _IN_A_ROW:
                # So many bad rows are no bad rows: a setting is not what the registry knows.
                stopped = Outcome.BAD_REQUEST.value
                break
        return HasilKirim(orang=done, ditolak=refused, berhenti=stopped)

    async def _deliver(self, tumpukan: Tumpukan, part: Sequence[Bernama]) -> tuple[int, int]:
        """How many persons of a part the registry has now, and how many it would not have.

        What it has is remembered at once.
        """
        part = await self._hold(part)
        if not part:
            return 0, 0
        try:
            await self._feedback.send([one.item for one in part])
        except UpstreamFailure as failure:
            if failure.outcome is not Outcome.BAD_REQUEST:
                raise
            # One bad row must not stop the others.
            if len(part) == 1:
                return 0, 1
            each = [await self._deliver(tumpukan, [one]) for one in part]
            return sum(sent for sent, _ in each), sum(refused for _, refused in each)
        rows = [row for one in part for row in one.baris]
        await self._queue.sent(tumpukan, rows, pada=self._clock())
        return len(part), 0


async def _parts(batches: Batches, at_once: int) -> Batches:
    """In calls: before each it is looked who is held back, and after each what was sent is kept."""
    async for batch in batches:
        for start in range(0, len(batch), at_once):
            yield batch[start : start + at_once]
