"""What the store holds of persons, read as rows: who told what, and who stands together."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.domain.merging.identity import PALING_BANYAK_SUMBER, Ciri
from gateway.domain.merging.persons import Sumber, Tinjauan, kelompok_orang
from tests.contract.shelf import KEYRING, Shelf

Name = tuple[str, str]
"""System, and the name within it."""


class PeopleTold:
    """One look at the store."""

    def __init__(self) -> None:
        self.rows: dict[Name, Mapping[str, Any]] = {}
        self.systems: dict[str, set[str]] = {}
        """By the id of a record that is read: who tells of it, withdrawn or not."""
        self.persons: dict[str, set[str]] = {}
        """By the same id: the keys of those of whom it may be."""
        self.members: dict[str, set[str]] = {}

    @classmethod
    async def look(cls, shelf: Shelf) -> "PeopleTold":
        """As everything stands now."""
        found = cls()
        for row in await shelf.told():
            name = (row["sistem"], row["id_sumber"])
            assert name not in found.rows
            found.rows[name] = row
            place = row.get("ppks_id", row["id"])
            found.systems.setdefault(place, set()).add(row["sistem"])
            found.persons.setdefault(place, set()).add(row["rujukan"])
            found.members.setdefault(place, set()).add(row["id"])
        shown = {row["id"]: row for row in await shelf.rows("ppks")}
        assert shown.keys() == found.members.keys()
        for place, row in shown.items():
            assert (row["sistem"] == "gabungan") == (len(found.members[place]) > 1)
        return found

    async def grouped_from_the_beginning(self, shelf: Shelf) -> list[tuple[str, ...]]:
        """Who would stand together if all had come at once."""
        pairs = [
            (row["status"], (row["kiri"], row["kanan"])) for row in await shelf.rows("padanan")
        ]
        same, different = (
            frozenset(pair for status, pair in pairs if status == wanted)
            for wanted in ("DITERIMA", "DITOLAK")
        )
        alike = Counter(row["rujukan"] for row in self.rows.values() if not row["dihapus"])
        assert max(alike.values(), default=0) <= PALING_BANYAK_SUMBER
        sources = [_source(row) for row in self.rows.values()]
        today: date = shelf.clock().date()
        return kelompok_orang(sources, Tinjauan(sama=same, beda=different), today)


def _source(row: Mapping[str, Any]) -> Sumber:
    nik = None
    if row["nik"] is not None:
        nik = KEYRING.open(bytes(row["nik"]), f"ppks|nik|{row['id']}".encode()).decode()
    described = Ciri(
        nama_lengkap=row["nama_lengkap"],
        tanggal_lahir=row["tanggal_lahir"],
        jenis_kelamin=row["jenis_kelamin"],
    )
    return Sumber(id=row["id"], nik=nik, ciri=described, dihapus=bool(row["dihapus"]))
