"""Person rows: one PPKS per row of a sheet or per JSON object."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from adapters.sijosku.berkas.konteks import Impor
from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.berkas.sheet import Row, Sheet
from adapters.sijosku.berkas.tabel import twice
from adapters.sijosku.codes import ATRIBUT, KOLOM
from adapters.sijosku.inbound import ke_rekaman
from adapters.sijosku.reading import Konteks, RekamanDitolak, konteks_of
from adapters.sijosku.schema import FIELDS
from adapters.sijosku.wire import decode_object, sort_fields
from gateway.domain.importing import Baris, KodeMasalah, Masalah

_GABUNGAN: Final = "tempat_tgl_lahir"
_DIGABUNG: Final = frozenset({"tempat_lahir", "tgl_lahir"})
_ORANG: Final = frozenset({"nama", "nik"})
_KATEGORI: Final = frozenset({"kategori", "kategori_id"})
_FIELD: Final[Mapping[str, str]] = {
    **ATRIBUT,
    "no_kk": "nokk",
    "tanggal_lahir": "tgl_lahir",
    "alamat.rt": "rt",
    "alamat.rw": "rw",
    "status": "proses",
}
"""Attribute of a warning -> field of the wire, where the two differ."""


def matches(sheet: Sheet) -> bool:
    """A column of names or of NIK."""
    return any(KOLOM.get(name) in _ORANG for name in sheet.kepala)


def read(sheet: Sheet, impor: Impor) -> Iterator[Baris]:
    """The rows as they are read; memory does not grow. Raises FileRefused."""
    konteks = _konteks(impor)
    columns = _columns(sheet)
    if not _KATEGORI & columns.keys() and konteks.kategori is None:
        pesan = "kolom kategori tidak ada; bila semua baris sekategori: --set kategori=NAMA"
        raise refused(KodeMasalah.HEADER_UNKNOWN, pesan, baris=sheet.baris_kepala)
    for row in sheet.rows:
        if isinstance(row, Row):
            told = dict(zip(sheet.kepala, row.sel, strict=True))
            yield _baris(row.baris, told, columns, konteks)
        else:
            yield row


def read_objects(objects: Iterable[tuple[int, bytes]], impor: Impor) -> Iterator[Baris]:
    """Line and bytes of JSON objects -> rows. Raises FileRefused where `objects` does."""
    konteks = _konteks(impor)
    for baris, item in objects:
        try:
            told = decode_object(item)
        except RekamanDitolak as refusal:
            yield _refused(baris, refusal, None)
        else:
            yield _baris(baris, told, None, konteks)


def _konteks(impor: Impor) -> Konteks:
    pilihan = impor.pilihan
    return msgspec.structs.replace(
        konteks_of(impor.config, impor.wilayah),
        kode_wilayah=pilihan.kode_wilayah,
        kategori=pilihan.kategori,
        nomor_baku=pilihan.nomor_kategori == "baku",
    )


def _columns(sheet: Sheet) -> dict[str, str]:
    """Field -> header of the known columns. Raises FileRefused for one that comes twice."""
    found: dict[str, str] = {}
    for place, name in enumerate(sheet.kepala):
        if (field := KOLOM.get(name)) is None:
            continue
        if field in found:
            raise twice(sheet, place)
        found[field] = name
    if _GABUNGAN in found:
        found |= dict.fromkeys(_DIGABUNG - found.keys(), found[_GABUNGAN])
    return found


def _baris(
    baris: int, told: Mapping[str, Any], columns: Mapping[str, str] | None, konteks: Konteks
) -> Baris:
    try:
        wire, unknown = sort_fields(_fields(told), _known)
        rekaman = ke_rekaman(wire, konteks, unknown)
    except RekamanDitolak as refusal:
        return _refused(baris, refusal, columns)
    masalah = tuple(
        Masalah(
            kode=KodeMasalah(peringatan.kode),
            pesan=peringatan.pesan,
            baris=baris,
            kolom=_header(_FIELD.get(peringatan.atribut or "", peringatan.atribut), columns),
        )
        for peringatan in rekaman.peringatan
    )
    return Baris(baris=baris, isi=(rekaman,), masalah=masalah)


def _refused(baris: int, refusal: RekamanDitolak, columns: Mapping[str, str] | None) -> Baris:
    masalah = Masalah(
        kode=refusal.kode,
        pesan=refusal.pesan,
        baris=baris,
        kolom=_header(refusal.kolom, columns),
    )
    return Baris(baris=baris, masalah=(masalah,))


def _header(field: str | None, columns: Mapping[str, str] | None) -> str | None:
    """The column as it stands in the file; a JSON object has its fields' names only."""
    return field if field is None or columns is None else columns.get(field)


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field, or by the column's own name where it is unknown."""
    named = {KOLOM.get(name) or name: value for name, value in told.items() if name}
    together = named.pop(_GABUNGAN, None)
    if isinstance(together, str):
        place, _, born = together.rpartition(",")
        named.setdefault("tempat_lahir", place.strip())
        named.setdefault("tgl_lahir", born.strip())
    return named


def _known(name: str) -> str | None:
    """A field that a file may speak of: what the interface writes itself is not among them."""
    return name if name in _FILE_FIELDS else None


_FILE_FIELDS: Final = frozenset(FIELDS) - {
    "kunci",
    "versi",
    "asal",
    "diubah_pada",
    "dihapus",
}
