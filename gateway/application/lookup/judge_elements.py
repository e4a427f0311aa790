"""Judges told elements against the gateway's own reading of a resident, where that is allowed."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.civil_registry.ask_registry import AskRegistry
from gateway.domain.freshness import Keadaan, age
from gateway.domain.grant import Scope
from gateway.domain.importing import WilayahIndex
from gateway.domain.matching.judge import BERTINGKAT, alasan_isian, bandingkan, putuskan
from gateway.domain.matching.reasons import KodeAlasan, kata_alasan
from gateway.domain.nik import baca_nik
from gateway.domain.nik_cache import CachedAnswer
from gateway.domain.outcome import Outcome
from gateway.domain.person import Penduduk, per_bagian
from gateway.domain.policy import View, saring_penduduk
from gateway.domain.systems import HasilPadan, VerdictElemen
from gateway.domain.wilayah import memuat
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

Verdicts = dict[str, VerdictElemen]
_NOBODY: Final = frozenset((Outcome.NOT_FOUND, Outcome.BAD_FORMAT))


class Bacaan(Quiet, frozen=True, kw_only=True):
    """A resident as the registry told us, for comparison only; nothing of it is disclosed."""

    penduduk: Penduduk | None
    outcome: Outcome
    sistem: str
    pada: datetime
    umur: int
    """Seconds since the registry said so."""
    dari_cache: bool
    tampak: bool
    """False where the registry knows nobody, or somebody who lives outside the grant."""

    @property
    def sumber(self) -> str:
        """As the audit log names it."""
        return f"{'cache' if self.dari_cache else 'lookup'}:{self.sistem}"


class JudgeElements:
    """The gateway's own judgement; reading a resident for it costs a lookup of the quota."""

    def __init__(
        self,
        ask: AskRegistry,
        areas: Callable[[], WilayahIndex],
        clock: Clock,
        *,
        allowed: bool,
        threshold: int,
    ) -> None:
        """`allowed`: the agreement lets a full record be read for a comparison."""
        self.allowed = allowed
        self._ask = ask
        self._areas = areas
        self._clock = clock
        self._threshold = threshold

    async def read(self, caller: Caller, nik: str) -> Bacaan:
        """Read the resident, from the cache as the grant allows. Raises Unavailable.

        `penduduk` is None where the registry tells no data, or the person lives outside the grant.
        """
        oldest = caller.grant.maks_umur if caller.grant.boleh_cache else None
        told = await self._ask(nik, oldest=oldest, ip=caller.ip, asker=caller.asker)
        cached, now = told.jawaban, self._clock()
        shown = _is_shown(caller.view(now), nik, cached)
        return Bacaan(
            penduduk=cached.answer.penduduk if shown else None,
            tampak=shown,
            outcome=cached.answer.outcome,
            sistem=cached.sistem,
            pada=cached.pada,
            umur=int(age(cached.pada, now)),
            dari_cache=told.keadaan is not Keadaan.SEGAR,
        )

    def judge(
        self,
        told: Penduduk,
        known: Penduduk,
        given: Verdicts,
        caller: Caller,
        *,
        ambang: int | None,
    ) -> Verdicts:
        """The given verdicts, with ours where there was none, as the caller may hear them.

        A "yes" or "no" that the registry gave stands; a plain "no" on an attribute with near misses
        may become MIRIP.
        """
        said = alasan_isian(told, self._clock().date())
        facts = per_bagian(known)
        readable = self._readable(caller)
        judged: Verdicts = {}
        for name, value in per_bagian(told).items():
            present = given.get(name)
            if name == "nik" or not may_say_more(name, present):
                continue
            isian = said.get(name, frozenset())
            berhak = name.partition(".")[0] in readable
            if name in facts:
                found = bandingkan(name, value, facts[name], self._is_inside)
                ours = putuskan(found, max(self._threshold, ambang or 0), isian, berhak=berhak)
            else:
                ours = _not_recorded(isian, berhak=berhak)
            judged[name] = _second_look(present, ours)
        return given | judged

    def _readable(self, caller: Caller) -> frozenset[str]:
        """The attributes that this very token could look up."""
        if Scope.PENDUDUK_READ not in caller.scopes:
            return frozenset()
        return caller.view(self._clock()).atribut

    def _is_inside(self, inner: str, outer: str) -> bool:
        """Whether a district or regency lies in a regency or province, by the table of areas."""
        areas = self._areas()
        small = areas.resolve(None, None, inner, None) or areas.resolve(None, inner, None, None)
        large = areas.resolve(None, outer, None, None) or areas.resolve(outer, None, None, None)
        return small is not None and large is not None and memuat(large, small)


def is_open(verdict: VerdictElemen | None) -> bool:
    """True where nobody has judged yet."""
    return verdict is None or verdict.hasil is HasilPadan.TIDAK_DIPERIKSA


def may_say_more(name: str, verdict: VerdictElemen | None) -> bool:
    """True for what is open, and for a "no" without a score where near misses are known."""
    if verdict is None or is_open(verdict):
        return True
    plain_no = verdict.hasil is HasilPadan.TIDAK_SESUAI and verdict.skor is None
    return plain_no and name in BERTINGKAT


def _is_shown(view: View, nik: str, cached: CachedAnswer) -> bool:
    """Whether the resident lives inside the granted areas.

    Without data the registry tells no area; that of first registration stands in, as in a lookup.
    """
    if cached.answer.outcome in _NOBODY:
        return False
    stand_in = Penduduk(kode_wilayah=baca_nik(nik, cached.pada.date()).kode_wilayah)
    return saring_penduduk(view, cached.answer.penduduk or stand_in) is not None


def _not_recorded(isian: frozenset[KodeAlasan], *, berhak: bool) -> VerdictElemen:
    told = isian | {KodeAlasan.TIDAK_TERCATAT} if berhak else isian
    return VerdictElemen(hasil=HasilPadan.TIDAK_DIPERIKSA, alasan=kata_alasan(told))


def _second_look(present: VerdictElemen | None, ours: VerdictElemen) -> VerdictElemen:
    """Ours where nobody had judged; beside the registry's "no" at most a MIRIP, never a "yes"."""
    if present is None or is_open(present):
        return ours
    near = ours.skor is not None and ours.hasil in {HasilPadan.SESUAI, HasilPadan.MIRIP}
    return msgspec.structs.replace(ours, hasil=HasilPadan.MIRIP) if near else present
