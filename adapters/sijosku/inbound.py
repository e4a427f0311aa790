"""SIJOSKU's record -> the house's record."""

import hashlib
import re
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, UnsetType

from adapters.sijosku.codes import ATRIBUT, PROSES, SISTEM, TAMBAHAN, TANPA_PROSES
from adapters.sijosku.inbound_kategori import baca_daftar_kategori
from adapters.sijosku.inbound_wilayah import baca_kode_wilayah
from adapters.sijosku.reading import Konteks, Reading, RekamanDitolak, as_text, moment
from adapters.sijosku.schema import RekamanWire
from gateway.domain.codes import baca_jenis_kelamin, baca_rt_rw
from gateway.domain.importing import KodeMasalah
from gateway.domain.pengenal import TERPANJANG, bersih, is_dibulatkan, is_hampa
from gateway.domain.person import Alamat, JenisKelamin, Penduduk, Teks
from gateway.domain.ppks import RekamanPpks, StatusPpks
from gateway.kit.mask import mask_text

_ID_TERPANJANG: Final = 200
ID_DARI_NIK: Final = "nik:"
"""Marks a record that has no key but its NIK; the importer completes it with a keyed index."""

_BUKAN_NAMA: Final = re.compile(r"(grand\s+)?(jumlah|total)\b|[\W\d_]*$", re.IGNORECASE)
"""What stands under the names in a line of totals, or in one that numbers the columns."""

_PENGENAL: Final = (
    "nama_lengkap",
    "jenis_kelamin",
    "tempat_lahir",
    "tanggal_lahir",
    "kab_kota",
    "kecamatan",
    "desa_kelurahan",
)
"""Attributes that name a person without a number; aid, presence and dates of data may change."""


def ke_rekaman(
    wire: RekamanWire, konteks: Konteks, tambahan: dict[str, str] | None = None
) -> RekamanPpks:
    """The record in the house's words; `tambahan` = columns that the wire's schema does not know.

    Raises RekamanDitolak where it holds a broken NIK, an ambiguous category, or nothing that names
    the person. Everything else that is odd becomes a warning.
    """
    if wire.dihapus:
        return _tombstone(wire, konteks)
    reading = Reading(wire)
    orang = _orang(reading, konteks)
    kategori = baca_daftar_kategori(reading, konteks)
    status, status_asli = _status(reading)
    return RekamanPpks(
        sistem=SISTEM,
        id_sumber=_id_sumber(reading, orang),
        orang=orang,
        kategori=kategori,
        status=status,
        status_asli=status_asli,
        keberadaan=reading.value("status_keberadaan"),
        versi=_versi(reading),
        diubah_sumber=_diubah(reading, konteks),
        asli=reading.asli,
        tambahan=_tambahan(reading, tambahan or {}),
        peringatan=tuple(reading.peringatan),
    )


def _orang(reading: Reading, konteks: Konteks) -> Penduduk:
    texts: dict[str, Any] = {name: reading.value(field) for name, field in ATRIBUT.items()}
    return Penduduk(
        nik=reading.sixteen("nik", "nik"),
        no_kk=_no_kk(reading),
        tanggal_lahir=reading.date("tgl_lahir", "tanggal_lahir"),
        jenis_kelamin=_jenis_kelamin(reading),
        alamat=_alamat(reading),
        kode_wilayah=baca_kode_wilayah(reading, konteks),
        **texts,
    )


def _no_kk(reading: Reading) -> Teks:
    """The KK number; a broken one costs the number, not the person."""
    try:
        return reading.sixteen("nokk", "no_kk")
    except RekamanDitolak as refusal:
        reading.flag(refusal.kode, "no_kk", refusal.pesan)
        return None


def _jenis_kelamin(reading: Reading) -> JenisKelamin | UnsetType | None:
    text = reading.value("jenis_kelamin")
    if not isinstance(text, str):
        return text
    sex = baca_jenis_kelamin(text)
    if sex is None:
        pesan = "jenis_kelamin tidak dikenal; tulis L atau P"
        reading.flag(KodeMasalah.CODE_UNKNOWN, "jenis_kelamin", pesan, text)
    return sex


def _alamat(reading: Reading) -> Alamat | UnsetType:
    parts = {
        "jalan": reading.value("alamat"),
        "rt": _rt_rw(reading, "rt"),
        "rw": _rt_rw(reading, "rw"),
    }
    if all(part is UNSET for part in parts.values()):
        return UNSET
    return Alamat(**parts)


def _rt_rw(reading: Reading, field: str) -> Teks:
    text = reading.value(field)
    if not isinstance(text, str):
        return text
    number = baca_rt_rw(text)
    if number is None and text.strip("0"):
        reading.flag(KodeMasalah.VALUE_FORMAT, f"alamat.{field}", f"{field} bukan nomor", text)
    return number


def _status(reading: Reading) -> tuple[StatusPpks, str | None]:
    text = reading.text("proses")
    if not text:
        return TANPA_PROSES, None
    status = PROSES.get(text)
    if status is None:
        pesan = f"proses tidak dikenal; dibaca sebagai {TANPA_PROSES}"
        reading.flag(KodeMasalah.CODE_UNKNOWN, "status", pesan)
    reading.keep("status", text, PROSES.label)
    return status or TANPA_PROSES, mask_text(text)


def _id_sumber(reading: Reading, orang: Penduduk) -> str:
    """The source's own key, else the mark for the NIK, else a digest of what names the person."""
    nama = reading.text("nama")
    if len(nama) > TERPANJANG:
        pesan = f"nama lebih dari {TERPANJANG} huruf; periksa tanda kutip dan pemisah"
        raise RekamanDitolak(KodeMasalah.VALUE_FORMAT, pesan, "nama")
    if own := _named(reading.wire):
        return own
    if isinstance(orang.nik, str):
        return ID_DARI_NIK
    if not nama:
        pesan = "baris tanpa id, NIK dan nama tidak dapat dikenali kembali"
        raise RekamanDitolak(KodeMasalah.VALUE_MISSING, pesan, "nama")
    if _BUKAN_NAMA.match(nama):
        pesan = "bukan nama orang: baris jumlah, atau nomor kolom"
        raise RekamanDitolak(KodeMasalah.VALUE_FORMAT, pesan, "nama")
    alamat = orang.alamat or Alamat()
    told = [getattr(orang, name) for name in _PENGENAL] + [alamat.jalan, alamat.rt, alamat.rw]
    named = "\x1f".join(" ".join(str(value or "").casefold().split()) for value in told)
    return "isi:" + hashlib.blake2b(named.encode(), digest_size=16).hexdigest()


def id_sendiri(wire: RekamanWire) -> str | None:
    """The source's key; None where it is a NIK, which must not name the record, or says nothing."""
    told = as_text(wire.id)
    own = bersih(told) if isinstance(told, str) else ""
    return own if own == mask_text(own) and not is_hampa(own) else None


def _named(wire: RekamanWire) -> str | None:
    """The source's key. Raises RekamanDitolak for one that no index holds, or that was rounded."""
    own = id_sendiri(wire)
    if own is not None and len(own) > _ID_TERPANJANG:
        pesan = f"id lebih dari {_ID_TERPANJANG} huruf"
        raise RekamanDitolak(KodeMasalah.VALUE_FORMAT, pesan, "id")
    if own is not None and is_dibulatkan(own):
        pesan = "id dibulatkan lembar kerja; simpan kolom itu sebagai teks"
        raise RekamanDitolak(KodeMasalah.NIK_FLOAT, pesan, "id")
    return own


def _versi(reading: Reading) -> str | None:
    version = reading.wire.versi
    if version is not UNSET and version is not None:
        return str(version)
    return reading.text("tgl_data") or None


def _diubah(reading: Reading, konteks: Konteks) -> datetime | None:
    """When the source changed it; a file tells at best the day of its data."""
    for field in ("diubah_pada", "tgl_data"):
        if text := reading.text(field):
            if told := moment(text, konteks.zona):
                return told
            reading.flag(KodeMasalah.DATE_FORMAT, field, f"{field} bukan waktu yang terbaca")
    return None


def _tambahan(reading: Reading, unknown: dict[str, str]) -> dict[str, str]:
    """What has no place of its own; a stray NIK in it is blotted out."""
    known = {field: text for field in (*TAMBAHAN, "asal") if (text := reading.text(field))}
    return {mask_text(name): mask_text(text) for name, text in {**unknown, **known}.items()}


def _tombstone(wire: RekamanWire, konteks: Konteks) -> RekamanPpks:
    reading = Reading(wire)
    if not (own := _named(wire)):
        pesan = "penghapusan tanpa id yang dapat dipakai"
        raise RekamanDitolak(KodeMasalah.VALUE_MISSING, pesan, "id")
    return RekamanPpks(
        sistem=SISTEM,
        id_sumber=own,
        orang=Penduduk(),
        versi=_versi(reading),
        diubah_sumber=_diubah(reading, konteks),
        dihapus=True,
    )
