"""The aid programmes (bantuan) and the names under which the systems know them."""

from typing import Final

import msgspec

from gateway.kit.table import CodeTable


class Program(msgspec.Struct, frozen=True):
    """One programme: stable slug, full name, and further wordings of the sources."""

    slug: str
    nama: str
    alias: tuple[str, ...] = ()


PROGRAM: Final[tuple[Program, ...]] = (
    Program("pkh", "Program Keluarga Harapan", ("BANSOS PKH",)),
    Program(
        "bpnt",
        "Bantuan Pangan Non Tunai",
        (
            "BANSOS BPNT",
            "Sembako",
            "Program Sembako",
            "Kartu Sembako",
            "Sembako/BPNT",
            "BPNT/Sembako",
        ),
    ),
    # SIKS-NG writes the name of this flag with two letters swapped.
    Program("bpnt-ppkm", "BPNT masa PPKM", ("BANSOS BPNT-PPKM", "BNPT-PPKM")),
    Program("bst", "Bantuan Sosial Tunai", ("BANSOS BST",)),
    Program(
        "pbi-jk",
        "Penerima Bantuan Iuran Jaminan Kesehatan",
        ("PBI", "PBI JKN", "PBI Nasional", "PBI Nas", "PBI APBN", "BANSOS PBI"),
    ),
    Program("pbi-pemda", "Penerima bantuan iuran dari pemerintah daerah", ("PBI APBD",)),
    Program("blt", "Bantuan Langsung Tunai"),
    Program("blt-bbm", "Bantuan Langsung Tunai BBM"),
    Program("blt-dd", "Bantuan Langsung Tunai Dana Desa", ("BLT Desa", "BLT Dana Desa")),
    Program("atensi", "Asistensi Rehabilitasi Sosial", ("Program ATENSI",)),
    Program("pena", "Pahlawan Ekonomi Nusantara"),
    Program("permakanan", "Permakanan", ("Program Permakanan",)),
    Program("rutilahu", "Rumah Tidak Layak Huni", ("Bantuan Rutilahu", "Rutihu", "RTLH")),
    Program("sembako-adaptif", "Sembako Adaptif"),
    Program("yapi", "Bantuan Anak Yatim Piatu", ("Yatim Piatu",)),
    Program("pip", "Program Indonesia Pintar", ("KIP", "Kartu Indonesia Pintar")),
    Program("kube", "Kelompok Usaha Bersama"),
    Program("subsidi-listrik", "Subsidi Listrik"),
    Program("subsidi-pupuk", "Subsidi Pupuk", ("Pupuk",)),
    Program("subsidi-lpg", "Subsidi LPG", ("LPG",)),
    Program("bansos-daerah", "Bantuan Sosial Daerah", ("Bansos Pemda", "Bantuan Pemda")),
)

_TABEL: Final = CodeTable(
    "program-bantuan", "1", {p.slug: (p.slug, p.nama, *p.alias) for p in PROGRAM}
)


def baca_program(teks: str) -> str | None:
    """The slug of a programme, or None for an unknown name; case and punctuation do not matter."""
    return _TABEL.get(teks)
