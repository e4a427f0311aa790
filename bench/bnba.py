"""Writes a BNBA file of invented people, and knows the invented villages that it names."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.wilayah import Wilayah, tabel_bawaan

HEADER: Final = (
    "ID DTKS|PROVINSI|KABUPATEN/KOTA|KECAMATAN|DESA/KELUARAHAN|ALAMAT|DUSUN|RT|RW|NOKK|NIK|NAMA|"
    "TANGGAL LAHIR|TEMPAT LAHIR|JENIS KELAMIN|PEKERJAAN|NAMA IBU KANDUNG|HUB KELUARGA|"
    "KETERANGAN PADAN|BANSOS BPNT|BANSOS PKH|BANSOS BPNT-PPKM|PBI JKN"
)

_REGENCY: Final = "64.02"
_DISTRICTS: Final = ("Contoh Hulu", "Contoh Hilir", "Contoh Tengah", "Contoh Seberang")
_VILLAGES: Final = ("Sungai", "Tanjung", "Muara", "Bukit", "Teluk", "Loa", "Jembayan", "Handil",
                    "Kota", "Rapak")  # fmt: skip
_GIVEN: Final = ("AHMAD", "BUDI", "DARMAWAN", "DEWI", "FATIMAH", "HALIMAH", "HENDRA", "IRWAN",
                 "JUNAIDI", "KARTINI", "LESTARI", "MARIANI", "MUHAMMAD", "NURHAYATI", "RATNA",
                 "RUKMINI", "SAHRUDDIN", "SITI", "SYAHRIL", "ZAINAL")  # fmt: skip
_FAMILY: Final = ("ABDULLAH", "HIDAYAT", "KUSUMA", "MAHENDRA", "NASUTION", "PRATAMA", "RAHMAN",
                  "SAPUTRA", "SULAIMAN", "SUSANTO", "UTAMA", "WIBOWO", "WIJAYA")  # fmt: skip
_STREETS: Final = ("JL. CONTOH", "JL. POROS CONTOH", "GG. CONTOH DAMAI", "JL. MAWAR CONTOH")
_WORK: Final = ("Belum/Tidak Bekerja", "Mengurus Rumah Tangga", "Petani/Pekebun",
                "Nelayan/Perikanan", "Buruh Harian Lepas", "Wiraswasta", "Pelajar/Mahasiswa",
                "Karyawan Swasta", "Pedagang", "Tukang Kayu")  # fmt: skip
_RELATIONS: Final = ("Kepala Keluarga", "Istri", "Anak", "Anak", "Cucu", "Famili Lain")
_MATCHES: Final = ("Padan Dukcapil",) * 9 + ("Tidak Padan",)
_FLAGS: Final = ("YA", "TIDAK", "TIDAK")
_OLDEST: Final = date(1940, 1, 1)
_DAYS: Final = 30_000
_WOMEN: Final = 40
_SEED: Final = 20_261_120


def area_names() -> IndeksWilayah:
    """The built-in areas and forty invented villages of four invented districts."""
    return IndeksWilayah([*tabel_bawaan().values(), *_invented_areas()])


def write_bnba(path: Path, rows: int) -> None:
    """A file with this many rows, always the same: families of four, no NIK twice.

    One row in 500 has a birth date that does not exist (refused), one in 200 a village that the
    table of areas does not know (stored with a warning).
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        file.writelines("|".join(cells) + "\n" for cells in _people(rows))


def _invented_areas() -> Iterator[Wilayah]:
    for number, district in enumerate(_DISTRICTS, 95):
        code = f"{_REGENCY}.{number}"
        yield _area(code, district)
        for place, village in enumerate(_VILLAGES, 2001):
            yield _area(f"{code}.{place}", f"{village} {district}")


def _area(code: str, name: str) -> Wilayah:
    return Wilayah(kode=code, nama=name, edisi_pertama=2025, edisi_terakhir=2025)


def _people(rows: int) -> Iterator[tuple[str, ...]]:
    dice = random.Random(_SEED)
    house: tuple[str, ...] = ()
    for number in range(rows):
        if number % 4 == 0:
            house = _house(dice, number)
        born = _OLDEST + timedelta(days=dice.randrange(_DAYS))
        woman = dice.random() < 0.5
        day = born.day + _WOMEN * woman
        nik = f"64{number // 9999 % 99 + 1:02}99{day:02}{born:%m%y}{number % 9999 + 1:04}"
        name = f"CONTOH {dice.choice(_GIVEN)} {dice.choice(_FAMILY)}"
        yield (
            f"64029900-{number // 10_000:04}-{number % 10_000:04}",
            *house,
            nik,
            name,
            "31/02/1980" if number % 500 == 499 else f"{born:%d/%m/%Y}",
            "TENGGARONG",
            "P" if woman else "L",
            dice.choice(_WORK),
            f"CONTOH {dice.choice(_GIVEN)}",
            dice.choice(_RELATIONS),
            dice.choice(_MATCHES),
            *(dice.choice(_FLAGS) for _ in range(4)),
        )


def _house(dice: random.Random, number: int) -> tuple[str, ...]:
    district = dice.choice(_DISTRICTS)
    village = f"{dice.choice(_VILLAGES)} {district}"
    if dice.random() < 0.005:
        village = "Contoh Tak Dikenal"
    return (
        "KALIMANTAN TIMUR",
        "KAB. KUTAI KARTANEGARA",
        district.upper(),
        village.upper(),
        f"{dice.choice(_STREETS)} NO {dice.randrange(1, 200)}",
        f"DUSUN {dice.choice(('I', 'II', 'III'))}",
        f"{dice.randrange(1, 30):03}",
        f"{dice.randrange(1, 10):03}",
        f"64029901012{number // 4:05}",
    )
