"""Pushes changes to subscribers. The feed is the outbox: a subscription is a place in it."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.feed.compose_message import Berikut, ComposeMessage
from gateway.domain.errors import GatewayError, NotPermitted
from gateway.domain.grant import Grant, Scope, StatusGrant
from gateway.domain.grant_types import dalam_jenis
from gateway.domain.langganan import (
    AturanKirim,
    HasilKirim,
    Kiriman,
    Langganan,
    StatusLangganan,
    setelah,
)
from gateway.domain.ports import Clients
from gateway.domain.ports_langganan import Outbox, Sender, SubscriptionLost
from gateway.domain.umpan import sidik_view
from gateway.domain.webhook import Pesan, kepala
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

_LOG: Final = logging.getLogger(__name__)
_IN_A_TURN: Final = 20
"""Messages to one subscriber before another one has its turn."""
_LOOK_AGAIN: Final = timedelta(seconds=60)
"""How long to wait before looking whether a grant serves again."""


class PushChanges:
    """One worker. Several share the subscriptions; each is in the hands of one of them."""

    def __init__(
        self,
        outbox: Outbox,
        clients: Clients,
        compose: ComposeMessage,
        sender: Sender,
        clock: Clock,
        *,
        rules: AturanKirim,
        lease: timedelta,
        log_days: int,
        on_try: Callable[[HasilKirim], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`lease`: more than one request takes; what a vanished worker had is another's then."""
        self._outbox = outbox
        self._clients = clients
        self._compose = compose
        self._sender = sender
        self._clock = clock
        self._rules = rules
        self._lease = lease
        self._log_days = timedelta(days=log_days)
        self._on_try = on_try
        self._chance = chance
        self._name = new_id()

    async def step(self) -> bool:
        """Push to one subscriber as long as it has its turn. False where nobody waits."""
        found = await self._outbox.claim(self._name, now=self._clock(), lease=self._lease)
        if found is None:
            return False
        with suppress(SubscriptionLost):
            for left in reversed(range(_IN_A_TURN)):
                following = await self._one(found, last=left == 0)
                if following is None:
                    break
                found = following
        return True

    async def sweep(self) -> None:
        """Forget old tries."""
        await self._outbox.forget_deliveries(self._clock() - self._log_days)

    async def _one(self, langganan: Langganan, *, last: bool) -> Langganan | None:
        """Push one message; the subscription after it, or None where that was all for now."""
        now = self._clock()
        grant = await self._clients.grant(langganan.grant_id)
        if grant is None or _is_over(grant, now):
            over = langganan.beralih(StatusLangganan.BERAKHIR)
            await self._give_back(msgspec.structs.replace(over, alasan="grant_ended"))
            return None
        stored = langganan
        try:
            caller = await self._caller(langganan, dalam_jenis(grant), now)
            langganan = langganan.dicoba(sidik_view(caller.view(now)).hex())
            langganan = await self._compose.placed(caller, langganan)
            following = await self._compose(caller, langganan)
        except GatewayError as error:
            pause = max(_LOOK_AGAIN, timedelta(seconds=error.retry_after or 0))
            await self._give_back(
                msgspec.structs.replace(stored, alasan=error.code, kirim_pada=now + pause)
            )
            return None
        if following.pesan is None:
            after = msgspec.structs.replace(langganan, posisi=following.sesudah, alasan=None)
            after = _caught_up(after, following)
            return await self._settled(after, None, goes_on=not (last or following.akhir))
        if langganan != stored:
            # Whoever dies after the try must leave behind that there was one.
            await self._settled(langganan, None, goes_on=True)
        return await self._push(langganan, following, following.pesan, last=last)

    async def _caller(self, langganan: Langganan, grant: Grant, now: datetime) -> Caller:
        """Whoever would read the feed with a token now. Raises NotPermitted."""
        client = await self._clients.client(langganan.client_id)
        serves = grant.berlaku(now) and Scope.PPKS_SYNC in grant.scopes
        if client is None or not client.aktif(now) or not serves:
            raise NotPermitted("grant tidak berlaku / not in force", code="grant_not_in_force")
        return Caller(
            client_id=client.client_id, grant=grant, scopes=grant.scopes, request_id=new_id()
        )

    async def _push(
        self, langganan: Langganan, following: Berikut, pesan: Pesan, *, last: bool
    ) -> Langganan | None:
        now = self._clock()
        headers = kepala(pesan, langganan.rahasia_berlaku(now), now)
        answer = await self._sender.post(langganan.url, headers, pesan.isi)
        now = self._clock()
        after, outcome = setelah(
            langganan, answer, following.sesudah, now, self._rules, self._chance
        )
        self._on_try(outcome)
        failed = outcome is HasilKirim.GAGAL
        if failed:
            after = msgspec.structs.replace(after, pesan=pesan.id, butir=pesan.jumlah)
        else:
            after = _caught_up(after, following)
        if after.status is StatusLangganan.MATI:
            _LOG.warning("subscription %s is not pushed to any more: %s", after.id, after.alasan)
        tried = Kiriman(
            pesan=pesan.id,
            pada=now,
            percobaan=langganan.percobaan + 1,
            hasil=outcome,
            jumlah=pesan.jumlah,
            status_http=answer.status,
            alasan=answer.alasan,
            posisi=langganan.posisi if outcome is HasilKirim.MATI else None,
        )
        return await self._settled(after, tried, goes_on=not (failed or last or following.akhir))

    async def _settled(
        self, langganan: Langganan, kiriman: Kiriman | None, *, goes_on: bool
    ) -> Langganan | None:
        until = self._clock() + self._lease if goes_on else None
        await self._outbox.settle(self._name, langganan, kiriman, sewa_sampai=until)
        return langganan if goes_on else None

    async def _give_back(self, langganan: Langganan) -> None:
        await self._settled(langganan, None, goes_on=False)


def _caught_up(langganan: Langganan, following: Berikut) -> Langganan:
    """At the end of the feed nothing waits, nor is under way of which nobody knows."""
    if not following.akhir:
        return langganan
    return msgspec.structs.replace(langganan, pandangan=None, gagal_sejak=None)


def _is_over(grant: Grant, now: datetime) -> bool:
    return grant.status is StatusGrant.BERAKHIR or now >= grant.berakhir_pada
