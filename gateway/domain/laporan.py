"""A report as people read it: facts, tables and remarks, before it is a page, a sheet or JSON."""

import msgspec

Cell = str | int


class Bagian(msgspec.Struct, frozen=True, kw_only=True):
    """One table. A cell without a value is an empty text."""

    nama: str
    kolom: tuple[str, ...]
    baris: tuple[tuple[Cell, ...], ...]


class Laporan(msgspec.Struct, frozen=True, kw_only=True):
    """One report. The tables of one report have the same columns but for the first one's name."""

    judul: str
    fakta: tuple[tuple[str, str], ...]
    """Name and value, in the order in which they are shown."""
    bagian: tuple[Bagian, ...]
    catatan: tuple[str, ...] = ()
    penanda: tuple[str, ...] = ()
    """Lines that are left to be filled in by hand where it is signed."""
