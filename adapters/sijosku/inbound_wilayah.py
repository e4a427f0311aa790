"""Where a record lies: a dotted code, else the names, else the area that the system answers for."""

from typing import Final

from adapters.sijosku.reading import Konteks, Reading
from gateway.domain.importing import KodeMasalah
from gateway.domain.wilayah import leluhur, parse_kode

_LEVELS: Final = ("provinsi", "kabupaten", "kecamatan", "kelurahan")
_ATTRIBUTES: Final = ("provinsi", "kab_kota", "kecamatan", "desa_kelurahan")


def baca_kode_wilayah(reading: Reading, konteks: Konteks) -> str:
    """The deepest Kemendagri code that the record proves; what it fails to prove is flagged."""
    if text := reading.text("kode_wilayah"):
        try:
            return parse_kode(text)
        except ValueError:
            pesan = "kode_wilayah harus kode Kemendagri bertitik, misalnya 65.01.05.1001"
            reading.flag(KodeMasalah.REGION_UNRESOLVED, "kode_wilayah", pesan, text)
    names = _names(reading, konteks)
    kode = konteks.wilayah.resolve(*names) or konteks.kode_wilayah
    told = max((depth for depth, name in enumerate(names, 1) if name), default=0)
    if kode.count(".") + 1 < told:
        pesan = "nama wilayah tidak ditemukan sampai tingkat yang disebut; periksa ejaannya"
        reading.flag(KodeMasalah.REGION_UNRESOLVED, _ATTRIBUTES[told - 1], pesan)
    return kode


def _names(
    reading: Reading, konteks: Konteks
) -> tuple[str | None, str | None, str | None, str | None]:
    """The names from the province down; upper ones that are not told follow from the context."""
    upper = [konteks.wilayah.name(kode) for kode in reversed(tuple(leluhur(konteks.kode_wilayah)))]
    upper += [None] * (len(_LEVELS) - len(upper))
    provinsi, kab, kec, desa = (
        reading.text(level) or known for level, known in zip(_LEVELS, upper, strict=True)
    )
    return provinsi, kab, kec, desa
