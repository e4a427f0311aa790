"""Which shape a row has, the mapper of each shape, and the golden cases' doors to them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from adapters.siks_ng.bnba import PemetaBnba
from adapters.siks_ng.columns import TataKolom
from adapters.siks_ng.dtks import petakan_dtks
from adapters.siks_ng.dtsen_a import petakan_anggota, petakan_keluarga
from adapters.siks_ng.dtsen_b import petakan_penduduk
from adapters.siks_ng.dtsen_c import petakan_berkode
from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.objek import kunci, samakan_kunci
from adapters.siks_ng.temuan import baris_ditolak
from gateway.domain.importing import Baris, FileRefused, KodeMasalah, Masalah

Pemeta = Callable[[dict[str, Any], Konteks, int], Baris]
"""(object under compared keys, context, row number) -> row."""


class PemetaBaris(Protocol):
    """Maps the rows of one table."""

    @property
    def kolom_nomor(self) -> tuple[int, ...]:
        """Cells that hold NIK and KK: a spreadsheet's number there has lost digits."""

    @property
    def kolom_pengenal(self) -> tuple[int, ...]:
        """Cells that hold the source's own number, which may be shorter than that."""

    def petakan(self, sel: list[str], baris: int) -> Baris:
        """One row of cells without surrounding blanks."""


_TANDA: Final[tuple[tuple[frozenset[str], Pemeta], ...]] = (
    (frozenset({"nomor_induk_kependudukan", "nomor_kartu_keluarga"}), petakan_penduduk),
    (frozenset({"nama_kepala_keluarga", "anggota"}), petakan_keluarga),
    (
        frozenset({"id_hub_kepala_keluarga", "status_dtsen", "cut_off_keluarga"}),
        petakan_berkode,
    ),
    (
        frozenset({"hub_kepala_keluarga", "pekerjaan_utama", "id_keluarga"}),
        petakan_anggota,
    ),
    (frozenset({"idsemesta", "first_sk", "padankan_at"}), petakan_dtks),
)
"""Keys of which one suffices to know a shape, in the order in which the shapes are tried."""

_NIK: Final = frozenset({"nik", "nomor_induk_kependudukan"})
_NOMOR: Final = _NIK | {"no_kk", "nokk", "nomor_kartu_keluarga"}
_PENGENAL: Final = frozenset({"idsemesta", "id_keluarga"})


def pemeta_untuk(nama_kunci: Iterable[str]) -> Pemeta | None:
    """The mapper of the shape that has these compared keys, or None."""
    ada = set(nama_kunci)
    return next((pemeta for tanda, pemeta in _TANDA if ada & tanda), None)


def petakan_objek(objek: Mapping[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One object of any known shape."""
    isi = samakan_kunci(objek)
    pemeta = pemeta_untuk(isi)
    if pemeta is None:
        pesan = "kunci objek ini bukan bentuk DTKS atau DTSEN yang dikenal"
        return baris_ditolak(baris, KodeMasalah.HEADER_UNKNOWN, pesan)
    return pemeta(isi, konteks, baris)


class PemetaTabel:
    """Maps rows of a table whose headers are the keys of a JSON shape."""

    def __init__(self, judul: Sequence[str], pemeta: Pemeta, konteks: Konteks) -> None:
        self._kunci = [kunci(teks) for teks in judul]
        self._pemeta = pemeta
        self._konteks = konteks
        self.kolom_nomor = tuple(n for n, k in enumerate(self._kunci) if k in _NOMOR)
        self.kolom_pengenal = tuple(n for n, k in enumerate(self._kunci) if k in _PENGENAL)

    def petakan(self, sel: list[str], baris: int) -> Baris:
        """One row of cells."""
        if len(sel) != len(self._kunci):
            return baris_ditolak(baris, KodeMasalah.COLUMN_COUNT)
        return self._pemeta(dict(zip(self._kunci, sel, strict=True)), self._konteks, baris)


def pemeta_tabel(judul: Sequence[str], konteks: Konteks, baris: int = 1) -> PemetaBaris:
    """The mapper for a table with these headers. Raises FileRefused for an unknown layout."""
    nama_kunci = {kunci(teks) for teks in judul}
    pemeta = pemeta_untuk(nama_kunci)
    if pemeta is not None and nama_kunci & _NIK:
        _tolak_judul_ganda(judul, baris)
        return PemetaTabel(judul, pemeta, konteks)
    return PemetaBnba(TataKolom(judul, baris), konteks)


def _tolak_judul_ganda(judul: Sequence[str], baris: int) -> None:
    """Raises FileRefused where two columns have one key: the last one would win unseen."""
    ada: set[str] = set()
    for teks in filter(None, map(kunci, judul)):
        if teks in ada:
            pesan = f"judul kolom: kolom {teks} ada dua kali"
            raise FileRefused(Masalah(kode=KodeMasalah.HEADER_UNKNOWN, pesan=pesan, baris=baris))
        ada.add(teks)


class _WilayahTetap:
    """Stands in for the area index: every place is the one that the case names, or unknown."""

    def __init__(self, kode: str | None) -> None:
        self._kode = kode

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        """The case's code, where the source names a place at all."""
        return self._kode if provinsi or kab_kota or kecamatan or desa else None

    def name(self, kode: str) -> str | None:  # noqa: ARG002 -- the index protocol names it
        """No names."""
        return None


def _konteks(settings: Mapping[str, str]) -> Konteks:
    return Konteks(settings, _WilayahTetap(settings.get("kode_wilayah")))


def _golden_tabel(wire: bytes, settings: Mapping[str, str]) -> object:
    judul, *baris = wire.decode().splitlines()
    pemeta = pemeta_tabel(judul.split("|"), _konteks(settings))
    return [pemeta.petakan(teks.split("|"), n) for n, teks in enumerate(baris, 2)]


def _golden_objek(wire: bytes, settings: Mapping[str, str]) -> object:
    return petakan_objek(msgspec.json.decode(wire), _konteks(settings), 1)


GOLDEN: Final[Mapping[str, Callable[[bytes, Mapping[str, str]], object]]] = {
    "tabel": _golden_tabel,
    "objek": _golden_objek,
}
"""`tabel`: header and rows with `|`; `objek`: one JSON object. The setting `kode_wilayah` is the
answer of the area index; every other setting is an option of the file source."""
