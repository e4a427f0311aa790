"""Structures with personal data never print it."""

import msgspec
import pytest

from gateway.domain.person import Alamat, Penduduk
from gateway.kit.struct import Quiet, QuietDraft


class Catatan(Quiet, frozen=True, kw_only=True):
    isi: str
    anak: tuple["Catatan", ...] = ()


class Tumpukan(QuietDraft):
    baris: list[str] = []


NOTE = Catatan(isi="CONTOH SITI", anak=(Catatan(isi="CONTOH BUDI"),))


@pytest.mark.parametrize(
    "shown", [repr(NOTE), str(NOTE), f"{NOTE}", repr([NOTE]), repr({"catatan": NOTE})]
)
def test_no_value_is_printed(shown: str) -> None:
    assert "CONTOH" not in shown
    assert "<Catatan>" in shown


def test_a_resident_is_quiet_and_so_is_the_address() -> None:
    resident = Penduduk(nik="9901010101010001", alamat=Alamat(jalan="JL. CONTOH"))
    assert (repr(resident), repr(resident.alamat)) == ("<Penduduk>", "<Alamat>")


def test_values_are_there_for_those_who_encode_them() -> None:
    assert msgspec.to_builtins(NOTE)["anak"][0]["isi"] == "CONTOH BUDI"


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        NOTE.isi = "lain"


def test_what_is_filled_step_by_step_shows_as_little() -> None:
    heap = Tumpukan()
    heap.baris.append("CONTOH SITI")
    assert repr(heap) == str([heap])[1:-1] == "<Tumpukan>"
