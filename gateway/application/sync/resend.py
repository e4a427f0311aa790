"""Sends single records once more: those that differ over there, and those that were held back."""

from collections.abc import Iterable, Mapping
from itertools import islice

import msgspec

from gateway.application.records.read_ppks import ReadPpks
from gateway.application.sync.sync_out import PAGE, Outgoing, Receiver, Renew, SyncOut, end_of
from gateway.application.sync.sync_turn import SyncTurn
from gateway.domain.errors import NotFound
from gateway.domain.ports_sinkron import SentRecords
from gateway.domain.sinkron import Kiriman
from gateway.domain.systems import VersiJauh
from gateway.domain.umpan import JenisPerubahan, Perubahan


class Resend:
    """Each record is read anew under the grant; one that it no longer shows is taken back."""

    def __init__(self, read: ReadPpks, out: SyncOut, sent: SentRecords) -> None:
        self._read = read
        self._out = out
        self._sent = sent

    async def __call__(
        self, turn: SyncTurn, receiver: Renew, ids: Iterable[str], *, over: bool = False
    ) -> None:
        """Send them.

        `over`: ours replaces what somebody wrote over there, of which we were told the version.
        Raises UpstreamFailure, GatewayError, LeaseLost; what was sent before is kept.
        """
        rest = iter(ids)
        while some := list(islice(rest, PAGE)):
            to = await receiver()
            await self._out.in_a_round(turn, to)
            sistem = turn.titik.jalur.sistem
            known = await self._sent.known(sistem, some) if over else {}
            going = [await self._outgoing(sistem, to, ppks_id) for ppks_id in some]
            replacing = [_over(known, one) for one in going]
            stood = turn.titik.kursor
            # No page of the feed tells these again: what breaks off here is a round's to mend.
            await turn.keep(msgspec.structs.replace(turn.titik, kursor=None))
            done = await self._out.push(turn, to, replacing)
            await turn.keep(msgspec.structs.replace(done, kursor=stood))

    async def _outgoing(self, sistem: str, to: Receiver, ppks_id: str) -> Outgoing:
        try:
            read = await self._read.one(to.caller, ppks_id)
        except NotFound:
            return end_of(ppks_id, 0)
        data = read.data
        item = Perubahan(
            nomor=0,
            jenis=JenisPerubahan.ADA,
            id=ppks_id,
            versi=data["versi"],
            pada=data["diubah_pada"],
            data=data,
        )
        return self._out.outgoing(sistem, item)


def _over(known: Mapping[str, Kiriman], going: Outgoing) -> Outgoing:
    """Built upon the version of which the receiver told us."""
    there = known.get(going.ppks_id)
    if there is None or there.id_jauh is None or going.sendiri:
        return going
    return msgspec.structs.replace(going, atas=VersiJauh(id=there.id_jauh, versi=there.versi_jauh))
