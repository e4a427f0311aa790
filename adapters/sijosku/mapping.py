"""Both ways between SIJOSKU's words and the house's, and the operations of the golden cases."""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from adapters.sijosku.berkas.source import BerkasSijosku
from adapters.sijosku.config import Config
from adapters.sijosku.inbound import ke_rekaman
from adapters.sijosku.outbound import ke_wire
from adapters.sijosku.reading import RekamanDitolak, konteks_of
from adapters.sijosku.schema import RekamanWire
from adapters.sijosku.wire import FieldNames
from gateway.domain.importing import Baris, FileRefused, Masalah
from gateway.domain.ppks import RekamanPpks
from gateway.domain.wilayah import tabel_bawaan

__all__ = ["GOLDEN", "ke_rekaman", "ke_wire"]

_CONFIG: Final = Config()


class _BuiltInAreas:
    """The provinces and regencies that every installation knows; implements `WilayahIndex`."""

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        """The regency's code where its name is told, else the province's."""
        del kecamatan, desa
        prov = _find(provinsi, "")
        return prov and (_find(kab_kota, f"{prov}.") or prov)

    def name(self, kode: str) -> str | None:
        """The name of a province or regency."""
        area = tabel_bawaan().get(kode)
        return None if area is None else area.nama


def _find(name: str | None, above: str) -> str | None:
    return next(
        (
            kode
            for kode, area in tabel_bawaan().items()
            if name and kode.startswith(above) and kode.count(".") == above.count(".")
            if area.nama.lower().removeprefix("kabupaten ") == name.lower()
        ),
        None,
    )


def _rekaman(wire: bytes, settings: Mapping[str, str]) -> RekamanPpks | str:
    """One JSON object of the interface; `settings` are field names. A refusal is its code."""
    record, unknown = FieldNames(settings).decode(wire)
    try:
        return ke_rekaman(record, konteks_of(_CONFIG, _BuiltInAreas()), unknown)
    except RekamanDitolak as refusal:
        return refusal.kode.value


def _kirim(house: bytes, settings: Mapping[str, str]) -> RekamanWire:
    """One record of the house (as JSON) -> what is pushed."""
    return ke_wire(msgspec.json.decode(house, type=RekamanPpks), asal=settings["asal"])


def _berkas(text: bytes, settings: Mapping[str, str]) -> list[Baris] | Masalah:
    """A file's text; `settings` are the operator's options. A refused file is its problem."""
    try:
        return list(BerkasSijosku(_CONFIG).read_open(io.BytesIO(text), settings, _BuiltInAreas()))
    except FileRefused as refusal:
        return refusal.masalah


GOLDEN: Final[Mapping[str, Callable[[bytes, Mapping[str, str]], object]]] = MappingProxyType(
    {"rekaman": _rekaman, "kirim": _kirim, "berkas": _berkas}
)
