"""Invents people: the same seed gives the same people, and none of their NIKs can belong to anyone.

District code 99 has never been given out, so a NIK `PPKK99...` belongs to nobody.
"""

import random
from datetime import date, timedelta
from typing import Final

from gateway.domain.person import (
    Alamat,
    HubunganKeluarga,
    JenisKelamin,
    Penduduk,
    StatusKawin,
    StatusPenduduk,
)
from gateway.domain.wilayah import tabel_bawaan

_MALE: Final = (
    "AHMAD",
    "BUDI",
    "DARMAWAN",
    "FAJAR",
    "HENDRA",
    "IRWAN",
    "JOKO",
    "MUHAMMAD",
    "RIZAL",
    "SLAMET",
    "SYAHRIL",
    "TAUFIK",
    "WAHYU",
    "YUSUF",
    "ZAINAL",
)
_FEMALE: Final = (
    "AISYAH", "DEWI", "FATIMAH", "HALIMAH", "INDAH", "KARTINI", "LESTARI", "MARIANI", "NURHAYATI",
    "RATNA", "RUKMINI", "SITI", "SRI", "WULAN", "YULIANA",
)  # fmt: skip
_LAST: Final = (
    "ABDULLAH", "HIDAYAT", "KUSUMA", "LESTARI", "MAHENDRA", "NASUTION", "PRATAMA", "RAHMAN",
    "SAPUTRA", "SIREGAR", "SULAIMAN", "SUSANTO", "UTAMA", "WIBOWO", "WIJAYA",
)  # fmt: skip
_WORK: Final = (
    "BELUM/TIDAK BEKERJA", "MENGURUS RUMAH TANGGA", "PETANI/PEKEBUN", "NELAYAN/PERIKANAN",
    "BURUH HARIAN LEPAS", "WIRASWASTA", "KARYAWAN SWASTA",
)  # fmt: skip
_FAITHS: Final = ("ISLAM", "ISLAM", "ISLAM", "ISLAM", "KRISTEN", "KATHOLIK")
_MARITAL: Final = (StatusKawin.BELUM_KAWIN, StatusKawin.KAWIN, StatusKawin.CERAI_MATI)
_OLDEST: Final = date(1945, 1, 1)
_ADULTS_UNTIL: Final = date(2006, 1, 1)
_CHILDREN_FROM: Final = date(2010, 1, 1)
_CHILDREN_UNTIL: Final = date(2023, 1, 1)
_FEMALE_DAYS: Final = 40


class Inventor:
    """Invents one person after another."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people need no secrecy
        self._serial: dict[str, int] = {}

    def person(self, area: str, district: str, *, child: bool = False) -> Penduduk:
        """A resident of a district (`64.02.06`, `Tenggarong`)."""
        chance = self._random
        sex = chance.choice((JenisKelamin.L, JenisKelamin.P))
        born = self._birthday(child=child)
        regency = area[:5]
        given = chance.choice(_MALE if sex is JenisKelamin.L else _FEMALE)
        return Penduduk(
            nik=self._number(regency, born, sex),
            no_kk=self._number(regency, date(2015, 6, 15), JenisKelamin.L),
            nama_lengkap=f"CONTOH {given} {chance.choice(_LAST)}",
            tempat_lahir=_name(regency).upper(),
            tanggal_lahir=born,
            jenis_kelamin=sex,
            agama=chance.choice(_FAITHS),
            status_kawin=StatusKawin.BELUM_KAWIN if child else chance.choice(_MARITAL),
            pekerjaan="PELAJAR/MAHASISWA" if child else chance.choice(_WORK),
            golongan_darah=chance.choice(("A", "B", "AB", "O", None)),
            nama_ibu_kandung=f"CONTOH {chance.choice(_FEMALE)}",
            nama_ayah=f"CONTOH {chance.choice(_MALE)}",
            status_hubungan_keluarga=(
                HubunganKeluarga.ANAK if child else HubunganKeluarga.KEPALA_KELUARGA
            ),
            alamat=Alamat(
                jalan=f"JL. CONTOH NO. {chance.randint(1, 99)}",
                rt=f"{chance.randint(1, 12):03}",
                rw=f"{chance.randint(1, 6):03}",
            ),
            kode_wilayah=area,
            provinsi=_name(area[:2]).upper(),
            kab_kota=_name(regency).upper(),
            kecamatan=district.upper(),
            desa_kelurahan="CONTOH HILIR",
            status_penduduk=StatusPenduduk.AKTIF,
        )

    def _birthday(self, *, child: bool) -> date:
        first, last = (_CHILDREN_FROM, _CHILDREN_UNTIL) if child else (_OLDEST, _ADULTS_UNTIL)
        return first + timedelta(days=self._random.randrange((last - first).days))

    def _number(self, regency: str, day: date, sex: JenisKelamin) -> str:
        shift = _FEMALE_DAYS if sex is JenisKelamin.P else 0
        stem = f"{regency.replace('.', '')}99{day.day + shift:02}{day:%m%y}"
        self._serial[stem] = self._serial.get(stem, 0) + 1
        return f"{stem}{self._serial[stem]:04}"


def _name(kode: str) -> str:
    """`Kabupaten Kutai Kartanegara` -> `Kutai Kartanegara`, as the registry writes regencies."""
    return tabel_bawaan()[kode].nama.removeprefix("Kabupaten ")
