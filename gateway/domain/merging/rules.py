"""Which source's word counts: the table of rules, read and checked."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import resources
from typing import Final

import msgspec

from gateway.domain.ppks import StatusPpks

ATRIBUT_GABUNG: Final = frozenset(("kategori", "bantuan", "kebutuhan"))
"""Attributes that are lists, and so can be joined."""

ATRIBUT_DIATUR: Final = ATRIBUT_GABUNG | frozenset(
    (
        "nik",
        "no_kk",
        "nama_lengkap",
        "tempat_lahir",
        "tanggal_lahir",
        "jenis_kelamin",
        "agama",
        "status_kawin",
        "pekerjaan",
        "pendidikan",
        "golongan_darah",
        "nama_ibu_kandung",
        "nama_ayah",
        "status_hubungan_keluarga",
        "alamat",
        "kode_wilayah",
        "provinsi",
        "kab_kota",
        "kecamatan",
        "desa_kelurahan",
        "status_penduduk",
        "catatan_disabilitas",
        "status",
        "padan",
        "dtks",
        "keberadaan",
    )
)
"""Attributes of which a record holds one word, whoever told it; each has one rule."""

_LONGEST_VERSION: Final = 40


class AturanSalah(ValueError):
    """The table cannot be used; one sentence for each problem."""

    def __init__(self, masalah: tuple[str, ...]) -> None:
        super().__init__("; ".join(masalah))
        self.masalah = masalah


class Penentu(StrEnum):
    """What may decide between two sources."""

    SUMBER = "sumber"
    TINGKAT = "tingkat"
    PADAN = "padan"
    KESEGARAN = "kesegaran"


class Aturan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule, for some attributes."""

    atribut: tuple[str, ...]
    urutan: tuple[Penentu, ...]
    sumber: tuple[str, ...] = ()
    bersama: bool = False
    gabung: bool = False


class AturanGabung(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table, under the name by which records note it."""

    versi: str
    tingkat: Mapping[StatusPpks, int]
    aturan: tuple[Aturan, ...]


def baca_aturan(text: str) -> AturanGabung:
    """A table from its TOML text. Raises AturanSalah with every problem."""
    try:
        rules = msgspec.convert(tomllib.loads(text), AturanGabung)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AturanSalah((str(error),)) from None
    if problems := tuple(_problems(rules)):
        raise AturanSalah(problems)
    return rules


def aturan_bawaan() -> AturanGabung:
    """The table that comes with the program."""
    return baca_aturan(resources.files(__package__).joinpath("rules.toml").read_text("utf-8"))


def _problems(rules: AturanGabung) -> Iterator[str]:
    if not 0 < len(rules.versi) <= _LONGEST_VERSION:
        yield f"versi: give the table a name of 1 to {_LONGEST_VERSION} characters"
    if missing := sorted({*StatusPpks} - {*rules.tingkat}):
        yield f"[tingkat]: add a number for {', '.join(missing)}"
    ruled = Counter(name for rule in rules.aturan for name in rule.atribut)
    if unruled := sorted(ATRIBUT_DIATUR - set(ruled)):
        yield f"no rule names {', '.join(unruled)}: add each to the `atribut` of one [[aturan]]"
    for name, count in sorted(ruled.items()):
        if name not in ATRIBUT_DIATUR:
            yield f"{name}: no attribute that can be merged; remove it"
        elif count > 1:
            yield f"{name}: named {count} times; leave it in one rule"
    for number, rule in enumerate(rules.aturan, 1):
        yield from (f"[[aturan]] {number}: {problem}" for problem in _rule_problems(rule))


def _rule_problems(rule: Aturan) -> Iterator[str]:
    if not rule.atribut:
        yield "name at least one attribute in `atribut`"
    if not rule.urutan:
        yield f"name what decides in `urutan`: {', '.join(Penentu)}"
    if (Penentu.SUMBER in rule.urutan) != bool(rule.sumber):
        yield "`sumber` in `urutan` and the list `sumber` belong together"
    if rule.gabung and rule.bersama:
        yield "`gabung` and `bersama` exclude each other"
    if rule.gabung and (single := sorted({*rule.atribut} - ATRIBUT_GABUNG)):
        yield f"`gabung` is for lists; {', '.join(single)} holds one value"
