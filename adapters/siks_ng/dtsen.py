"""What the DTSEN shapes share: the decile with its version, names of the area, times of change."""

from datetime import UTC, datetime
from typing import Final

from adapters.siks_ng.objek import Objek, teks
from adapters.siks_ng.schema import Nilai
from gateway.domain.codes import baca_desil
from gateway.domain.importing import KodeMasalah
from gateway.domain.person import NilaiAsli
from gateway.domain.ppks import Desil
from gateway.kit.mask import mask_text

_DAFTAR_DESIL: Final = "desil@dtsen"

Nama = tuple[str, str, str, str]
"""Province, regency, district and village, empty where the source tells none."""


def nama_wilayah(provinsi: Nilai, kab_kota: Nilai, kecamatan: Nilai, desa: Nilai) -> Nama:
    """The four names as text."""
    return teks(provinsi), teks(kab_kota), teks(kecamatan), teks(desa)


def desil(objek: Objek, nilai: Nilai, versi: str | None) -> Desil | None:
    """The decile; flagged where it has no version, or is a word or number that no list knows."""
    isi = teks(nilai)
    if not isi:
        return None
    dibaca = baca_desil(isi, versi)
    if dibaca is None:
        objek.asli["desil"] = NilaiAsli(teks=mask_text(isi), daftar=_DAFTAR_DESIL)
        objek.temuan.tandai(KodeMasalah.CODE_UNKNOWN, "desil_nasional", atribut="desil")
    elif versi is None:
        objek.temuan.tandai(KodeMasalah.VERSION_MISSING, "desil_nasional", atribut="desil")
    return dibaca


def waktu(nilai: Nilai) -> datetime | None:
    """When the source changed the row; a time without a zone is taken as UTC."""
    try:
        saat = datetime.fromisoformat(teks(nilai))
        return saat.astimezone(UTC) if saat.tzinfo else saat.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
