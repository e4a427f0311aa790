"""Record agreements, change and end them, and note which of their reports were handed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.application.admin.manage_grants import ManageGrants
from gateway.application.caller.operator import named_operator
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.grant import StatusGrant
from gateway.domain.periode import Periode, baca_periode
from gateway.domain.perjanjian import JenisLaporan, Perjanjian, periksa_perjanjian
from gateway.domain.ports import Clients
from gateway.domain.ports_perjanjian import Agreements, Diserahkan
from gateway.kit.clock import Clock


class ManageAgreements:
    """What an operator does with agreements. `oleh` is the operator's name."""

    def __init__(self, agreements: Agreements, clients: Clients, clock: Clock) -> None:
        self._agreements = agreements
        self._grants = ManageGrants(clients, clock)
        self._clock = clock

    async def add(self, fields: Mapping[str, Any], *, oleh: str) -> Perjanjian:
        """Record an agreement from its fields. Raises BadInput, Conflict."""
        perjanjian = _convert(fields)
        await self._agreements.add(perjanjian, oleh=named_operator(oleh))
        return perjanjian

    async def change(self, nomor: str, fields: Mapping[str, Any], *, oleh: str) -> Perjanjian:
        """Give some of its fields other values, as an addendum does. Raises BadInput, NotFound."""

        def changed(before: Perjanjian) -> Perjanjian:
            return _convert({**msgspec.to_builtins(before), **fields})

        return await self._agreements.update(
            nomor, changed, oleh=named_operator(oleh), peristiwa="perjanjian.ubah"
        )

    async def end(self, nomor: str, *, oleh: str) -> Sequence[str]:
        """End it and every grant under it, now; answers the ids of those grants.

        The grants end first: a command that broke off is given again. Raises NotFound, Conflict.
        """
        perjanjian = await self.show(nomor)
        now = self._clock()
        if perjanjian.diakhiri_pada is not None:
            raise Conflict("perjanjian sudah diakhiri / the agreement was ended already")
        under = [
            grant.grant_id
            for grant in await self._grants.all()
            if grant.nomor_pks == nomor and grant.status is not StatusGrant.BERAKHIR
        ]
        for grant_id in under:
            await self._grants.end(grant_id, oleh=oleh)
        await self._agreements.update(
            nomor,
            lambda before: msgspec.structs.replace(before, diakhiri_pada=now),
            oleh=named_operator(oleh),
            peristiwa="perjanjian.akhiri",
        )
        return under

    async def show(self, nomor: str) -> Perjanjian:
        """One agreement. Raises NotFound."""
        perjanjian = await self._agreements.one(nomor)
        if perjanjian is None:
            raise NotFound("perjanjian tidak ada / no such agreement")
        return perjanjian

    async def all(self) -> Sequence[Perjanjian]:
        """All of them by number."""
        return await self._agreements.all()

    async def hand_in(
        self, nomor: str, jenis: JenisLaporan, periode: str, *, oleh: str, before: bool = False
    ) -> Sequence[str]:
        """Note that a period's report was handed in; `before`: and those of all periods before.

        Answers the periods. Raises BadInput where the agreement owes none for that period, or where
        the period is not over.
        """
        perjanjian = await self.show(nomor)
        named = str(_over(baca_periode(periode), self._clock()))
        owed = [
            str(each)
            for duty in perjanjian.kewajiban
            if duty.jenis is jenis
            for each in perjanjian.periode_terutang(duty)
        ]
        if named not in owed:
            raise BadInput("perjanjian tidak mewajibkannya / the agreement does not owe that")
        chosen = owed[: owed.index(named) + 1] if before else [named]
        for each in chosen:
            done = Diserahkan(nomor=nomor, jenis=jenis, periode=each)
            await self._agreements.hand_in(done, pada=self._clock(), oleh=named_operator(oleh))
        return chosen


def _over(periode: Periode, now: datetime) -> Periode:
    if periode.selesai > now:
        raise BadInput("periode belum selesai / the period is not over yet")
    return periode


def _convert(fields: Mapping[str, Any]) -> Perjanjian:
    try:
        perjanjian = msgspec.convert(dict(fields), Perjanjian)
    except msgspec.ValidationError as error:
        raise BadInput(f"perjanjian / agreement: {error}") from None
    if wrong := periksa_perjanjian(perjanjian):
        raise BadInput("perjanjian tidak benar / the agreement is not right", errors=wrong)
    return perjanjian
