"""The categories of a record: texts, numbers of the usual order, or a list of both."""

from collections.abc import Iterator

from msgspec import structs

from adapters.sijosku.codes import VERSI_DAFTAR
from adapters.sijosku.reading import Konteks, Reading, RekamanDitolak
from adapters.sijosku.schema import KategoriWire
from gateway.domain.importing import KodeMasalah
from gateway.domain.ppks import Kategori, SkemaKategori
from gateway.domain.taxonomy import PPKS_26, KategoriAmbigu, baca_kategori, baca_ragam
from gateway.kit.mask import mask_text

_DAFTAR = f"sijosku-kategori@{VERSI_DAFTAR}"
_NAMA_BAKU = {entry.nomor: entry.nama for entry in PPKS_26}
_SKEMA = {skema.value: skema for skema in SkemaKategori}


def baca_daftar_kategori(reading: Reading, konteks: Konteks) -> tuple[Kategori, ...]:
    """The categories in our slugs; missing or unknown ones are flagged and kept as written.

    Raises RekamanDitolak for a text that stands for several categories.
    """
    found = (_satu(reading, told) for told in _told(reading, konteks))
    return tuple(kategori for kategori in found if kategori is not None)


def _told(reading: Reading, konteks: Konteks) -> Iterator[KategoriWire]:
    kategori = reading.wire.kategori
    if isinstance(kategori, tuple):
        yield from kategori
        return
    nomor = _nomor(reading)
    name = reading.text("kategori") or konteks.kategori or ""
    if not name and nomor is not None and konteks.nomor_baku:
        name = _NAMA_BAKU.get(nomor, "")
    if name:
        yield KategoriWire(nama=name, nomor=nomor, subjenis=reading.text("subjenis") or None)
    elif number := reading.text("kategori_id"):
        pesan = "kategori hanya berupa nomor; nomor setempat tidak berarti sama di mana-mana"
        reading.flag(KodeMasalah.CODE_UNKNOWN, "kategori", pesan, number)
    else:
        reading.flag(KodeMasalah.VALUE_MISSING, "kategori", "kategori tidak disebut")


def _nomor(reading: Reading) -> int | None:
    text = reading.text("kategori_id")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else None


def _satu(reading: Reading, told: KategoriWire) -> Kategori | None:
    try:
        kategori = baca_kategori(told.nama, nomor=told.nomor, skema=_SKEMA.get(told.skema or ""))
    except KategoriAmbigu:
        pesan = "singkatan kategori berarti lebih dari satu; tulis nama lengkapnya"
        raise RekamanDitolak(KodeMasalah.AMBIGUOUS_CATEGORY, pesan, "kategori") from None
    if kategori is None:
        pesan = "kategori tidak dikenal; disimpan sebagaimana tertulis"
        reading.flag(KodeMasalah.CODE_UNKNOWN, "kategori", pesan)
        reading.keep("kategori", told.nama, _DAFTAR)
        return None
    return structs.replace(
        kategori, subjenis=_subjenis(reading, told.subjenis), asli=mask_text(told.nama)
    )


def _subjenis(reading: Reading, text: str | None) -> str | None:
    """Our slug of a kind of disability; other kinds stay as the source wrote them."""
    if not text:
        return None
    ragam = baca_ragam(text)
    if ragam is None:
        return mask_text(text)
    if ragam != text:
        reading.keep("subjenis", text, _DAFTAR)
    return ragam
