"""What the log keeps of each disclosure and each refusal: never a payload, never a NIK."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from gateway.kit.struct import Quiet


class HasilAudit(StrEnum):
    """How the request ended."""

    DIBERIKAN = "diberikan"
    TIDAK_DITEMUKAN = "tidak_ditemukan"
    DITOLAK = "ditolak"
    GAGAL = "gagal"
    DILAKUKAN = "dilakukan"
    """Not a request: an operator, or the program by itself, did something."""


TANPA_ORANG: Final = ("statistik.", "audit.", "ppks.kirim")
"""How the names of events begin that count other things than records of persons that were told:
cells, entries of the log, records that were taken in."""


class EntriAudit(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One entry. `subjek` is a person's pseudonym (keyed hash), None where it is about no one."""

    entri_id: str
    pada: datetime
    peristiwa: str
    """What was asked, for example `penduduk.lookup`."""
    hasil: HasilAudit
    client_id: str | None = None
    grant_id: str | None = None
    grant_versi: int | None = None
    nomor_pks: str | None = None
    tujuan: str | None = None
    dasar_hukum: str | None = None
    subjek: str | None = None
    atribut: tuple[str, ...] = ()
    """Attributes disclosed."""
    jumlah: int = 0
    """Records disclosed."""
    sumber: str | None = None
    """System that the data came from, and `cache` where it did."""
    alasan: str | None = None
    """Error code of a refusal; `not_modified` where the caller was told that nothing changed."""
    request_id: str | None = None
    daftar: str | None = None
    """Whose PPKS records left, as `gateway.domain.daftar_subjek` strings names together."""
    umur: int | None = None
    """Seconds since the source said what was disclosed."""
    permintaan_sidik: str | None = None
    """Keyed digest of what was asked."""
    oleh: str | None = None
    """The operator of an act."""
    objek: str | None = None
    """What the act was done to."""
    rincian: dict[str, Any] | None = None
    """What the act changed, without any secret."""
