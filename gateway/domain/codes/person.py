"""Sex, marital status and education: codes and labels of BPS, DTSEN and the civil registry."""

from typing import Final

from gateway.domain.person import JenisKelamin, StatusKawin
from gateway.kit.table import CodeTable

JENIS_KELAMIN: Final = CodeTable(
    "jenis-kelamin",
    "regsosek-dtsen",
    {
        JenisKelamin.L: ("1", "L", "LK", "Laki-laki", "Lakilaki", "Laki", "Pria"),
        JenisKelamin.P: ("2", "P", "PR", "Perempuan", "Wanita"),
    },
)

STATUS_KAWIN: Final = CodeTable(
    "status-kawin",
    "regsosek-dtsen",
    {
        StatusKawin.BELUM_KAWIN: (
            "1",
            "Belum kawin",
            "Belum kawin/nikah",
            "Belum menikah",
            "Belum",
        ),
        StatusKawin.KAWIN: (
            "2",
            "Kawin",
            "Kawin/nikah",
            "Menikah",
            "Nikah",
            "Kawin tercatat",
            "Kawin belum tercatat",
            "Kawin tidak tercatat",
        ),
        StatusKawin.CERAI_HIDUP: (
            "3",
            "Cerai hidup",
            "Cerai hidup tercatat",
            "Cerai hidup belum tercatat",
            "Cerai tercatat",
            "Cerai belum tercatat",
        ),
        StatusKawin.CERAI_MATI: (
            "4",
            "Cerai mati",
        ),
    },
)

# The registry spells one level in many ways; BPS joins D1 to D3, the registry sets D3 apart.
PENDIDIKAN: Final = CodeTable(
    "pendidikan",
    "siak",
    {
        "tidak-sekolah": (
            "Tidak/belum sekolah",
            "Belum/tidak sekolah",
            "Tidak sekolah",
            "Belum sekolah",
            "Tidak/belum pernah sekolah",
        ),
        "belum-tamat-sd": (
            "Belum tamat SD/sederajat",
            "Belum tamat SD",
            "Tidak tamat SD/sederajat",
            "Tidak tamat SD",
            "Tidak/belum tamat SD",
            "Tidak/belum tamat SD/sederajat",
        ),
        "sd": (
            "Tamat SD/sederajat",
            "SD/sederajat",
            "Tamat SD",
            "SD",
            "MI",
            "SD/MI",
            "Paket A",
            "SDLB",
        ),
        "smp": (
            "SLTP/sederajat",
            "SMP/sederajat",
            "Tamat SLTP/sederajat",
            "Tamat SMP/sederajat",
            "SLTP",
            "SMP",
            "Tamat SMP",
            "Tamat SLTP",
            "MTs",
            "SMP/MTs",
            "Paket B",
            "SMPLB",
        ),
        "sma": (
            "SLTA/sederajat",
            "SMA/sederajat",
            "Tamat SLTA/sederajat",
            "Tamat SMA/sederajat",
            "SLTA",
            "SMA",
            "SMK",
            "Tamat SMA",
            "Tamat SLTA",
            "MA",
            "MAK",
            "SMA/SMK",
            "SMA/MA",
            "SMA/SMK/MA",
            "Paket C",
            "SMLB",
        ),
        "d1-d2": (
            "Diploma I/II",
            "Diploma I",
            "Diploma II",
            "Diploma 1/2",
            "D1/D2",
            "D1",
            "D2",
            "D-I/II",
        ),
        "d3": (
            "Akademi/Diploma III/S. Muda",
            "Akademi/Diploma III/Sarjana Muda",
            "Diploma III/S. Muda",
            "Akademi/Diploma III",
            "Diploma III",
            "Diploma 3",
            "D3",
            "D-III",
            "Akademi",
        ),
        "d1-d3": ("D1/D2/D3", "D1-D3", "Diploma I/II/III"),
        "d4-s1": (
            "Diploma IV/Strata I",
            "Diploma IV/Strata 1",
            "Diploma 4/Strata 1",
            "Diploma IV",
            "Diploma 4",
            "Strata I",
            "Strata 1",
            "Strata-I/S1",
            "D4/S1",
            "D-IV/S-1",
            "D-IV",
            "S-1",
            "D4",
            "S1",
            "Sarjana",
        ),
        "profesi": ("Profesi",),
        "s2": ("Strata II", "Strata 2", "Strata-II/S2", "S2", "S-2", "Magister"),
        "s3": ("Strata III", "Strata 3", "Strata-III/S3", "S3", "S-3", "Doktor"),
    },
)


def baca_jenis_kelamin(teks: str) -> JenisKelamin | None:
    """L, P, 1, 2 or any wording of them; None where it is none of these."""
    return JENIS_KELAMIN.get(teks)


def baca_status_kawin(teks: str) -> StatusKawin | None:
    """Codes 1-4 or a label of the registry or of BPS; None where it is unknown."""
    return STATUS_KAWIN.get(teks)


def baca_pendidikan(teks: str) -> str | None:
    """One slug per level (`sd`, `smp`, `sma`, `d3`, `d4-s1`...), or None for unknown words.

    Reads words only: the numbers of a coded list are read by `codes.surveys`.
    """
    return PENDIDIKAN.get(teks)
