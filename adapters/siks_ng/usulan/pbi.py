"""Reactivation of premium aid (PBI-JK): the states of a request and what a request must hold."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.siks_ng.objek import samakan_kunci, teks
from gateway.domain.codes import baca_desil
from gateway.domain.person import NilaiAsli
from gateway.domain.ppks import Desil, StatusPpks
from gateway.kit.struct import Quiet
from gateway.kit.table import CodeTable

STATUS_REAKTIVASI: Final = CodeTable(
    "status-reaktivasi-pbi",
    "aplikasi-kabupaten-1",
    {
        StatusPpks.DRAFT: ("0", "draft"),
        StatusPpks.DIUSULKAN: ("1", "diajukan"),
        StatusPpks.VERVAL_KABKOTA: ("2", "diverifikasi", "3", "disetujui"),
        StatusPpks.DITOLAK: ("4", "ditolak", "7", "ditolak kab"),
        StatusPpks.DIOLAH_PUSAT: ("5", "diajukan SIKS"),
        StatusPpks.DISAHKAN_KEPALA_DAERAH: ("6", "disetujui kab"),
    },
)
"""The codes of one application; the states they stand for are our reading."""

_SYARAT_KIRIM: Final = ("alasan", "surat_faskes", "desil_nasional", "tanggal_kirim_siks")


class Reaktivasi(Quiet, frozen=True, kw_only=True):
    """Where a request stands, and what it still lacks before it may go to SIKS-NG."""

    status: StatusPpks | None
    status_asli: NilaiAsli
    desil: Desil | None
    """The decile at the moment of the request; never without `versi` if one was told."""
    kurang: tuple[str, ...]
    """Names of the missing fields: reason, health facility's letter, decile, date of sending."""


def baca_reaktivasi(objek: Mapping[str, Any], versi: str | None = None) -> Reaktivasi:
    """One request as the application keeps it; `versi` is the edition of its decile."""
    isi = samakan_kunci(objek)
    kode = teks(isi.get("status_pengajuan"))
    return Reaktivasi(
        status=STATUS_REAKTIVASI.get(kode),
        status_asli=NilaiAsli(teks=kode, daftar=STATUS_REAKTIVASI.label),
        desil=baca_desil(teks(isi.get("desil_nasional")), versi),
        kurang=tuple(nama for nama in _SYARAT_KIRIM if not teks(isi.get(nama))),
    )
