"""From a full record in Dukcapil's words to a resident in ours; knows no network and no clock."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from adapters.dukcapil.fields import ADDRESS, ATTRIBUTE_OF, PERSON, REGION_FIELDS, Rule, text_of
from adapters.dukcapil.schema import FIELDS, DataPenduduk, Nilai
from gateway.domain.person import Alamat, NilaiAsli, Penduduk, Peringatan
from gateway.domain.wilayah import KodeWilayahSalah, rakit_kode
from gateway.kit.mask import mask_text
from gateway.kit.struct import Quiet

DAFTAR_WILAYAH: Final = "kemendagri"
"""The answer names no edition of the area codes, so neither do we."""


class Bacaan(Quiet, frozen=True, kw_only=True):
    """What one record says: our reading, the source's own words, and what could not be read."""

    penduduk: Penduduk
    asli: dict[str, NilaiAsli]
    peringatan: tuple[Peringatan, ...]


def read_resident(
    fields: Mapping[str, Nilai], *, granted: Collection[str] = (), unreadable: Collection[str] = ()
) -> Bacaan:
    """Map one record. Never refuses: a value that cannot be read becomes a warning and is left out.

    `granted` names the wire fields to keep (empty = all; NIK always). FOTO has no place here.
    """
    kept = {name: fields[name] for name in FIELDS if name in fields and _keeps(name, granted)}
    reader = _Reader(msgspec.convert(kept, DataPenduduk))
    for name in FIELDS:
        if name in unreadable and _keeps(name, granted):
            reader.warn(ATTRIBUTE_OF.get(name, name.lower()))
    return reader.read()


def _keeps(name: str, granted: Collection[str]) -> bool:
    return not granted or name == "NIK" or name in granted


class _Reader:
    """Applies the rules to one record and gathers raw values and warnings on the way."""

    def __init__(self, record: DataPenduduk) -> None:
        self._record = record
        self._asli: dict[str, NilaiAsli] = {}
        self._peringatan: list[Peringatan] = []

    def read(self) -> Bacaan:
        person = self._apply(PERSON, "")
        address = self._apply(ADDRESS, "alamat.")
        region = self._region()
        penduduk = Penduduk(
            **person,
            alamat=Alamat(**address) if address else UNSET,
            kode_wilayah=region,
        )
        return Bacaan(penduduk=penduduk, asli=self._asli, peringatan=tuple(self._peringatan))

    def warn(self, attribute: str) -> None:
        self._peringatan.append(
            Peringatan(
                kode="NILAI_TIDAK_TERBACA",
                atribut=attribute,
                pesan="nilai dari Dukcapil tidak dikenal",
            )
        )

    def _apply(self, rules: tuple[Rule, ...], prefix: str) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for rule in rules:
            value = getattr(self._record, rule.field)
            if value is None:
                read[rule.attribute] = None
            elif value is not UNSET:
                self._apply_one(rule, prefix + rule.attribute, value, read)
        return read

    def _apply_one(
        self, rule: Rule, attribute: str, value: int | str, read: dict[str, Any]
    ) -> None:
        text = text_of(value)
        if text and rule.keeps_raw:
            # A number that strayed into another column must not travel on as its raw value.
            self._asli[attribute] = NilaiAsli(teks=mask_text(text), daftar=rule.daftar)
        try:
            read[rule.attribute] = rule.read(value)
        except ValueError:
            self.warn(attribute)
            return
        if rule.daftar is None and text == str(read[rule.attribute]):
            self._asli.pop(attribute, None)

    def _region(self) -> Any:
        """The area code as deep as its numbers go; UNSET where none was told."""
        values = [getattr(self._record, name) for name in REGION_FIELDS]
        if all(value is UNSET for value in values):
            return UNSET
        parts = ["" if value in (UNSET, None) else str(value).strip() for value in values]
        if not any(parts):
            return None
        raw = mask_text("/".join(parts))
        self._asli["kode_wilayah"] = NilaiAsli(teks=raw, daftar=DAFTAR_WILAYAH)
        code = _assemble(parts)
        if code is None:
            self.warn("kode_wilayah")
            return UNSET
        return code


def _assemble(parts: list[str]) -> str | None:
    """The dotted code of the numbers before the first gap (0 is a gap); None for a wrong form."""
    gap = next((index for index, part in enumerate(parts) if not part.strip("0")), len(parts))
    if not all(part.isascii() and part.isdigit() for part in parts[:gap]):
        return None
    prov, kab, kec, kel = parts[:gap] + [""] * (len(parts) - gap)
    try:
        return rakit_kode(prov, kab, kec, kel)
    except KodeWilayahSalah:
        return None
