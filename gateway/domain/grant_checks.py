"""Checks of a grant before it is stored: every field that is wrong, and what would be right."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Final

from gateway.domain.errors import FieldError
from gateway.domain.grant import ATRIBUT_PPKS, SEMUA, Grant, JenisGrant, Kelas, StatusGrant
from gateway.domain.grant_types import (
    ATRIBUT_KELAS_TINGGI,
    ATURAN,
    JENIS_KELAS_RENDAH,
    PERLU,
    TINGKAT_SAMARAN,
)
from gateway.domain.taxonomy import PAS_12, PPKS_26, PSKS_12
from gateway.domain.wilayah import parse_kode

Wrong = Iterator[FieldError]

KODE_KATEGORI: Final = frozenset(entry.kode for entry in (*PPKS_26, *PAS_12, *PSKS_12))
_TUJUAN: Final = re.compile(r"P(-[A-Z0-9]+)+")
_WRITTEN: Final = ("tujuan", "dasar_hukum", "nomor_pks", "dibuat_oleh")
_NAMES: Final = ("atribut", "atribut_cocok")
_MOST_SHOWN: Final = 3
_LEAST_PART: Final = 3


def periksa_grant(grant: Grant) -> tuple[FieldError, ...]:
    """All that is wrong with a grant; empty where it may be stored and put in force."""
    return tuple(wrong for check in _CHECKS for wrong in check(grant))


def wilayah_tak_dikenal(grant: Grant, dikenal: Callable[[str], bool]) -> tuple[str, ...]:
    """The granted areas that no table knows: perhaps misspelt, perhaps newer than the table."""
    return tuple(sorted(kode for kode in grant.wilayah - {SEMUA} if not dikenal(kode)))


def _words(grant: Grant) -> Wrong:
    for field in _WRITTEN:
        if not getattr(grant, field).strip():
            yield FieldError(field, "wajib diisi / must be given")
    if grant.tujuan.strip() and not _TUJUAN.fullmatch(grant.tujuan):
        yield FieldError("tujuan", "kode seperti / a code like `P-BANSOS`")


def _times(grant: Grant) -> Wrong:
    if grant.berlaku_dari >= grant.berlaku_sampai:
        yield FieldError("berlaku_sampai", "harus sesudah / must come after berlaku_dari")
    if grant.pks_berlaku_sampai is None:
        yield FieldError(
            "pks_berlaku_sampai", "wajib: akhir perjanjian / must be given: the agreement's end"
        )
    elif grant.berlaku_sampai > grant.pks_berlaku_sampai:
        yield FieldError(
            "berlaku_sampai",
            "tidak boleh melewati / must not come after pks_berlaku_sampai "
            f"({grant.pks_berlaku_sampai.isoformat()})",
        )


def _second_person(grant: Grant) -> Wrong:
    if grant.status is StatusGrant.AKTIF and grant.disetujui_oleh in (None, grant.dibuat_oleh):
        yield FieldError(
            "disetujui_oleh",
            "harus orang lain daripada pembuat / must be a different person than dibuat_oleh",
        )


def _numbers(grant: Grant) -> Wrong:
    for field in ("cari_per_hari", "baris_per_hari", "ambang_sel", "maks_umur"):
        value = getattr(grant, field)
        if value != SEMUA and value < 0:
            yield FieldError(field, "tidak boleh negatif / must not be negative")


def _attributes(grant: Grant) -> Wrong:
    rule = ATURAN[grant.jenis]
    for field in _NAMES:
        told, allowed = getattr(grant, field), getattr(rule, field)
        yield from _unknown(field, told - ATRIBUT_PPKS, ATRIBUT_PPKS)
        if beyond := (told & ATRIBUT_PPKS) - allowed:
            yield FieldError(field, f"{_not_for(grant, beyond)}; {_allowed(allowed)}")


def _scopes(grant: Grant) -> Wrong:
    allowed = ATURAN[grant.jenis].scopes
    if not grant.scopes:
        yield FieldError("scopes", f"wajib diisi / must be given; {_allowed(allowed)}")
    if beyond := grant.scopes - allowed:
        yield FieldError("scopes", f"{_not_for(grant, beyond)}; {_allowed(allowed)}")


def _needed(grant: Grant) -> Wrong:
    """What the scopes need; what the type has no meaning for."""
    needed = {field: scope for scope in sorted(grant.scopes) for field in PERLU[scope]}
    idle = ATURAN[grant.jenis].tanpa
    for field, scope in needed.items():
        if not getattr(grant, field) and field not in idle:
            yield FieldError(field, f"wajib untuk / needed for {scope}: {_example(field)}")
    for field in idle:
        if getattr(grant, field):
            yield FieldError(
                field, f"tanpa arti dalam / means nothing in {grant.jenis}; hapus / leave it out"
            )


def _categories(grant: Grant) -> Wrong:
    yield from _unknown("kategori", grant.kategori - {SEMUA} - KODE_KATEGORI, KODE_KATEGORI)


def _areas(grant: Grant) -> Wrong:
    for area in sorted(grant.wilayah - {SEMUA}):
        try:
            parse_kode(area)
        except ValueError as error:
            yield FieldError("wilayah", f"{area}: {error}")


def _level(grant: Grant) -> Wrong:
    if grant.tingkat_wilayah is None:
        return
    if not ATURAN[grant.jenis].samaran:
        yield FieldError("tingkat_wilayah", "hanya dalam / only in SAMARAN; hapus / leave it out")
    elif grant.tingkat_wilayah not in TINGKAT_SAMARAN:
        yield FieldError(
            "tingkat_wilayah", f"terlalu rinci / too fine; {_allowed(TINGKAT_SAMARAN)}"
        )


def _small_cells(grant: Grant) -> Wrong:
    if grant.jenis is not JenisGrant.STATISTIK:
        for field in ("sel_kecil", "ambang_sel"):
            if getattr(grant, field):
                yield FieldError(field, "hanya dalam / only in STATISTIK; hapus / leave it out")
    elif grant.sel_kecil and grant.ambang_sel:
        yield FieldError("ambang_sel", "tanpa arti dengan / means nothing with sel_kecil")
    elif grant.sel_kecil and grant.kelas is Kelas.RENDAH:
        yield FieldError("sel_kecil", "hanya kelas / only of the class TINGGI")


def _engagement(grant: Grant) -> Wrong:
    engagement = grant.penugasan
    if engagement is None:
        return
    if grant.jenis is not JenisGrant.AUDIT:
        yield FieldError("penugasan", "hanya dalam / only in AUDIT; hapus / leave it out")
    if not engagement.kode.strip():
        yield FieldError("penugasan.kode", "wajib diisi / must be given")
    if engagement.log_sejak >= engagement.log_sampai:
        yield FieldError("penugasan.log_sampai", "harus sesudah / must come after log_sejak")
    for field in ("client_id", "nomor_pks"):
        if not getattr(engagement, field):
            yield FieldError(f"penugasan.{field}", "nama, atau `*` = semua / names, or `*` = all")


def _low_class(grant: Grant) -> Wrong:
    if grant.kelas is not Kelas.RENDAH:
        return
    if grant.jenis not in JENIS_KELAS_RENDAH:
        yield FieldError("kelas", f"RENDAH: jenis {_allowed(JENIS_KELAS_RENDAH)}")
    if high := grant.atribut & ATRIBUT_KELAS_TINGGI:
        yield FieldError("atribut", f"hanya kelas / only of the class TINGGI: {_listed(high)}")
    if grant.walau_dibatasi is not None:
        yield FieldError("walau_dibatasi", "hanya kelas / only of the class TINGGI")
    if grant.baris_per_hari == SEMUA:
        yield FieldError("baris_per_hari", "kelas RENDAH: angka / a number, not `*`")


_CHECKS: Final[tuple[Callable[[Grant], Iterable[FieldError]], ...]] = (
    _words,
    _times,
    _second_person,
    _scopes,
    _attributes,
    _needed,
    _categories,
    _areas,
    _level,
    _numbers,
    _small_cells,
    _engagement,
    _low_class,
)


def _unknown(field: str, names: Collection[str], known: Collection[str]) -> Wrong:
    for name in sorted(names):
        longer = [each for each in sorted(known) if len(name) >= _LEAST_PART and name in each]
        similar = get_close_matches(name, sorted(known), n=_MOST_SHOWN, cutoff=0.5)
        near = [*dict.fromkeys((*longer, *similar))][:_MOST_SHOWN]
        hint = f"; mungkin / perhaps: {', '.join(near)}" if near else ""
        yield FieldError(field, f"tidak dikenal / unknown: {name}{hint}")


def _not_for(grant: Grant, names: Collection[str]) -> str:
    return f"tidak dalam jenis / not in the type {grant.jenis}: {_listed(names)}"


def _allowed(names: Collection[Any]) -> str:
    return f"boleh / may be: {_listed(names) or '(kosong / nothing)'}"


def _listed(names: Collection[Any]) -> str:
    return ", ".join(sorted(map(str, names)))


def _example(field: str) -> str:
    return {
        "cari_per_hari": "angka / a number of lookups",
        "baris_per_hari": "angka / a number of records, `*` = tanpa batas / without a limit",
        "wilayah": "kode / codes like 64.02, `*` = semua / all",
        "penugasan": "bagian catatan yang diperiksa / what of the log is audited",
        "kategori": "kode / codes like ppks:lanjut-usia-terlantar, `*` = semua / all",
    }.get(field, "nama atribut / names of attributes")
