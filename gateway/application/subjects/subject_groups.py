"""Puts accesses together that differ in nothing but their time, and names them in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from gateway.domain import kata_subjek as kata
from gateway.domain.audit import HasilAudit
from gateway.domain.grant import Grant
from gateway.domain.grant_types import samaran_dari, walau_dibatasi
from gateway.domain.laporan_subjek import HariAkses, KelompokAkses, Sebutan, Zona
from gateway.domain.permintaan_subjek import MENAHAN, PermintaanSubjek
from gateway.domain.ports import Clients
from gateway.domain.ports_subjek import JejakAkses

_VERDICTS: Final = "penduduk.verify"


class _Alike(msgspec.Struct, frozen=True):
    """What accesses of one group have in common."""

    client_id: str | None
    grant_id: str | None
    nomor_pks: str | None
    tujuan: str | None
    dasar_hukum: str | None
    peristiwa: str
    hasil: str
    alasan: str | None
    atribut: tuple[str, ...]
    sumber: str | None
    catatan: tuple[str, ...]


class _Times(msgspec.Struct):
    first: datetime
    last: datetime
    days: Counter[date]


class AccessGroups:
    """Takes accesses in any order; needs memory for groups and their days, not for accesses."""

    def __init__(
        self,
        clients: Clients,
        agencies: Mapping[str, str],
        purposes: Mapping[str, str],
        asked: Sequence[PermintaanSubjek],
        zona: Zona,
    ) -> None:
        """`agencies`: names by client id; `purposes`: by code; `asked`: the person's requests."""
        self._clients = clients
        self._agencies = agencies
        self._purposes = purposes
        self._held = [one for one in asked if one.jenis in MENAHAN and _was_granted(one)]
        self._zone = zona.zone
        self._grants: dict[str, Mapping[int, Grant]] = {}
        self._groups: dict[_Alike, _Times] = {}

    async def add(self, entry: JejakAkses) -> None:
        """Count one access."""
        alike = _alike(entry, await self._remarks(entry))
        times = self._groups.get(alike)
        if times is None:
            times = self._groups[alike] = _Times(entry.pada, entry.pada, Counter())
        times.first = min(times.first, entry.pada)
        times.last = max(times.last, entry.pada)
        times.days[entry.pada.astimezone(self._zone).date()] += 1

    def told(self) -> tuple[KelompokAkses, ...]:
        """The groups, the one with the newest access first."""
        newest = sorted(self._groups.items(), key=lambda item: item[1].last, reverse=True)
        return tuple(self._group(alike, times) for alike, times in newest)

    def _group(self, alike: _Alike, times: _Times) -> KelompokAkses:
        purpose = self._purposes.get(alike.tujuan or "", kata.TUJUAN_LAIN)
        agency = self._agencies.get(alike.client_id or "", kata.INSTANSI_LAIN)
        doing = kata.KEGIATAN.get(alike.peristiwa, kata.KEGIATAN_LAIN)
        return KelompokAkses(
            instansi=Sebutan(nama=agency, kode=alike.client_id),
            kegiatan=Sebutan(nama=doing, kode=alike.peristiwa),
            tujuan=Sebutan(nama=purpose, kode=alike.tujuan),
            dasar_hukum=alike.dasar_hukum,
            nomor_pks=alike.nomor_pks,
            grant_id=alike.grant_id,
            hasil=Sebutan(nama=kata.HASIL[alike.hasil], kode=alike.hasil),
            alasan=_reason(alike),
            atribut=tuple(
                Sebutan(nama=kata.ATRIBUT.get(name, name), kode=name) for name in alike.atribut
            ),
            sumber=_sources(alike.sumber),
            catatan=alike.catatan,
            kali=times.days.total(),
            pertama=times.first,
            terakhir=times.last,
            per_hari=tuple(
                HariAkses(tanggal=day, kali=times.days[day]) for day in sorted(times.days)
            ),
        )

    async def _remarks(self, entry: JejakAkses) -> tuple[str, ...]:
        """What the grant of that moment adds: pseudonymised, or given although held back."""
        grant = await self._grant(entry)
        if grant is None or entry.hasil is not HasilAudit.DIBERIKAN or not entry.jumlah:
            return ()
        remarks = () if samaran_dari(grant) is None else (kata.DISAMARKAN,)
        if grant.walau_dibatasi is None or not walau_dibatasi(grant) or not self._was_held(entry):
            return remarks
        why = kata.WALAU_DIBATASI[grant.walau_dibatasi]
        return (*remarks, f"Diberikan walaupun pengungkapan sedang dihentikan, karena {why}")

    async def _grant(self, entry: JejakAkses) -> Grant | None:
        if entry.grant_id is None or entry.grant_versi is None:
            return None
        if entry.grant_id not in self._grants:
            versions = await self._clients.grant_history(entry.grant_id)
            self._grants[entry.grant_id] = {grant.versi: grant for grant in versions}
        return self._grants[entry.grant_id].get(entry.grant_versi)

    def _was_held(self, entry: JejakAkses) -> bool:
        return any(
            one.diputus_pada is not None
            and one.diputus_pada <= entry.pada
            and (one.berakhir_pada is None or entry.pada < one.berakhir_pada)
            for one in self._held
        )


def _was_granted(one: PermintaanSubjek) -> bool:
    return one.menahan or one.berakhir_pada is not None


def _alike(entry: JejakAkses, remarks: tuple[str, ...]) -> _Alike:
    given = entry.hasil is HasilAudit.DIBERIKAN and entry.jumlah > 0
    left = "dicocokkan" if entry.peristiwa == _VERDICTS else "diberikan"
    nothing = "tanpa_data" if entry.hasil is HasilAudit.DIBERIKAN else entry.hasil.value
    return _Alike(
        entry.client_id,
        entry.grant_id,
        entry.nomor_pks,
        entry.tujuan,
        entry.dasar_hukum,
        entry.peristiwa,
        left if given else nothing,
        entry.alasan,
        entry.atribut if given else (),
        entry.sumber if given else None,
        remarks,
    )


def _reason(alike: _Alike) -> Sebutan | None:
    if alike.alasan is None:
        return None
    return Sebutan(nama=kata.kata_alasan(alike.alasan, alike.hasil), kode=alike.alasan)


def _sources(sumber: str | None) -> tuple[Sebutan, ...]:
    """`dukcapil,cache:dukcapil` names two."""
    parts = () if sumber is None else sumber.split(",")
    return tuple(Sebutan(nama=kata.kata_sumber(part), kode=part) for part in parts)
