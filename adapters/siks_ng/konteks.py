"""What the operator says about a whole file or service, and the look-ups that every row shares."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import UNSET, UnsetType

from gateway.domain.codes import baca_tanggal
from gateway.domain.importing import FileOption, FileRefused, KodeMasalah, Masalah, WilayahIndex
from gateway.domain.ppks import Kategori, SkemaKategori
from gateway.domain.taxonomy import KategoriAmbigu, baca_kategori, baca_ragam
from gateway.domain.wilayah import SistemKode, baca_kode

SISTEM: Final = "siks_ng"

PILIHAN: Final = (
    FileOption(name="tahun", help="tahun data (empat angka); berkas BNBA tidak memuatnya"),
    FileOption(name="versi", help='versi data, misalnya "DTSEN Versi 4 Des 2025"'),
    FileOption(
        name="kategori",
        help=(
            "kategori PPKS atau ragam disabilitas semua orang di dalam berkas; "
            "beberapa dipisah titik koma"
        ),
    ),
    FileOption(name="sistem_wilayah", help="arti kode wilayah tanpa titik: kemendagri atau bps"),
    FileOption(name="encoding", help="aksara berkas teks: utf-8 (bawaan) atau cp1252"),
)

_DISABILITAS: Final = "ppks:penyandang-disabilitas"
_BUKAN_TANGGAL: Final = frozenset({"-", "0000-00-00", "00/00/0000", "00-00-0000"})


class Konteks:
    """The settings of one reading, checked, with bounded caches of what comes again and again.

    Raises FileRefused for a setting that cannot be meant.
    """

    def __init__(self, settings: Mapping[str, str], wilayah: WilayahIndex) -> None:
        self.tahun = _tahun(settings.get("tahun", ""))
        self.versi = settings.get("versi", "").strip() or None
        self.kategori = _kategori(settings.get("kategori", ""))
        self.encoding = _satu_dari("encoding", settings, ("utf-8", "cp1252"))
        sistem = _satu_dari("sistem_wilayah", settings, ("", *SistemKode))
        self._sistem_wilayah = SistemKode(sistem) if sistem else None
        self._index = wilayah
        self.wilayah = lru_cache(maxsize=100_000)(self._wilayah)
        self.tanggal = lru_cache(maxsize=65_536)(_tanggal)

    @property
    def edisi(self) -> str | None:
        """The edition of the data: the version if one was told, else the year."""
        return self.versi or self.tahun

    @property
    def daftar_wilayah(self) -> str:
        """Under which name a source's own area code is kept."""
        return f"kode-wilayah-{self._sistem_wilayah or 'tanpa-sistem'}"

    def lengkapi_versi(self, versi: str) -> None:
        """Take the version that the file tells of itself, unless the operator told one."""
        self.versi = self.versi or versi.strip() or None

    def kode_kemendagri(self, teks: str) -> str | None:
        """A source's area code in our dotted form; None for BPS's, a bare or a broken one."""
        try:
            kode = baca_kode(teks, self._sistem_wilayah)
        except ValueError:
            return None
        return kode if isinstance(kode, str) else None

    def _wilayah(
        self, provinsi: str, kab_kota: str, kecamatan: str, desa: str
    ) -> tuple[str | None, bool]:
        """The deepest code that the names prove, and whether it is as deep as the names go."""
        nama = (provinsi, kab_kota, kecamatan, desa)
        dalam = max((n for n, teks in enumerate(nama, 1) if teks), default=0)
        if not dalam:
            return None, True
        kode = self._index.resolve(*(n or None for n in nama))
        return kode, kode is not None and kode.count(".") + 1 >= dalam


def _tanggal(teks: str) -> date | UnsetType | None:
    """The date, UNSET for a placeholder, None for a text that is no date."""
    if teks in _BUKAN_TANGGAL:
        return UNSET
    try:
        return baca_tanggal(teks)
    except ValueError:
        return None


def _tahun(teks: str) -> str | None:
    teks = teks.strip()
    if not teks:
        return None
    if len(teks) == 4 and teks.isascii() and teks.isdigit():
        return teks
    raise _pilihan_salah("tahun", "tulis empat angka, misalnya 2024")


def _satu_dari(nama: str, settings: Mapping[str, str], boleh: tuple[str, ...]) -> str:
    """One of the allowed texts; the first is the default."""
    teks = settings.get(nama, "").strip().lower() or boleh[0]
    if teks not in boleh:
        raise _pilihan_salah(nama, "pilih " + " atau ".join(b for b in boleh if b))
    return teks


def _kategori(teks: str) -> tuple[Kategori, ...]:
    return tuple(_satu_kategori(bagian.strip()) for bagian in teks.split(";") if bagian.strip())


def _satu_kategori(teks: str) -> Kategori:
    ragam = baca_ragam(teks)
    if ragam is not None:
        return Kategori(kode=_DISABILITAS, skema=SkemaKategori.PPKS_2012, subjenis=ragam, asli=teks)
    try:
        kategori = baca_kategori(teks)
    except KategoriAmbigu as error:
        pesan = f"pilihan kategori bermakna ganda; pilih salah satu: {', '.join(error.kandidat)}"
        raise FileRefused(Masalah(kode=KodeMasalah.AMBIGUOUS_CATEGORY, pesan=pesan)) from None
    if kategori is None:
        pesan = "pilihan kategori tidak ada di dalam daftar PPKS"
        raise FileRefused(Masalah(kode=KodeMasalah.CODE_UNKNOWN, pesan=pesan))
    return kategori


def _pilihan_salah(nama: str, saran: str) -> FileRefused:
    pesan = f"pilihan {nama} tidak dapat dipakai: {saran}"
    return FileRefused(Masalah(kode=KodeMasalah.VALUE_FORMAT, pesan=pesan))
