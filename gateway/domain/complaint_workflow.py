"""The order of the nine complaint steps: each follows the one before it, none is skipped."""

from datetime import datetime
from typing import Final

import msgspec

from gateway.domain.complaint import LangkahPengaduan, Pengaduan, StatusPengaduan
from gateway.domain.errors import Conflict

URUTAN: Final[tuple[StatusPengaduan, ...]] = tuple(StatusPengaduan)
"""The steps of the procedure; step 1 stands at index 0."""


class LangkahDitolak(Conflict):
    """The step does not follow the one the complaint stands at."""

    code = "complaint_step_out_of_order"


def langkah_ke(nomor: int) -> StatusPengaduan | None:
    """The step with this number (1 to 9), or None for a number the procedure does not have."""
    return URUTAN[nomor - 1] if 1 <= nomor <= len(URUTAN) else None


def langkah_berikut(status: StatusPengaduan) -> StatusPengaduan | None:
    """The only step that may follow, or None after the last one."""
    return langkah_ke(URUTAN.index(status) + 2)


def periksa_langkah(dari: StatusPengaduan, ke: StatusPengaduan) -> None:
    """Raises LangkahDitolak unless `ke` is the step right after `dari`."""
    berikut = langkah_berikut(dari)
    if berikut is None:
        raise LangkahDitolak(f"pengaduan sudah {dari.value}: tidak ada langkah sesudahnya")
    if ke is not berikut:
        raise LangkahDitolak(f"sesudah {dari.value} hanya boleh {berikut.value}, bukan {ke.value}")


def ambil_langkah(
    pengaduan: Pengaduan,
    ke: StatusPengaduan,
    *,
    pada: datetime,
    oleh: str | None = None,
    catatan: str | None = None,
) -> Pengaduan:
    """The complaint one step further, the step kept in its history. Raises LangkahDitolak."""
    periksa_langkah(pengaduan.status, ke)
    langkah = LangkahPengaduan(status=ke, pada=pada, oleh=oleh, catatan=catatan)
    return msgspec.structs.replace(pengaduan, status=ke, langkah=(*pengaduan.langkah, langkah))
