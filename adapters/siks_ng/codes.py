"""SIKS-NG's own labels and flags in the house's words; lists of many systems are the domain's."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from gateway.domain.codes import Daftar
from gateway.domain.ppks import Bantuan, Padan, StatusBantuan, StatusPadan, StatusPpks
from gateway.kit.mask import mask_text
from gateway.kit.table import CodeTable, slug

PROGRAM_BNBA: Final[Mapping[str, str]] = {
    "bansos_bpnt": "bpnt",
    "bansos_pkh": "pkh",
    "bansos_bpnt_ppkm": "bpnt-ppkm",
    "pbi_jkn": "pbi-jk",
}
"""Programme flag of the delimited file -> programme."""

PROGRAM_JSON: Final[tuple[tuple[str, str | None, str], ...]] = (
    ("atensi", None, "atensi"),
    ("blt", "periode_blt", "blt"),
    ("blt_bbm", "periode_blt_bbm", "blt-bbm"),
    ("bpnt", "periode_bpnt", "bpnt"),
    # The flag is misspelt at its source, its period is not.
    ("bnpt_ppkm", "periode_bpnt_ppkm", "bpnt-ppkm"),
    ("bst", "periode_bst", "bst"),
    ("pbi", "periode_pbi", "pbi-jk"),
    ("pena", "periode_pena", "pena"),
    ("permakanan", "periode_permakanan", "permakanan"),
    ("pkh", "periode_pkh", "pkh"),
    ("rutilahu", "periode_rutilahu", "rutilahu"),
    ("sembako_adaptif", "periode_sembako_adaptif", "sembako-adaptif"),
    ("yapi", "periode_yapi", "yapi"),
)
"""Flag, period and programme of the DTKS view."""

TANDA: Final = CodeTable(
    "tanda-bantuan",
    "siks-ng-1",
    {
        StatusBantuan.MENERIMA: ("YA", "Y", "1", "TRUE", "MENERIMA", "ADA"),
        StatusBantuan.TIDAK_MENERIMA: (
            "TIDAK", "T", "N", "0", "FALSE", "TIDAK MENERIMA", "TIDAK ADA",
        ),
    },
)  # fmt: skip

BENAR: Final = CodeTable(
    "ya-tidak",
    "siks-ng-1",
    {True: ("true", "1", "ya", "y"), False: ("false", "0", "tidak", "t", "n")},
)

_MENINGGAL: Final = frozenset({
    "meninggal", "meninggal-dunia", "sudah-meninggal", "telah-meninggal", "tidak-hidup",
})  # fmt: skip
_SANGKALAN: Final = frozenset({
    "tidak", "tdk", "belum", "blm", "bukan", "non", "gagal", "invalid", "tak",
})  # fmt: skip

KOLOM_SURVEI: Final[Mapping[str, Daftar]] = {
    **dict.fromkeys(
        (
            "penglihatan", "pendengaran", "berjalan_atau_naik_tangga", "menggunakan_tangan_jari",
            "mengingat_berkonsentrasi", "mengurus_diri", "berbicara_komunikasi",
            "belajar_kemampuan_intelektual", "pengendalian_perilaku",
        ),
        Daftar.KESULITAN_FUNGSIONAL,
    ),
    "kesedihan_depresi": Daftar.KESEDIHAN_DEPRESI,
    "kondisi_gizi": Daftar.KONDISI_GIZI,
    "penyakit_kronis": Daftar.PENYAKIT_KRONIS,
    "partisipasi_sekolah": Daftar.PARTISIPASI_SEKOLAH,
    "jenjang_tertinggi": Daftar.JENJANG_PENDIDIKAN,
    "ijazah_tertinggi": Daftar.JENJANG_PENDIDIKAN,
    "status_dalam_pekerjaan_utama": Daftar.STATUS_BEKERJA,
    "omzet_usaha_utama": Daftar.OMZET_BULANAN,
    "status_kepemilikan_rumah": Daftar.STATUS_RUMAH,
    "jenis_lantai_terluas": Daftar.LANTAI,
    "jenis_dinding_terluas": Daftar.DINDING,
    "jenis_atap_terluas": Daftar.ATAP,
    "sumber_air_minum_utama": Daftar.AIR_MINUM,
    "sumber_penerangan_utama": Daftar.PENERANGAN,
    "bahan_bakar_utama_memasak": Daftar.BAHAN_BAKAR_MEMASAK,
    "fasilitas_bab": Daftar.FASILITAS_BAB,
    "jenis_kloset": Daftar.KLOSET,
    "pembuangan_akhir_tinja": Daftar.PEMBUANGAN_TINJA,
}  # fmt: skip
"""DTSEN survey column -> the list that explains its codes."""

STATUS_DTSEN_KE_PPKS: Final[Mapping[str, StatusPpks]] = {"NONAKTIF": StatusPpks.NONAKTIF}


def baca_padan(teks: str) -> Padan:
    """The match that a free text tells; `belum dipadankan` tells none."""
    kata = set(slug(teks).split("-"))
    status = StatusPadan.TIDAK_DIKETAHUI
    if "padan" in kata:
        status = StatusPadan.TIDAK_PADAN if kata & _SANGKALAN else StatusPadan.PADAN
    return Padan(status=status, asli=mask_text(teks))


@lru_cache(maxsize=4096)
def baca_bantuan(program: str, tanda: str, periode: str = "") -> Bantuan | None:
    """One programme of one person; None where the flag is empty and no period stands beside it."""
    if tanda in ("", "-") and not periode:
        return None
    return Bantuan(
        program=program,
        status=TANDA.get(tanda) or StatusBantuan.TIDAK_DIKETAHUI,
        periode=periode or None,
        asli=mask_text(tanda) or None,
    )


def menyatakan_meninggal(label: str) -> bool:
    """Whether a life label says that the person has died."""
    return slug(label) in _MENINGGAL
