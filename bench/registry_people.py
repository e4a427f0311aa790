"""Makes the records of a province of invented people, as many as are wanted, always the same."""

from datetime import date, timedelta
from typing import Final

from gateway.domain.person import Alamat, JenisKelamin, Penduduk
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori
from gateway.domain.taxonomy import PPKS_26

SYSTEM: Final = "contoh"
_OLDEST: Final = date(1940, 1, 1)
_DAYS: Final = 25_000
_REGENCIES: Final = 10
_DISTRICTS: Final = 10
_VILLAGES: Final = 20
_GIVEN: Final = ("AHMAD", "BUDI", "DEWI", "FATIMAH", "HENDRA", "KARTINI", "RATNA", "SITI")
_FAMILY: Final = ("HIDAYAT", "KUSUMA", "MAHENDRA", "PRATAMA", "RAHMAN", "SAPUTRA", "WIBOWO")


def record(number: int) -> RekamanPpks:
    """One of them. Families of four live together; every 26th has the same category."""
    kode = village(number // 4)
    return RekamanPpks(
        sistem=SYSTEM,
        id_sumber=f"R-{number:07}",
        orang=Penduduk(
            nik=nik(number),
            no_kk=f"99{number // 4:014}",
            nama_lengkap=name(number),
            tempat_lahir="TENGGARONG",
            tanggal_lahir=born(number),
            jenis_kelamin=tuple(JenisKelamin)[number % 2],
            pekerjaan="Nelayan/Perikanan",
            nama_ibu_kandung=f"CONTOH {_GIVEN[number % 7]}",
            alamat=Alamat(jalan=f"JL. CONTOH NO {number % 200}", rt="003", rw="001"),
            kode_wilayah=kode,
            provinsi="KALIMANTAN TIMUR",
            kab_kota=f"KAB. CONTOH {kode[3:5]}",
            kecamatan=f"CONTOH {kode[6:8]}",
            desa_kelurahan=f"DESA CONTOH {kode[9:]}",
        ),
        kategori=(Kategori(kode=category(number), skema=SkemaKategori.PPKS_2012),),
        versi="2025",
    )


def nik(number: int) -> str:
    """The person's number, nobody else's."""
    return f"99{number // 9000:04}{born(number):%d%m%y}{number % 9000 + 1:04}"


def name(number: int) -> str:
    """One in 140,000 bears the same."""
    return f"CONTOH {_GIVEN[number % 8]} {_FAMILY[number % 7]} {number % 2_500}"


def born(number: int) -> date:
    """The date of birth."""
    return _OLDEST + timedelta(days=number * 7919 % _DAYS)


def category(number: int) -> str:
    """The code of the one category."""
    return PPKS_26[number % len(PPKS_26)].kode


def village(household: int) -> str:
    """The code of the village in which a household lives: one of two thousand."""
    rest, place = divmod(household, _VILLAGES)
    rest, district = divmod(rest, _DISTRICTS)
    return f"64.{rest % _REGENCIES + 1:02}.{district + 1:02}.{2001 + place}"
