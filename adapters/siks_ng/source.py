"""Reads DTSEN from the service page by page, all of it or what changed since the last reading."""

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Final

import msgspec

from adapters.siks_ng.config import Config
from adapters.siks_ng.dtsen_a import petakan_keluarga
from adapters.siks_ng.dtsen_b import petakan_penduduk
from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.mapping import Pemeta
from adapters.siks_ng.objek import samakan_kunci
from adapters.siks_ng.service import Halaman, Layanan
from adapters.siks_ng.temuan import menolak
from gateway.domain.importing import Baris, WilayahIndex
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Peringatan
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import SourceBatch

PEMETA: Final[dict[str, Pemeta]] = {"A": petakan_keluarga, "B": petakan_penduduk}


class Posisi(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a reading stands; its JSON is the cursor that the house keeps."""

    sejak: str | None = None
    """Read only what has changed since this time of the service; None = everything."""
    kursor: str | None = None
    """The service's own cursor within this reading."""
    sampai: str | None = None
    """From when the next reading goes on: the time of this reading's first page."""


class SumberDtsen:
    """Implements `RecordSource`."""

    def __init__(self, layanan: Layanan, config: Config, wilayah: WilayahIndex) -> None:
        self._layanan = layanan
        self._config = config
        self._wilayah = wilayah
        self._konteks = lru_cache(maxsize=4)(self._buat_konteks)

    async def read(self, cursor: str | None) -> AsyncIterator[SourceBatch]:
        """Pages in the service's order. The last page's cursor begins the next reading.

        It is None where the service cannot tell changes. Rows changed at the very moment of the
        boundary come twice rather than never. Raises UpstreamFailure.
        """
        posisi = _posisi(cursor)
        while True:
            halaman = await self._layanan.halaman(self._query(posisi))
            if halaman.kursor is not None and halaman.kursor == posisi.kursor:
                self._layanan.rusak("kursor tidak maju")
            lanjut = self._lanjut(posisi, halaman)
            yield self._batch(halaman, lanjut)
            if halaman.kursor is None or lanjut is None:
                return
            posisi = lanjut

    def _query(self, posisi: Posisi) -> dict[str, str]:
        query = {self._config.size_parameter: str(self._config.page_size)}
        if posisi.sejak:
            query[self._config.since_parameter] = posisi.sejak
        if posisi.kursor:
            query[self._config.cursor_parameter] = posisi.kursor
        return query

    def _lanjut(self, posisi: Posisi, halaman: Halaman) -> Posisi | None:
        sampai = posisi.sampai or halaman.sampai
        if halaman.kursor is not None:
            return Posisi(sejak=posisi.sejak, kursor=halaman.kursor, sampai=sampai)
        return Posisi(sejak=sampai) if sampai and self._config.since_parameter else None

    def _batch(self, halaman: Halaman, lanjut: Posisi | None) -> SourceBatch:
        konteks = self._konteks(halaman.versi or self._config.versi)
        petakan = PEMETA[self._config.shape]
        rekaman: list[RekamanPpks] = []
        ditolak: list[Peringatan] = []
        for nomor, objek in enumerate(halaman.data, 1):
            baris = petakan(samakan_kunci(objek), konteks, nomor)
            rekaman += [isi for isi in baris.isi if isinstance(isi, RekamanPpks)]
            ditolak += _ditolak(baris)
        return SourceBatch(
            rekaman=tuple(rekaman),
            cursor=msgspec.json.encode(lanjut).decode() if lanjut else None,
            ditolak=tuple(ditolak),
        )

    def _buat_konteks(self, versi: str) -> Konteks:
        sistem = self._config.sistem_wilayah
        return Konteks({"versi": versi, "sistem_wilayah": sistem}, self._wilayah)


def _posisi(cursor: str | None) -> Posisi:
    if cursor is None:
        return Posisi()
    try:
        return msgspec.json.decode(cursor, type=Posisi)
    except msgspec.DecodeError:
        raise UpstreamFailure(Outcome.BAD_REQUEST, hint="kursor tidak dikenal") from None


def _ditolak(baris: Baris) -> list[Peringatan]:
    return [
        Peringatan(
            kode=masalah.kode.value,
            atribut=masalah.kolom,
            pesan=f"baris ke-{baris.baris} pada halaman: {masalah.pesan}",
        )
        for masalah in baris.masalah
        if menolak(masalah)
    ]
