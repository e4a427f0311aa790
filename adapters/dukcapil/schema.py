"""The wire of the population-data service exactly as it is sent, in its own words."""

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.kit.struct import Quiet

Nilai = int | str | None | UnsetType
"""A value of an answer. The same field is a JSON number here and a text there; never a float."""


class Envelope(Quiet, frozen=True, kw_only=True, rename="camel"):
    """The Spring Data page around every answer, errors included.

    The members are untyped because an oddity in one of them must not cost the answer.
    """

    content: Any = UNSET
    last_page: Any = UNSET
    number_of_elements: Any = UNSET
    sort: Any = UNSET
    total_elements: Any = UNSET
    first_page: Any = UNSET
    number: Any = UNSET
    size: Any = UNSET
    quota_limiter: Any = UNSET


class DataPenduduk(Quiet, frozen=True, kw_only=True, rename=str.upper):
    """One resident as the full-record call gives one; which fields come depends on the grant."""

    nik: Nilai = UNSET
    no_kk: Nilai = UNSET
    nama_lgkp: Nilai = UNSET
    jenis_klmin: Nilai = UNSET
    tmpt_lhr: Nilai = UNSET
    tgl_lhr: Nilai = UNSET
    no_akta_lhr: Nilai = UNSET
    gol_darah: Nilai = UNSET
    agama: Nilai = UNSET
    status_kawin: Nilai = UNSET
    tgl_kwn: Nilai = UNSET
    no_akta_kwn: Nilai = UNSET
    tgl_crai: Nilai = UNSET
    no_akta_crai: Nilai = UNSET
    pddk_akh: Nilai = UNSET
    jenis_pkrjn: Nilai = UNSET
    stat_hbkel: Nilai = UNSET
    alamat: Nilai = UNSET
    dusun: Nilai = UNSET
    no_rt: Nilai = UNSET
    no_rw: Nilai = UNSET
    no_kel: Nilai = UNSET
    no_kec: Nilai = UNSET
    no_kab: Nilai = UNSET
    no_prop: Nilai = UNSET
    kel_name: Nilai = UNSET
    kec_name: Nilai = UNSET
    kab_name: Nilai = UNSET
    prop_name: Nilai = UNSET
    nik_ayah: Nilai = UNSET
    nama_lgkp_ayah: Nilai = UNSET
    nik_ibu: Nilai = UNSET
    nama_lgkp_ibu: Nilai = UNSET
    ektp_status: Nilai = UNSET
    kode_pos: Nilai = UNSET
    pnydng_cct: Nilai = UNSET


FIELDS: Final[tuple[str, ...]] = DataPenduduk.__struct_encode_fields__
"""Wire names of a full record."""

ALIASES: Final = {
    "NAMA_KEL": "KEL_NAME",
    "NAMA_KEC": "KEC_NAME",
    "NAMA_KAB": "KAB_NAME",
    "NAMA_PROP": "PROP_NAME",
    "STAT_KWN": "STATUS_KAWIN",
    "GOL_DRH": "GOL_DARAH",
}
"""Names in another deployment -> the usual ones."""

VERIFY_ELEMENTS: Final[dict[str, str]] = {
    "NIK": "nik",
    "NO_KK": "no_kk",
    "NAMA_LGKP": "nama_lengkap",
    "TMPT_LHR": "tempat_lahir",
    "TGL_LHR": "tanggal_lahir",
    "JENIS_KLMIN": "jenis_kelamin",
    "STATUS_KAWIN": "status_kawin",
    "JENIS_PKRJN": "pekerjaan",
    "NAMA_LGKP_IBU": "nama_ibu_kandung",
    "ALAMAT": "alamat.jalan",
    "NO_RT": "alamat.rt",
    "NO_RW": "alamat.rw",
    "NO_PROP": "kode_wilayah",
    "PROP_NAME": "provinsi",
    "NO_KAB": "kode_wilayah",
    "KAB_NAME": "kab_kota",
    "NO_KEC": "kode_wilayah",
    "KEC_NAME": "kecamatan",
    "NO_KEL": "kode_wilayah",
    "KEL_NAME": "desa_kelurahan",
}
"""Elements that can be compared -> canonical attribute; four numbers make up one area code."""

SCORED_ELEMENTS: Final = frozenset({"NAMA_LGKP", "TMPT_LHR", "ALAMAT", "NAMA_LGKP_IBU"})
"""Elements whose verdict carries a score."""

CODE_FIELD: Final = "RESPONSE_CODE"
TEXT_FIELDS: Final = ("RESPON", "RESPONSE", "RESPONSE_DESC")
"""Where the answer's code and its text stand, the usual place first."""

PHOTO_FIELD: Final = "FOTO"


class Lembaga(Quiet, frozen=True, kw_only=True):
    """Feedback, body form (b): one institution with its persons; the body is an array of these."""

    id_lembaga: str
    nama_lembaga: str
    data: list["Balikan"]


class Balikan(Quiet, frozen=True, kw_only=True):
    """Feedback about one person; what `param` holds is agreed per institution."""

    nik: str = msgspec.field(name="NIK")
    param: list[dict[str, str]]
