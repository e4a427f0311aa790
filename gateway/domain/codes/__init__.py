"""The national code lists: what codes and labels mean, each list under its name and version."""

from gateway.domain.codes.dtsen import StatusDtsen, baca_desil, baca_status_dtsen
from gateway.domain.codes.family import (
    HUBUNGAN_BPS,
    HUBUNGAN_DUKCAPIL,
    HubunganAmbigu,
    baca_hubungan_bps,
    baca_hubungan_dukcapil,
    hubungan_bps_ke_dukcapil,
    hubungan_dukcapil_ke_bps,
)
from gateway.domain.codes.formats import baca_rt_rw, baca_tanggal
from gateway.domain.codes.masks import MASKER, DaftarMasker, MaskerSalah, urai_masker
from gateway.domain.codes.person import (
    JENIS_KELAMIN,
    PENDIDIKAN,
    STATUS_KAWIN,
    baca_jenis_kelamin,
    baca_pendidikan,
    baca_status_kawin,
)
from gateway.domain.codes.surveys import Daftar, Skema, baca_daftar, tabel

__all__ = [
    "HUBUNGAN_BPS",
    "HUBUNGAN_DUKCAPIL",
    "JENIS_KELAMIN",
    "MASKER",
    "PENDIDIKAN",
    "STATUS_KAWIN",
    "Daftar",
    "DaftarMasker",
    "HubunganAmbigu",
    "MaskerSalah",
    "Skema",
    "StatusDtsen",
    "baca_daftar",
    "baca_desil",
    "baca_hubungan_bps",
    "baca_hubungan_dukcapil",
    "baca_jenis_kelamin",
    "baca_pendidikan",
    "baca_rt_rw",
    "baca_status_dtsen",
    "baca_status_kawin",
    "baca_tanggal",
    "hubungan_bps_ke_dukcapil",
    "hubungan_dukcapil_ke_bps",
    "tabel",
    "urai_masker",
]
