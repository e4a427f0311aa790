"""The invented world: always the same, nobody real, and numbers that are the published ones."""

import subprocess
import sys
from collections import Counter
from datetime import date

import msgspec
import pytest

from gateway.domain.nik import cocokkan_nik
from gateway.domain.person import Penduduk, StatusPenduduk
from gateway.infra.systems import discover, env_prefix, read_configs
from gateway.parts import read_everything
from gateway.sandbox.environment import sandbox_environment
from gateway.sandbox.files import write_files
from gateway.sandbox.world import (
    areas,
    complaints,
    disabled_people,
    dtsen_members,
    kaltara_people,
    residents,
    world_of,
)
from tests.fixtures.project import ROOT

DIGEST = (
    "import hashlib, msgspec\n"
    "from gateway.sandbox.world import world_of\n"
    "worlds = [world_of(name) for name in ('dukcapil', 'sijosku', 'siks_ng', 'simasos')]\n"
    "print(hashlib.sha256(msgspec.json.encode(worlds)).hexdigest())"
)


def everybody() -> list[Penduduk]:
    people = [one.orang for one in disabled_people()]
    return people + [one.orang for one in (*kaltara_people(), *dtsen_members())]


def test_nobody_is_real():
    for person in everybody():
        assert person.nik[4:6] == person.no_kk[4:6] == "99"
        assert person.nama_lengkap.startswith("CONTOH ")
        assert person.nama_ibu_kandung.startswith("CONTOH ")
    for item in complaints():
        assert item.pelapor.nama.startswith("CONTOH ")
        assert item.pelapor.nomor.startswith("628000000")


def test_everybody_is_somebody_else_and_their_numbers_agree_with_them():
    people = residents()
    assert len({person.nik for person in people}) == len(people) == 1385 + 714
    odd = [person.nik for person in people if cocokkan_nik(person, date(2026, 1, 1))]
    assert odd == []


def test_a_few_have_died_or_are_doubled_or_inactive():
    states = Counter(person.status_penduduk for person in residents())
    assert states == {
        StatusPenduduk.AKTIF: len(residents()) - 3,
        StatusPenduduk.MENINGGAL: 1,
        StatusPenduduk.GANDA: 1,
        StatusPenduduk.NONAKTIF: 1,
    }


def test_everybody_lives_in_an_area_that_is_loaded():
    assert {person.kode_wilayah for person in everybody()} <= set(areas())
    assert len({one.orang.kode_wilayah for one in disabled_people()}) == 18


def test_each_system_knows_what_it_was_told():
    sizes = {name: len(world_of(name).rekaman) for name in discover()}
    assert sizes == {"dukcapil": 0, "sijosku": 714, "siks_ng": 60, "simasos": 0}
    assert [len(world_of(name).pengaduan) for name in discover()] == [0, 0, 0, 14]


def test_the_world_is_the_same_in_every_process():
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_the_operators_files_hold_everybody_once(tmp_path):
    files = list(write_files(tmp_path))
    lists = [file for file in files if file.system == "siks_ng"]
    assert len(lists) == 12
    lines = [line for file in lists for line in file.path.read_text().splitlines()[1:]]
    assert len(lines) == len(set(lines)) == 1385
    again = {file.path.name: file.path.read_bytes() for file in write_files(tmp_path)}
    assert again == {file.path.name: file.path.read_bytes() for file in files}


def test_the_settings_of_the_sandbox_are_its_own(tmp_path):
    theirs = {
        "GATEWAY_PUBLIC_URL": "https://asli.go.id",
        "GATEWAY_DUKCAPIL_URL": "https://asli.go.id",
    }
    kept = {"GATEWAY_LOG_LEVEL": "debug", "PATH": "/bin"}
    made = sandbox_environment(theirs | kept, tmp_path / "kotak", 9000, 9001)
    assert "asli" not in "".join(made.values())
    assert made["GATEWAY_LOG_LEVEL"] == "debug"
    assert made["PATH"] == "/bin"
    settings, systems = read_everything(made)
    assert settings.public_url == "http://127.0.0.1:9000"
    assert {config.url for config in systems.configs.values()} == {
        f"http://127.0.0.1:9001/{spec.slug}" for spec in discover().values()
    }
    assert made == sandbox_environment(theirs | kept, tmp_path / "kotak", 9000, 9001)


@pytest.mark.parametrize("name", discover())
def test_every_system_is_connected_to_its_simulator(tmp_path, name):
    spec = discover()[name]
    made = sandbox_environment({}, tmp_path, 9000, 9001)
    prefix = env_prefix(spec)
    mine = {variable: text for variable, text in made.items() if variable.startswith(prefix)}
    configs, problems = read_configs({name: spec}, mine)
    assert problems == []
    assert msgspec.structs.asdict(configs[name])["url"].endswith(spec.slug)
