"""The columns of the delimited DTKS file (BNBA), and how its headers are matched."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Final

from adapters.siks_ng.schema import BarisBnba
from gateway.domain.importing import FileRefused, KodeMasalah, Masalah
from gateway.kit.table import slug

PEMISAH: Final = "|"

JUDUL_BNBA: Final[tuple[str, ...]] = (
    "ID DTKS", "PROVINSI", "KABUPATEN/KOTA", "KECAMATAN", "DESA/KELUARAHAN", "ALAMAT", "DUSUN",
    "RT", "RW", "NOKK", "NIK", "NAMA", "TANGGAL LAHIR", "TEMPAT LAHIR", "JENIS KELAMIN",
    "PEKERJAAN", "NAMA IBU KANDUNG", "HUB KELUARGA", "KETERANGAN PADAN", "BANSOS BPNT",
    "BANSOS PKH", "BANSOS BPNT-PPKM", "PBI JKN",
)  # fmt: skip
"""The current header, with the misspelling that the real one has."""

JUDUL_BNBA_LAMA: Final[tuple[str, ...]] = (
    "ID DTKS", "PROVINSI", "KABUPATEN/KOTA", "KECAMATAN", "DESA/KELURAHAN", "ALAMAT", "DUSUN",
    "RT", "RW", "NOMOR KK", "NOMOR NIK", "NAMA", "TANGGAL LAHIR", "TEMPAT LAHIR", "JENIS KELAMIN",
    "NAMA IBU KANDUNG", "HUBUNGAN KELUARGA",
)  # fmt: skip
"""The older header: neither work nor matching nor programmes."""

_EJAAN: Final[Mapping[str, tuple[str, ...]]] = {
    "desa_keluarahan": ("desa-kelurahan", "desa", "kelurahan"),
    "kabupaten_kota": ("kabupaten", "kab-kota"),
    "nokk": ("no-kk", "nomor-kk", "nkk"),
    "nik": ("nomor-nik",),
    "nama": ("nama-lengkap",),
    "hub_keluarga": ("hubungan-keluarga",),
    "bansos_bpnt_ppkm": ("bansos-bnpt-ppkm",),
}
"""Further spellings of a header, by the field of `BarisBnba`."""

_FIELD_MENURUT_SLUG: Final[dict[str, str]] = {
    ejaan: field
    for field in BarisBnba.__struct_fields__
    for ejaan in (field.replace("_", "-"), *_EJAAN.get(field, ()))
}
_JUDUL: Final[dict[str, str]] = dict(zip(BarisBnba.__struct_fields__, JUDUL_BNBA, strict=True))
_WAJIB: Final[tuple[str, ...]] = tuple(
    _FIELD_MENURUT_SLUG[slug(judul)] for judul in JUDUL_BNBA_LAMA
)


class TataKolom:
    """Where each field of a BNBA row stands in one file. Raises FileRefused for another header."""

    def __init__(self, judul: Sequence[str], baris: int = 1) -> None:
        self.lebar = len(judul)
        self.judul: dict[str, str] = {}
        self.lain: list[tuple[str, int]] = []
        tempat: dict[str, int] = {}
        for n, teks in enumerate(judul):
            kunci = slug(teks)
            field = _FIELD_MENURUT_SLUG.get(kunci)
            if field is None:
                self.lain.append((kunci or f"kolom-{n + 1}", n))
            elif field in tempat:
                raise _judul_asing(baris, f"kolom {_JUDUL[field]} ada dua kali")
            else:
                tempat[field] = n
                self.judul[field] = teks.strip()
        kurang = [_JUDUL[field] for field in _WAJIB if field not in tempat]
        if kurang:
            raise _judul_asing(baris, "kolom tidak ditemukan: " + ", ".join(kurang))
        self.kolom_nomor = (tempat["nik"], tempat["nokk"])
        self.kolom_pengenal = (tempat["id_dtks"],)
        # A column that the file lacks is read from the empty cell that is put after the last one.
        self._ambil = itemgetter(
            *(tempat.get(field, self.lebar) for field in BarisBnba.__struct_fields__)
        )

    def baca(self, sel: list[str]) -> BarisBnba:
        """The row in the order of the schema; `sel` has exactly `lebar` cells and is used up."""
        sel.append("")
        return BarisBnba(*self._ambil(sel))


def mirip_bnba(judul: Sequence[str]) -> bool:
    """Whether these headers can only be meant as a BNBA file."""
    kenal = {_FIELD_MENURUT_SLUG.get(slug(teks)) for teks in judul}
    return {"nik", "nama", "nokk", "nama_ibu_kandung"} <= kenal


def _judul_asing(baris: int, pesan: str) -> FileRefused:
    return FileRefused(
        Masalah(kode=KodeMasalah.HEADER_UNKNOWN, pesan=f"judul kolom: {pesan}", baris=baris)
    )
