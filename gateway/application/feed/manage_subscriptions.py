"""Make, pause, resume, end and rewind subscriptions; give them another secret."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from gateway.application.caller.operator import named_operator
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import Scope
from gateway.domain.grant_types import dalam_jenis
from gateway.domain.langganan import Kiriman, Langganan, Rahasia, StatusLangganan
from gateway.domain.policy import susun
from gateway.domain.ports import Clients
from gateway.domain.ports_langganan import Sender, Subscriptions
from gateway.domain.ports_umpan import FeedStore
from gateway.domain.umpan import Posisi, di_ujung
from gateway.domain.webhook import rahasia_baru
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

_MOST: Final = 5
"""Subscriptions of one grant that have not ended."""
_MOST_OVERLAP: Final = timedelta(days=7)


class ManageSubscriptions:
    """What an operator does with subscriptions. `oleh` is the operator's name."""

    def __init__(
        self,
        store: Subscriptions,
        clients: Clients,
        feed: FeedStore,
        sender: Sender,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clients = clients
        self._feed = feed
        self._sender = sender
        self._clock = clock

    async def add(
        self, grant_id: str, url: str, *, dengan_data: bool, dari_awal: bool, oleh: str
    ) -> Langganan:
        """Subscribe a grant's client: to all records and their changes, or to changes from now on.

        Raises NotFound, BadInput for a URL that must not be called, and Conflict.
        """
        oleh = named_operator(oleh)
        self._sender.check(url)
        now = self._clock()
        grant = await self._clients.grant(grant_id)
        if grant is None:
            raise NotFound(f"grant {grant_id} tidak ada / no such grant")
        grant = dalam_jenis(grant)
        if not grant.berlaku(now) or Scope.PPKS_SYNC not in grant.scopes:
            raise Conflict(
                f"grant harus berlaku dan memuat {Scope.PPKS_SYNC} / "
                f"the grant must be in force and hold {Scope.PPKS_SYNC}"
            )
        state = await self._feed.state()
        langganan = Langganan(
            id=new_id(),
            client_id=grant.client_id,
            grant_id=grant_id,
            url=url,
            dengan_data=dengan_data,
            rahasia=(Rahasia(teks=rahasia_baru()),),
            dibuat_pada=now,
            dibuat_oleh=oleh,
            kirim_pada=now,
            posisi=None if dari_awal else di_ujung(grant.versi, susun(grant), state, now),
        )
        await self._store.add(langganan, most=_MOST)
        return langganan

    async def all(self, grant_id: str | None = None) -> Sequence[Langganan]:
        """In the order in which they were made."""
        return await self._store.all(grant_id)

    async def one(self, langganan_id: str) -> Langganan:
        """Raises NotFound."""
        return await self._store.one(langganan_id)

    async def deliveries(self, langganan_id: str, limit: int) -> Sequence[Kiriman]:
        """The newest tries first. Raises NotFound."""
        return await self._store.deliveries(langganan_id, limit)

    async def pause(self, langganan_id: str, *, oleh: str) -> None:
        """Push nothing until it is resumed. Raises NotFound, Conflict."""
        await self._to(langganan_id, StatusLangganan.JEDA, oleh)

    async def resume(self, langganan_id: str, *, oleh: str) -> None:
        """Go on where it stood, also where the gateway had given up. Raises NotFound, Conflict."""
        await self._to(langganan_id, StatusLangganan.AKTIF, oleh)

    async def end(self, langganan_id: str, *, oleh: str) -> None:
        """For good. Raises NotFound, Conflict."""
        await self._to(langganan_id, StatusLangganan.BERAKHIR, oleh)

    async def rotate(self, langganan_id: str, *, overlap: timedelta, oleh: str) -> Langganan:
        """Another secret; the last one signs beside it for `overlap`.

        Raises NotFound, BadInput, and Conflict for one that has ended.
        """
        if not timedelta(0) <= overlap <= _MOST_OVERLAP:
            raise BadInput("tumpang tindih paling lama 7 hari / at most 7 days of overlap")
        now = self._clock()

        def step(langganan: Langganan) -> Langganan:
            last, *older = langganan.masih_ada().rahasia
            ending = msgspec.structs.replace(last, berlaku_sampai=now + overlap)
            secrets = (Rahasia(teks=rahasia_baru()), ending, *older)
            return msgspec.structs.replace(
                langganan, rahasia=tuple(each for each in secrets if each.berlaku(now))
            )

        return await self._change(langganan_id, step, oleh, "langganan.rahasia")

    async def replay(self, langganan_id: str, pesan: str | None, *, oleh: str) -> None:
        """Push again what comes after the place where a message began that was set aside.

        Without a message all is pushed from the beginning. Raises NotFound, and Conflict for one
        that has ended.
        """
        place: Posisi | None = None
        if pesan is not None:
            place = (await self._store.set_aside(langganan_id, pesan)).posisi
        now = self._clock()

        def step(langganan: Langganan) -> Langganan:
            known = langganan.masih_ada().posisi
            held = langganan.pandangan or (None if known is None else known.sidik.hex())
            return msgspec.structs.replace(langganan.kembali(place, held), kirim_pada=now)

        await self._change(langganan_id, step, oleh, "langganan.ulang")

    async def _to(self, langganan_id: str, status: StatusLangganan, oleh: str) -> None:
        now = self._clock()

        def step(langganan: Langganan) -> Langganan:
            return msgspec.structs.replace(langganan.beralih(status), kirim_pada=now)

        await self._change(langganan_id, step, oleh, f"langganan.{status.lower()}")

    async def _change(
        self, langganan_id: str, step: Callable[[Langganan], Langganan], oleh: str, peristiwa: str
    ) -> Langganan:
        return await self._store.change(
            langganan_id,
            step,
            oleh=named_operator(oleh),
            peristiwa=peristiwa,
            now=self._clock(),
        )
