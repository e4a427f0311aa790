"""How every field of a full record is read: tables, and the small readers of single values."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from gateway.domain.codes import (
    HUBUNGAN_DUKCAPIL,
    PENDIDIKAN,
    baca_hubungan_dukcapil,
    baca_jenis_kelamin,
    baca_pendidikan,
    baca_rt_rw,
    baca_status_kawin,
    baca_tanggal,
)
from gateway.domain.nik import is_sixteen_digits
from gateway.kit.table import slug

REGION_FIELDS: Final = ("no_prop", "no_kab", "no_kec", "no_kel")
_UNKNOWN_BLOOD: Final = frozenset({"tidak-tahu", ""})
_POSTAL_DIGITS: Final = 5


class UnreadableError(ValueError):
    """A value outside what is known of its field; carries nothing of it."""


def text_of(value: int | str) -> str | None:
    """The trimmed text; None where nothing is left of it."""
    return str(value).strip() or None


def _number16(value: int | str) -> str | None:
    if value == 0:
        return None
    digits = f"{value:016d}" if isinstance(value, int) else value.strip()
    if digits and not is_sixteen_digits(digits):
        raise UnreadableError
    return digits or None


def _date(value: int | str) -> date | None:
    text = text_of(value)
    return None if text is None else baca_tanggal(text)


def _blood_type(value: int | str) -> str | None:
    text = str(value).strip()
    return None if slug(text) in _UNKNOWN_BLOOD else text.upper()


def _postal_code(value: int | str) -> str | None:
    if value == 0:
        return None
    return str(value).zfill(_POSTAL_DIGITS) if isinstance(value, int) else text_of(value)


def _rt_rw(value: int | str) -> str | None:
    return baca_rt_rw(str(value))


def _coded(read: Callable[[str], object | None]) -> Callable[[int | str], object | None]:
    def reader(value: int | str) -> object | None:
        text = text_of(value)
        if text is None:
            return None
        if (known := read(text)) is None:
            raise UnreadableError
        return known

    return reader


class Rule(msgspec.Struct, frozen=True):
    """How one wire field becomes one attribute; with `daftar` the source's text is kept as well."""

    attribute: str
    field: str
    read: Callable[[int | str], Any]
    daftar: str | None = None
    keeps_raw: bool = False


PERSON: Final = (
    Rule("nik", "nik", _number16),
    Rule("no_kk", "no_kk", _number16),
    Rule("nama_lengkap", "nama_lgkp", text_of),
    Rule("tempat_lahir", "tmpt_lhr", text_of),
    Rule("tanggal_lahir", "tgl_lhr", _date, None, True),
    Rule("jenis_kelamin", "jenis_klmin", _coded(baca_jenis_kelamin), "dukcapil-jenis-klmin", True),
    Rule("agama", "agama", text_of),
    Rule("status_kawin", "status_kawin", _coded(baca_status_kawin), "dukcapil-status-kawin", True),
    Rule("pekerjaan", "jenis_pkrjn", text_of),
    Rule("pendidikan", "pddk_akh", _coded(baca_pendidikan), PENDIDIKAN.label, True),
    Rule("golongan_darah", "gol_darah", _blood_type, "dukcapil-gol-darah", True),
    Rule("nama_ibu_kandung", "nama_lgkp_ibu", text_of),
    Rule("nama_ayah", "nama_lgkp_ayah", text_of),
    Rule(
        "status_hubungan_keluarga",
        "stat_hbkel",
        _coded(baca_hubungan_dukcapil),
        HUBUNGAN_DUKCAPIL.label,
        True,
    ),
    Rule("provinsi", "prop_name", text_of),
    Rule("kab_kota", "kab_name", text_of),
    Rule("kecamatan", "kec_name", text_of),
    Rule("desa_kelurahan", "kel_name", text_of),
    Rule("nik_ayah", "nik_ayah", _number16),
    Rule("nik_ibu", "nik_ibu", _number16),
    Rule("no_akta_lahir", "no_akta_lhr", text_of),
    Rule("no_akta_kawin", "no_akta_kwn", text_of),
    Rule("tanggal_kawin", "tgl_kwn", _date, None, True),
    Rule("no_akta_cerai", "no_akta_crai", text_of),
    Rule("tanggal_cerai", "tgl_crai", _date, None, True),
    Rule("status_ektp", "ektp_status", text_of),
    Rule("catatan_disabilitas", "pnydng_cct", text_of),
)

ADDRESS: Final = (
    Rule("jalan", "alamat", text_of),
    Rule("dusun", "dusun", text_of),
    Rule("rt", "no_rt", _rt_rw),
    Rule("rw", "no_rw", _rt_rw),
    Rule("kode_pos", "kode_pos", _postal_code),
)

ATTRIBUTE_OF: Final = {
    **{rule.field.upper(): rule.attribute for rule in PERSON},
    **{rule.field.upper(): f"alamat.{rule.attribute}" for rule in ADDRESS},
    **dict.fromkeys((name.upper() for name in REGION_FIELDS), "kode_wilayah"),
}
"""Wire name -> canonical attribute, the parts of the address with dots."""
