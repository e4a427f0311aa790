"""What a person asks about their own data (UU 27/2022): the kinds, the clock, and its way."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.errors import BadInput, Conflict
from gateway.kit.mask import mask_text
from gateway.kit.struct import Quiet

TENGGAT: Final = timedelta(hours=72)
"""Three times 24 hours from the moment at which the office received it."""


class JenisPermintaan(StrEnum):
    """What is asked."""

    AKSES = "AKSES"
    KOREKSI = "KOREKSI"
    PEMBATASAN = "PEMBATASAN"
    PENARIKAN = "PENARIKAN"
    """A consent is withdrawn."""
    PENGHAPUSAN = "PENGHAPUSAN"
    KEBERATAN = "KEBERATAN"


MENAHAN: Final = frozenset(
    (JenisPermintaan.PEMBATASAN, JenisPermintaan.PENARIKAN, JenisPermintaan.PENGHAPUSAN)
)
"""Kinds that stop disclosure once they are granted, until they are ended."""


class StatusPermintaan(StrEnum):
    """Where a request stands."""

    DITERIMA = "DITERIMA"
    DIKABULKAN = "DIKABULKAN"
    DITOLAK = "DITOLAK"
    DITARIK = "DITARIK"
    """The person took it back."""
    DIAKHIRI = "DIAKHIRI"
    """What was granted holds no longer."""


LANGKAH: Final = {
    StatusPermintaan.DITERIMA: (
        StatusPermintaan.DIKABULKAN,
        StatusPermintaan.DITOLAK,
        StatusPermintaan.DITARIK,
    ),
    StatusPermintaan.DIKABULKAN: (StatusPermintaan.DIAKHIRI,),
}
"""From where to where a request may go."""


class PermintaanSubjek(Quiet, frozen=True, kw_only=True):
    """One request. It names the person by reference keys and holds none of their data."""

    id: str
    jenis: JenisPermintaan
    rujukan: tuple[str, ...]
    """Reference keys of the person's records; the first is the NIK's, where there is one."""
    atribut: tuple[str, ...] = ()
    """The attributes that are meant; none = all."""
    berkas: str = ""
    """Number of the office's own file, where the words and papers lie."""
    diterima_pada: datetime
    dicatat_pada: datetime
    dicatat_oleh: str
    status: StatusPermintaan = StatusPermintaan.DITERIMA
    diputus_pada: datetime | None = None
    diputus_oleh: str | None = None
    alasan: str | None = None
    """Why the last step was taken."""
    berakhir_pada: datetime | None = None
    """When what was granted was ended."""

    @property
    def batas_pada(self) -> datetime:
        """Until when it must be decided."""
        return self.diterima_pada + TENGGAT

    @property
    def terbuka(self) -> bool:
        """Whether it waits for a decision."""
        return self.status is StatusPermintaan.DITERIMA

    @property
    def menahan(self) -> bool:
        """Whether it stops the disclosure of the person's data now."""
        return self.status is StatusPermintaan.DIKABULKAN and self.jenis in MENAHAN

    def terlambat(self, now: datetime) -> bool:
        """Whether it was not, or is not yet, decided in time."""
        return (self.diputus_pada or now) > self.batas_pada


def melangkah(
    permintaan: PermintaanSubjek, ke: StatusPermintaan, *, oleh: str, alasan: str, now: datetime
) -> PermintaanSubjek:
    """The request after a step. Raises Conflict for a step that it cannot take, BadInput."""
    if ke not in LANGKAH.get(permintaan.status, ()):
        raise Conflict(
            f"{permintaan.status} -> {ke}: bukan langkah yang mungkin / not a possible step"
        )
    reason = tanpa_nomor("alasan", alasan)
    if not reason:
        raise BadInput("alasan: wajib diisi / must be given")
    if ke is StatusPermintaan.DIAKHIRI:
        return msgspec.structs.replace(permintaan, status=ke, alasan=reason, berakhir_pada=now)
    return msgspec.structs.replace(
        permintaan, status=ke, alasan=reason, diputus_pada=now, diputus_oleh=oleh
    )


def tanpa_nomor(field: str, text: str) -> str:
    """An operator's words in one line. Raises BadInput where a 16-digit number stands in them."""
    plain = " ".join(text.split())
    if mask_text(plain) != plain:
        raise BadInput(f"{field}: jangan menulis NIK atau nomor KK / leave out NIK and KK numbers")
    return plain
