"""Reads the scalars of one JSON object (or table row), keeping raw codes beside the readings."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from adapters.siks_ng import isian
from adapters.siks_ng.codes import BENAR, KOLOM_SURVEI
from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.schema import Nilai
from adapters.siks_ng.temuan import Temuan
from gateway.domain.codes import Skema, tabel
from gateway.domain.importing import KodeMasalah
from gateway.domain.person import NilaiAsli
from gateway.kit.mask import mask_text
from gateway.kit.table import CodeTable, slug

S = TypeVar("S", bound=msgspec.Struct)
V = TypeVar("V", bound=str)

_KODE_ASING: Final = (
    "kode wilayah ini bukan kode Kemendagri, atau sistemnya tidak disebut "
    "(pilihan sistem_wilayah); nilai asli disimpan"
)
_LETAK: Final = re.compile(r"\$\.([a-z_]+)")


@lru_cache(maxsize=4096)
def kunci(nama: str) -> str:
    """A key or header without case and punctuation: `ID Keluarga` -> `id_keluarga`."""
    return slug(nama).replace("-", "_")


def samakan_kunci(objek: Mapping[str, Any]) -> dict[str, Any]:
    """The object under compared keys."""
    return {kunci(nama): nilai for nama, nilai in objek.items()}


def teks(nilai: Nilai) -> str:
    """The scalar as text without surrounding blanks; empty where there is none."""
    if nilai is None:
        return ""
    if isinstance(nilai, bool):
        return "true" if nilai else "false"
    if isinstance(nilai, float) and nilai.is_integer():
        return str(int(nilai))
    hasil = str(nilai).strip()
    if hasil.isascii() and "\0" not in hasil:
        return hasil
    # Half a surrogate pair or a NUL cannot be stored or sent on.
    return hasil.replace("\0", "").encode("utf-8", "replace").decode()


class Objek:
    """One object on its way to a record: its raw codes, what has no place, its findings."""

    def __init__(self, isi: Mapping[str, Any], konteks: Konteks, temuan: Temuan) -> None:
        """`isi` has compared keys."""
        self.isi = isi
        self.konteks = konteks
        self.temuan = temuan
        self.asli: dict[str, NilaiAsli] = {}
        self.tambahan: dict[str, str] = {}

    def sebagai(self, bentuk: type[S]) -> S | None:
        """The object as one of the schema's shapes; None, and refused, where it does not fit."""
        try:
            return msgspec.convert(self.isi, bentuk)
        except msgspec.ValidationError as error:
            letak = _LETAK.search(str(error))
            self.temuan.tolak(KodeMasalah.VALUE_FORMAT, letak[1] if letak else None)
            return None

    def nik(self, nilai: Nilai, kolom: str) -> isian.TeksAda:
        """A NIK; one that came as a number has lost digits and refuses the row."""
        return isian.nik(self._nomor(nilai, kolom), kolom, self.temuan)

    def no_kk(self, nilai: Nilai, kolom: str) -> isian.TeksAda:
        """A family card's number, under the same rule."""
        return isian.no_kk(self._nomor(nilai, kolom), kolom, self.temuan)

    def tanggal(self, nilai: Nilai, kolom: str) -> date | UnsetType:
        """A date; the time of day that some exports add is left off."""
        hari = teks(nilai).partition("T")[0].partition(" ")[0]
        return isian.tanggal(hari, kolom, self.konteks, self.temuan)

    def kode(self, atribut: str, kolom: str, nilai: Nilai, daftar: CodeTable[V]) -> V | UnsetType:
        """A coded value by its list; the raw text stays in `asli`, an unknown one is flagged."""
        if not (isi := teks(nilai)):
            return UNSET
        self.asli[atribut] = NilaiAsli(teks=mask_text(isi), daftar=daftar.label)
        if (hasil := daftar.get(isi)) is None:
            self.temuan.tandai(KodeMasalah.CODE_UNKNOWN, kolom, atribut=atribut)
            return UNSET
        return hasil

    def wilayah(self, kode: Nilai, nama: tuple[str, str, str, str], kolom: str) -> isian.TeksAda:
        """The area by its code where the code's system is known, else by its names.

        The source's code stays in `asli`: its digits alone would not say whose they are.
        """
        if isi := teks(kode):
            self.asli["kode_wilayah"] = NilaiAsli(teks=isi, daftar=self.konteks.daftar_wilayah)
            if dibaca := self.konteks.kode_kemendagri(isi):
                return dibaca
            if not any(nama):
                self.temuan.tandai(
                    KodeMasalah.REGION_UNRESOLVED, kolom, atribut="kode_wilayah", pesan=_KODE_ASING
                )
        return isian.wilayah(nama, kolom, self.konteks, self.temuan)

    def benar(self, kolom: str, nilai: Nilai) -> bool:
        """A yes or no; an unknown word is flagged and counts as no."""
        isi = teks(nilai)
        if isi and BENAR.get(isi) is None:
            self.temuan.tandai(KodeMasalah.CODE_UNKNOWN, kolom)
        return BENAR.get(isi) is True

    def simpan_sisa(self, dibaca: Collection[str], diabaikan: Collection[str] = ()) -> None:
        """Keep every other key: survey answers by their list, all else as it came."""
        for nama, nilai in self.isi.items():
            if nama in dibaca or nama in diabaikan:
                continue
            isi = teks(nilai) if not isinstance(nilai, dict | list) else _sebagai_json(nilai)
            if isi:
                self._simpan(nama, mask_text(isi))

    def _simpan(self, nama: str, isi: str) -> None:
        kolom = nama.removeprefix("id_")
        daftar = KOLOM_SURVEI.get(kolom)
        if daftar is None:
            self.tambahan[nama] = isi
            return
        tabel_kode = tabel(daftar, Skema.DTSEN)
        self.asli[kolom] = NilaiAsli(teks=isi, daftar=tabel_kode.label)
        arti = tabel_kode.get(isi)
        # Only a code is owed to a list; the labels of shape B are free wording.
        if arti is None and kolom != nama:
            self.temuan.tandai(KodeMasalah.CODE_UNKNOWN, nama, atribut=kolom)
        self.tambahan[kolom] = arti or isi

    def _nomor(self, nilai: Nilai, kolom: str) -> str:
        if isinstance(nilai, int | float) and not isinstance(nilai, bool) and nilai != 0:
            self.temuan.tolak(KodeMasalah.NIK_FLOAT, kolom)
            return ""
        return teks(nilai)


def _sebagai_json(nilai: Any) -> str:
    return teks(json.dumps(nilai, ensure_ascii=False))
