"""Works on the directions of synchronisation that are due, one page after the other."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.civil_registry.ask_registry import Offering, unavailable
from gateway.application.sync.reconcile import Perbedaan, differences
from gateway.application.sync.resend import Resend
from gateway.application.sync.sync_in import SyncIn
from gateway.application.sync.sync_out import PAGE, Receiver, SyncOut, must_show_source
from gateway.application.sync.sync_turn import SyncTurn
from gateway.domain.errors import Conflict, GatewayError, NotFound, NotPermitted
from gateway.domain.grant import Scope
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.ports import Clients
from gateway.domain.ports_sinkron import LeaseLost, SentRecords, SyncPoints, SyncRecorder
from gateway.domain.sinkron import Arah, Jalur, Titik
from gateway.domain.systems import Capability, System
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

_LOG: Final = logging.getLogger(__name__)
_BETWEEN_WHOLE: Final = timedelta(days=1)
"""The least time between two readings of everything, where a source can tell no changes."""


class SyncPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation synchronises, and how hard it works on it."""

    masuk: Sequence[str] = ()
    """Systems whose records are taken over."""
    keluar: Mapping[str, str] = {}
    """Systems that are sent records, each under a grant."""
    every: timedelta
    """Between two readings of what has come to its end."""
    lease: timedelta
    pages: int
    """Pages of one turn; then other directions have theirs."""

    @property
    def jalur(self) -> tuple[Jalur, ...]:
        """Every direction, inward ones first."""
        inward = (Jalur(sistem=name, arah=Arah.MASUK) for name in self.masuk)
        outward = (Jalur(sistem=name, arah=Arah.KELUAR) for name in self.keluar)
        return (*inward, *outward)


class RunSync:
    """One process's worker; a direction is in the hands of one of them at a time."""

    def __init__(
        self,
        points: SyncPoints,
        sync_in: SyncIn,
        sync_out: SyncOut,
        resend: Resend,
        sent: SentRecords,
        offering: Offering,
        clients: Clients,
        recorder: SyncRecorder,
        clock: Clock,
        plan: SyncPlan,
    ) -> None:
        self._points = points
        self._in = sync_in
        self._out = sync_out
        self._resend = resend
        self._sent = sent
        self._offering = offering
        self._clients = clients
        self._recorder = recorder
        self._clock = clock
        self._plan = plan
        self._name = new_id()

    async def step(self) -> bool:
        """One turn of every direction that is due. False where there was nothing to do."""
        worked = [await self.work(jalur) for jalur in self._plan.jalur]
        return any(worked)

    async def work(self, jalur: Jalur, *, early: bool = False) -> Titik | None:
        """One turn of a direction; where it stands then. None: it is not due, or in other hands.

        What goes wrong is noted there, with the time of the next try.
        """
        turn = await self._claim(jalur, early=early)
        if turn is None:
            return None
        before = turn.titik.hitungan
        try:
            is_all = await self._carry(turn)
        except (UpstreamFailure, GatewayError) as failure:
            turn.failed(_as_error(jalur, failure))
        except LeaseLost:
            return None
        except Exception as error:  # noqa: BLE001 - other directions go on, and this one is told of
            _LOG.error("synchronisation of %s failed: %s", jalur, type(error).__name__)
            turn.failed(GatewayError("kesalahan gateway / a fault of the gateway"))
        else:
            turn.succeeded(self._rest(turn.titik) if is_all else None)
        self._recorder.carried(turn.titik, turn.titik.hitungan.since(before))
        return await self._released(turn)

    async def compare(self, sistem: str, *, repair: bool) -> Perbedaan:
        """Where the system holds something else than it was sent; `repair` sends what differs.

        Raises NotFound, NotPermitted, Conflict where somebody works on it, Unavailable.
        """
        async with self._in_hand(sistem) as turn:
            receiver = await self.receiver(sistem)
            if receiver.digests is None:
                raise NotFound(f"{sistem}: tidak memberi sidik / tells no digests")
            found = await differences(sistem, self._sent, receiver.digests, turn.hold)
            if repair:
                # What is held may be gone over there with the change that it was held for.
                ids = {*found.kurang, *found.lebih, *await self._held(sistem)}
                renew = partial(self.receiver, sistem)
                await self._resend(turn, renew, sorted(ids))
        return found

    async def _held(self, sistem: str) -> list[str]:
        ids: list[str] = []
        while page := await self._sent.held(sistem, ids[-1] if ids else "", PAGE):
            ids += [one.ppks_id for one in page]
        return ids

    async def send_over(self, sistem: str, ids: Sequence[str]) -> None:
        """Have our content of these records replace what was written over there.

        Raises as `compare` does, and NotFound where one of them was never sent.
        """
        async with self._in_hand(sistem) as turn:
            if len(await self._sent.known(sistem, ids)) < len(set(ids)):
                # An end of what nobody knows would leave a trace over there, named as was typed.
                raise NotFound(f"{sistem}: id tidak pernah dikirim / an id was never sent")
            renew = partial(self.receiver, sistem)
            await self._resend(turn, renew, ids, over=True)

    @asynccontextmanager
    async def _in_hand(self, sistem: str) -> AsyncIterator[SyncTurn]:
        jalur = Jalur(sistem=sistem, arah=Arah.KELUAR)
        if jalur not in self._plan.jalur:
            raise NotFound(f"{sistem}: tidak dikirimi rekaman / is sent no records")
        turn = await self._claim(jalur, early=True)
        if turn is None:
            raise _in_other_hands(jalur)
        try:
            yield turn
        except UpstreamFailure as failure:
            raise unavailable(sistem, failure) from failure
        except LeaseLost:
            raise _in_other_hands(jalur) from None
        finally:
            await self._released(turn)

    async def _claim(self, jalur: Jalur, *, early: bool) -> SyncTurn | None:
        now, lease = self._clock(), self._plan.lease
        titik = await self._points.claim(jalur, self._name, now=now, lease=lease, early=early)
        if titik is None:
            return None
        return SyncTurn(self._points, self._name, self._clock, lease, titik)

    async def receiver(self, sistem: str) -> Receiver:
        """Who is sent the records of a grant. Raises NotFound, NotPermitted."""
        system = self._system(sistem, Capability.RECORD_SINK)
        if system.record_sink is None:
            raise NotFound(f"{sistem}: tidak menerima rekaman / takes no records")
        caller = await self._caller(self._plan.keluar[sistem])
        view = caller.view(self._clock())
        must_show_source(caller, view)
        return Receiver(
            sink=system.record_sink, digests=system.record_digests, caller=caller, view=view
        )

    async def _carry(self, turn: SyncTurn) -> bool:
        """Whether all there is was carried over."""
        jalur = turn.titik.jalur
        if jalur.arah is Arah.MASUK:
            source = self._system(jalur.sistem, Capability.RECORD_SOURCE).record_source
            if source is None:
                raise NotFound(f"{jalur.sistem}: tidak memberi rekaman / gives no records")
            turn.titik, done = await self._in(turn, source, self._plan.pages)
            return done
        receiver = partial(self.receiver, jalur.sistem)
        turn.titik, done = await self._out(turn, receiver, self._plan.pages)
        return done

    def _rest(self, titik: Titik) -> timedelta:
        """How long all that there was lasts; a source without cursors would be read for ever."""
        whole = titik.jalur.arah is Arah.MASUK and titik.kursor is None
        return max(self._plan.every, _BETWEEN_WHOLE) if whole else self._plan.every

    async def _released(self, turn: SyncTurn) -> Titik | None:
        try:
            await turn.release()
        except LeaseLost:
            return None
        return turn.titik

    def _system(self, name: str, capability: Capability) -> System:
        system = self._offering(capability).get(name)
        if system is None:
            raise NotFound(f"{name}: tidak terhubung / not connected")
        return system

    async def _caller(self, grant_id: str) -> Caller:
        now = self._clock()
        grant = await self._clients.grant(grant_id)
        client = None if grant is None else await self._clients.client(grant.client_id)
        if grant is None or client is None or not client.aktif(now) or not grant.berlaku(now):
            raise NotPermitted(
                f"{grant_id}: grant tidak berlaku / the grant is not in force",
                code="grant_not_in_force",
            )
        if Scope.PPKS_SYNC not in grant.scopes:
            raise NotPermitted(
                f"{grant_id}: grant tanpa ppks:sync / the grant lacks ppks:sync",
                code="scope_missing",
            )
        return Caller(
            client_id=grant.client_id, grant=grant, scopes=grant.scopes, request_id=new_id()
        )


def _as_error(jalur: Jalur, failure: UpstreamFailure | GatewayError) -> GatewayError:
    if isinstance(failure, GatewayError):
        return failure
    # The code alone does not tell an operator what to mend.
    _LOG.warning("synchronisation of %s: %s", jalur, failure)
    return unavailable(jalur.sistem, failure)


def _in_other_hands(jalur: Jalur) -> Conflict:
    return Conflict(f"{jalur}: dijeda atau sedang dikerjakan / paused, or being worked on")
