"""What was noticed while one row was read: reasons to refuse it, and oddities beside it."""

from typing import Final

from gateway.domain.importing import Baris, Isi, KodeMasalah, Masalah
from gateway.domain.person import Peringatan

PESAN: Final[dict[KodeMasalah, str]] = {
    KodeMasalah.COLUMN_COUNT: (
        "jumlah kolom baris ini berbeda dari judul; periksa tanda | atau ganti baris di dalam isian"
    ),
    KodeMasalah.VALUE_MISSING: "isian ini kosong; lengkapi lalu impor ulang baris ini",
    KodeMasalah.VALUE_FORMAT: "isian ini tidak dapat dibaca; periksa bentuk dan aksaranya",
    KodeMasalah.NIK_FORMAT: "harus tepat 16 angka dan ditulis sebagai teks",
    KodeMasalah.NIK_FLOAT: (
        "tersimpan sebagai bilangan sehingga angka terakhir hilang; "
        "ekspor ulang dengan kolom berformat teks"
    ),
    KodeMasalah.DATE_FORMAT: "tanggal tidak ada di kalender; tulis hh/bb/tttt atau tttt-bb-hh",
    KodeMasalah.CODE_UNKNOWN: "tidak ada di dalam daftar kode yang berlaku; nilai asli disimpan",
    KodeMasalah.REGION_UNRESOLVED: (
        "wilayah tidak dikenali sampai tingkat yang ditulis; samakan ejaannya dengan Kemendagri"
    ),
    KodeMasalah.VERSION_MISSING: "desil tanpa versi data; tambahkan pilihan versi saat mengimpor",
}
TIDAK_DIIMPOR: Final = "; tidak diimpor"
"""Ends every problem that refuses a row or a person, so that an operator sees what is missing."""

_EKOR_NOL: Final = "berakhir 000: mungkin pernah dibuka sebagai bilangan; bandingkan dengan kartu"


class Temuan:
    """Collects what is found in one row (counted from 1). No text holds a value of the row."""

    __slots__ = ("_masalah", "_peringatan", "baris", "ditolak")

    def __init__(self, baris: int) -> None:
        self.baris = baris
        self.ditolak = False
        # Most rows have nothing to say: no list until there is.
        self._masalah: list[Masalah] | None = None
        self._peringatan: list[Peringatan] | None = None

    def tolak(self, kode: KodeMasalah, kolom: str | None = None, pesan: str | None = None) -> None:
        """Refuse the row; reading goes on, so that the operator sees every problem at once."""
        self.ditolak = True
        self._catat(kode, kolom, (pesan or PESAN[kode]) + TIDAK_DIIMPOR)

    def tandai(
        self,
        kode: KodeMasalah,
        kolom: str | None = None,
        *,
        atribut: str | None = None,
        pesan: str | None = None,
    ) -> None:
        """Keep the row, but tell the operator and leave a warning in the record."""
        kalimat = pesan or PESAN[kode]
        self._catat(kode, kolom, kalimat)
        if self._peringatan is None:
            self._peringatan = []
        self._peringatan.append(Peringatan(kode=kode.value, atribut=atribut, pesan=kalimat))

    def tandai_ekor_nol(self, kolom: str, atribut: str) -> None:
        """Flag a number that has probably been through a spreadsheet's number format."""
        self.tandai(KodeMasalah.NIK_FLOAT, kolom, atribut=atribut, pesan=_EKOR_NOL)

    @property
    def peringatan(self) -> tuple[Peringatan, ...]:
        """The warnings for the record."""
        return tuple(self._peringatan) if self._peringatan else ()

    @property
    def masalah(self) -> tuple[Masalah, ...]:
        """The problems for the operator."""
        return tuple(self._masalah) if self._masalah else ()

    def baris_jadi(self, isi: tuple[Isi, ...]) -> Baris:
        """The finished row; its contents are dropped where the row was refused."""
        return Baris(
            baris=self.baris,
            isi=() if self.ditolak else isi,
            masalah=self.masalah,
        )

    def _catat(self, kode: KodeMasalah, kolom: str | None, pesan: str) -> None:
        if self._masalah is None:
            self._masalah = []
        self._masalah.append(Masalah(kode=kode, pesan=pesan, baris=self.baris, kolom=kolom))


def baris_ditolak(
    baris: int, kode: KodeMasalah, pesan: str | None = None, kolom: str | None = None
) -> Baris:
    """A row that was refused before any of its values was looked at."""
    temuan = Temuan(baris)
    temuan.tolak(kode, kolom, pesan)
    return temuan.baris_jadi(())


def menolak(masalah: Masalah) -> bool:
    """Whether the problem kept a row or a person out."""
    return masalah.pesan.endswith(TIDAK_DIIMPOR)


def gabung(bagian: list[Baris]) -> Baris:
    """One row out of the rows that its parts became; what was refused in one stays out alone."""
    return Baris(
        baris=bagian[0].baris,
        isi=tuple(isi for b in bagian for isi in b.isi),
        masalah=tuple(masalah for b in bagian for masalah in b.masalah),
    )
