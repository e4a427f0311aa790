"""What may hold a person's data never prints it, and the people of the project are invented."""

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from gateway.domain.person import Penduduk
from gateway.domain.ppks import RekamanPpks
from gateway.infra.db.records.shown_writer import Changes
from gateway.kit.secret import Secret
from gateway.kit.struct import Quiet
from gateway.sandbox.world import complaints, residents
from tests.fixtures.project import project_files, read

PERSONAL_FIELDS = {
    "nik", "no_kk", "nama_lengkap", "tempat_lahir", "tanggal_lahir", "nama_ibu_kandung",
    "nama_ayah", "alamat", "nik_terlapor", "access_token", "client_secret", "private_jwk",
}  # fmt: skip
NAME_KEYS = {
    "nama_lengkap",
    "nama_ibu_kandung",
    "nama_ayah",
    "NAMA_LGKP",
    "NAMA_LGKP_IBU",
    "NAMA_LGKP_AYAH",
}
NOT_NAMES = re.compile(r"(Tidak )?Sesuai.*|", re.DOTALL)


def structs():
    """Every Struct of the product."""
    found = set()
    for package in ("gateway", "adapters"):
        root = importlib.import_module(package)
        for info in pkgutil.walk_packages(root.__path__, f"{package}."):
            if info.name.endswith("__main__") or ".migrations." in info.name:
                continue
            members = inspect.getmembers(importlib.import_module(info.name), inspect.isclass)
            found |= {
                member
                for _, member in members
                if issubclass(member, msgspec.Struct) and member.__module__ == info.name
            }
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def is_secret(kind):
    return kind is Secret or any(is_secret(part) for part in get_args(kind))


def test_structs_with_personal_fields_print_none_of_their_values():
    loud = [
        f"{kind.__module__}.{kind.__qualname__}.{field.name}"
        for kind in structs()
        if not issubclass(kind, Quiet) and kind.__repr__ is msgspec.Struct.__repr__
        for field in msgspec.structs.fields(kind)
        if field.name in PERSONAL_FIELDS and not is_secret(field.type)
    ]
    assert loud == []


@pytest.mark.parametrize(
    "thing",
    [
        Penduduk(nik="9901010101900001", nama_lengkap="CONTOH SATU"),
        RekamanPpks(sistem="x", id_sumber="1", orang=Penduduk(nama_lengkap="CONTOH SATU")),
        Secret("CONTOH"),
        [Penduduk(nama_lengkap="CONTOH SATU")],
        Changes(fresh=[("9901010101900001", "CONTOH SATU")]),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_no_value_is_printed(thing):
    for text in (repr(thing), str(thing), f"{thing}", f"{thing!r}"):
        assert "CONTOH" not in text
        assert "9901" not in text


def test_the_people_of_the_sandbox_are_invented():
    for person in residents():
        assert str(person.nik)[4:6] == "99"
        assert str(person.no_kk)[4:6] == "99"
        for name in (person.nama_lengkap, person.nama_ibu_kandung, person.nama_ayah):
            assert str(name).startswith("CONTOH ")
    for complaint in complaints():
        assert complaint.pelapor is not None
        assert str(complaint.pelapor.nama).startswith("CONTOH ")
        assert str(complaint.pelapor.nomor).startswith("628000000")


def names_in(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in NAME_KEYS and isinstance(inner, str):
                yield inner
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


CASES = [path for path in project_files() if path.suffix == ".json" and "cases" in path.parts]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parts[1]}-{path.stem}")
def test_the_people_of_the_golden_cases_are_invented(path: Path):
    names = [name.strip() for name in names_in(json.loads(read(path)))]
    real = [
        name for name in names if not name.startswith("CONTOH") and not NOT_NAMES.fullmatch(name)
    ]
    assert len(real) == 0
