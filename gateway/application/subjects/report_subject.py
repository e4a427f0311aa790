"""Tells a person who looked at their data, when, why, and what they got."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.application.subjects.subject_groups import AccessGroups
from gateway.domain import kata_subjek as kata
from gateway.domain.daftar_subjek import sebutan
from gateway.domain.errors import BadInput, FieldError
from gateway.domain.laporan_subjek import (
    DaftarTanpaNama,
    LaporanSubjek,
    PermintaanTampak,
    Ringkasan,
    Sebutan,
    Zona,
)
from gateway.domain.permintaan_subjek import PermintaanSubjek
from gateway.domain.ports import Clients, Pseudonyms
from gateway.domain.ports_subjek import SubjectLog, SubjectRequests, TanpaNama
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

MOST_RECORDS: Final = 50
"""Records without a NIK that one person may turn out to have."""


class Orang(Quiet, frozen=True, kw_only=True):
    """A person by NIK, by records without a NIK that were found to be theirs, or by both."""

    nik: str | None
    ppks_id: tuple[str, ...] = ()


class Periode(Quiet, frozen=True, kw_only=True):
    """From when on (None = from the beginning) until when (None = until now), by whose days."""

    dari: datetime | None = None
    sampai: datetime | None = None
    zona: Zona = Zona.WIB


class IdentifySubject:
    """The reference keys of a person, which no two persons share."""

    def __init__(self, requests: SubjectRequests, pseudonyms: Pseudonyms) -> None:
        self._requests = requests
        self._pseudonyms = pseudonyms

    async def __call__(self, orang: Orang) -> tuple[str, ...]:
        """Raises BadInput for nobody, and for a record that bears a NIK: it may be another's."""
        if orang.nik is None and not orang.ppks_id:
            nobody = FieldError("nik", "sebutkan nik atau ppks_id / give nik or ppks_id")
            raise BadInput("sebutkan orangnya / say who it is about", errors=(nobody,))
        if len(orang.ppks_id) > MOST_RECORDS:
            most = f"paling banyak {MOST_RECORDS} / at most {MOST_RECORDS}"
            raise BadInput("ppks_id", errors=(FieldError("ppks_id", most),))
        theirs = await self._requests.without_nik(orang.ppks_id) if orang.ppks_id else frozenset()
        if set(orang.ppks_id) - theirs:
            wrong = "bukan rekaman tanpa NIK / not a record without a NIK"
            raise BadInput("ppks_id", errors=(FieldError("ppks_id", wrong),))
        keys = () if orang.nik is None else (self._pseudonyms.reference(orang.nik),)
        return (*keys, *dict.fromkeys(orang.ppks_id))


def _check(periode: Periode, now: datetime) -> None:
    """A report about no time would tell a person that nobody looked."""
    if periode.dari is None:
        return
    if periode.dari > now or (periode.sampai is not None and periode.dari >= periode.sampai):
        wrong = "harus sebelum sampai, dan sudah lewat / must lie before sampai, and in the past"
        raise BadInput("dari", errors=(FieldError("dari", wrong),))


class ReportSubject:
    """The use case; whoever calls it notes that it was called."""

    def __init__(
        self,
        log: SubjectLog,
        requests: SubjectRequests,
        clients: Clients,
        pseudonyms: Pseudonyms,
        purposes: Mapping[str, str],
        clock: Clock,
    ) -> None:
        """`purposes`: what purpose codes mean, as citizens shall read it."""
        self._log = log
        self._requests = requests
        self._clients = clients
        self._pseudonyms = pseudonyms
        self._purposes = purposes
        self._clock = clock
        self._identify = IdentifySubject(requests, pseudonyms)

    async def __call__(self, orang: Orang, periode: Periode) -> LaporanSubjek:
        """The report. Raises BadInput where it is about nobody, or about no time that was."""
        now = self._clock()
        _check(periode, now)
        keys = await self._identify(orang)
        dari, sampai = periode.dari, periode.sampai
        asked = await self._requests.about(keys)
        agencies = {client.client_id: client.opd for client in await self._clients.clients()}
        groups = AccessGroups(self._clients, agencies, self._purposes, asked, periode.zona)
        subjects = () if orang.nik is None else (self._pseudonyms.subject(orang.nik),)
        # A record that several sources made is on pages under one number, and is each one's.
        listed = dict.fromkeys((*keys, *await self._requests.joined(keys)))
        names = tuple(sebutan(self._pseudonyms.subject_of_reference(key)) for key in listed)
        async for entry in self._log.entries(subjects, names, dari, sampai):
            await groups.add(entry)
        unnamed = await self._log.unnamed(dari, sampai)
        told = groups.told()
        given = [group for group in told if group.hasil.kode in kata.KELUAR]
        total, disclosed = (sum(one.kali for one in some) for some in (told, given))
        return LaporanSubjek(
            dibuat_pada=now,
            dari=dari,
            sampai=now if sampai is None else min(now, sampai),
            zona=periode.zona,
            catatan_tertua=await self._log.oldest(),
            ringkasan=Ringkasan(
                akses=total,
                diberikan=disclosed,
                tidak_diberikan=total - disclosed,
                instansi=len({group.instansi.kode for group in given}),
            ),
            kelompok=told,
            permintaan=tuple(map(_request, asked)),
            lengkap=not unnamed,
            tanpa_nama=tuple(_unnamed(one, agencies) for one in unnamed),
            batas=_limits(unnamed),
        )


def _limits(unnamed: Sequence[TanpaNama]) -> tuple[str, ...]:
    first = (kata.BATAS_TANPA_NAMA,) if unnamed else ()
    return (*first, *kata.BATAS, kata.BATAS_TANPA_NIK)


def _unnamed(one: TanpaNama, agencies: Mapping[str, str]) -> DaftarTanpaNama:
    name = agencies.get(one.client_id or "", kata.INSTANSI_LAIN)
    return DaftarTanpaNama(
        instansi=Sebutan(nama=name, kode=one.client_id),
        kali=one.kali,
        rekaman=one.rekaman,
        pertama=one.pertama,
        terakhir=one.terakhir,
    )


def _request(one: PermintaanSubjek) -> PermintaanTampak:
    return PermintaanTampak(
        id=one.id,
        jenis=Sebutan(nama=kata.JENIS[one.jenis], kode=one.jenis),
        status=Sebutan(nama=kata.STATUS[one.status], kode=one.status),
        berkas=one.berkas,
        diterima_pada=one.diterima_pada,
        batas_pada=one.batas_pada,
        diputus_pada=one.diputus_pada,
        berakhir_pada=one.berakhir_pada,
        alasan=one.alasan,
        menahan=one.menahan,
    )
