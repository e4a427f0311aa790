"""The sandbox from start to stop: its numbers are the published ones, and nothing stays behind."""

import csv
import json
import signal
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gateway.domain.taxonomy import baca_ragam
from gateway.kit.table import slug
from gateway.sandbox.world import areas, data_file
from tests.fixtures.ports import free_ports
from tests.fixtures.project import ROOT
from tests.sandbox.process import Sandbox, alive, environment

UP = "Ctrl-C stops everything"


class Stay(NamedTuple):
    """What was seen of the first run while it was up, and of the attempts around it."""

    running: Sandbox
    token: str
    records: list[dict[str, Any]]
    crowded: tuple[int, str]
    """Exit code and words of a second sandbox on the same ports."""


@pytest.fixture(scope="module")
def stay(tmp_path_factory) -> Iterator[Stay]:
    """A running sandbox that was filled from nothing."""
    folder = tmp_path_factory.mktemp("kotak") / "sandbox"
    sandbox = Sandbox(folder, port := free_ports(2)[0])
    try:
        sandbox.wait_until_it_tells(UP)
        token = sandbox.legacy_token("demo")
        crowded = refused(Sandbox(folder.parent / "lain", port))
        yield Stay(sandbox, token, sandbox.every("/v1/ppks", token), crowded)
    finally:
        sandbox.stop()


def refused(sandbox: Sandbox) -> tuple[int, str]:
    try:
        return sandbox.process.wait(20), sandbox.said
    finally:
        sandbox.stop()


class Return(NamedTuple):
    """How the first run ended, and what a second one over the same folder was like."""

    code: int
    left: list[int]
    said: str
    second: str
    second_code: int
    second_left: list[int]
    counts: tuple[dict[str, int], dict[str, int]]
    clients: tuple[bytes, bytes]
    still_good: int


@pytest.fixture(scope="module")
def comeback(tmp_path_factory) -> Return:
    """A sandbox that was stopped with Ctrl-C, started once more, and told to terminate."""
    folder = tmp_path_factory.mktemp("kotak") / "sandbox"
    port = free_ports(2)[0]
    first = Sandbox(folder, port)
    try:
        first.wait_until_it_tells(UP)
        token, family = first.legacy_token("demo"), first.family()
        before = (counts(folder), (folder / "clients.json").read_bytes())
    finally:
        code = first.stop()
    assert not first.answers()
    left = alive(family)
    second = Sandbox(folder, port)
    try:
        second.wait_until_it_tells(UP)
        still_good, _ = second.ask("/v1/ppks?limit=1", token)
        second_family = second.family()
        after = (counts(folder), (folder / "clients.json").read_bytes())
    finally:
        second_code = second.stop(signal.SIGTERM)
    return Return(
        code,
        left,
        first.said,
        second.said,
        second_code,
        alive(second_family),
        (before[0], after[0]),
        (before[1], after[1]),
        still_good,
    )


def rows(folder: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{folder / 'gateway.db'}?mode=ro", uri=True)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def counts(folder: Path) -> dict[str, int]:
    tables = ("ppks", "ppks_kategori", "pengaduan", "angka", "wilayah", "client", "grant_versi")
    return {name: rows(folder, f"SELECT count(*) FROM {name}")[0][0] for name in tables}


def published_cells() -> Counter[tuple[str, str]]:
    """District code and kind -> persons, as the regency published them."""
    codes = {slug(area.nama).replace("-", ""): area.kode for area in areas().values()}
    cells: Counter[tuple[str, str]] = Counter()
    for line in csv.DictReader(data_file("disabilitas-kukar-2024.csv").splitlines()):
        if line["no"].isdigit():
            district = codes[slug(line["kecamatan"]).replace("-", "")]
            for column, text in list(line.items())[2:-1]:
                kind = baca_ragam(column.partition("_")[2].replace("_", " "))
                cells[district, kind] += int(text) if text.isdigit() else 0
    return cells


def in_kukar(stay: Stay) -> list[dict[str, Any]]:
    return [one for one in stay.records if one["kode_wilayah"].startswith("64.02")]


def test_the_published_number_of_persons_is_there(stay):
    assert len(in_kukar(stay)) == 1385
    assert len({one["nik"] for one in in_kukar(stay)}) == 1385
    assert len({one["id"] for one in stay.records}) == len(stay.records)


def test_the_published_table_is_there_cell_by_cell(stay):
    published = published_cells()
    assert (len(published), published.total()) == (18 * 12, 1385)
    found = Counter(
        (one["kode_wilayah"][:8], kind["subjenis"])
        for one in in_kukar(stay)
        for kind in one["kategori"]
        if kind["kode"] == "ppks:penyandang-disabilitas"
    )
    assert found == +published


def test_a_filter_by_district_gives_that_district_and_granted_attributes_only(stay):
    sandbox = stay.running
    found = sandbox.every("/v1/ppks?kode_wilayah=64.02.06", stay.token)
    expected = [one for one in stay.records if one["kode_wilayah"].startswith("64.02.06")]
    assert [one["id"] for one in found] == [one["id"] for one in expected]
    assert {one["kecamatan"] for one in found} == {"TENGGARONG"}
    _, me = sandbox.ask("/v1/me", stay.token)
    granted = set(me["data"]["atribut"]) | {"id", "versi", "diubah_pada", "rujukan"}
    # How a record of several sources was made comes with `sumber`.
    granted |= {"gabungan"} if "sumber" in granted else set()
    assert {name for one in stay.records for name in one} <= granted
    assert "no_kk" not in granted


def test_a_person_of_the_table_is_known_to_the_registry(stay):
    one = in_kukar(stay)[0]
    status, told = stay.running.ask("/v1/penduduk/lookup", stay.token, body={"nik": one["nik"]})
    assert status == 200
    assert told["data"]["nama_lengkap"] == one["nama_lengkap"]


def test_the_province_has_its_published_people_too(stay):
    province = [one for one in stay.records if one["kode_wilayah"].startswith("65")]
    kinds = Counter(kind["kode"] for one in province for kind in one.get("kategori", ()))
    assert kinds == {"ppks:anak-balita-terlantar": 2, "ppks:anak-terlantar": 712}


def test_the_yearly_counts_are_kept_as_published(stay):
    query = "SELECT jenis, tahun, nilai, kode_wilayah FROM angka"
    kept = {(kind, year): value for kind, year, value, _ in rows(stay.running.folder, query)}
    lines = list(csv.DictReader(data_file("ppks-kaltara-2020-2024.csv").splitlines()))
    published = {
        (f"ppks:{slug(line['Jenis PPKS'])}", year): int(line[str(year)])
        for line in lines
        for year in range(2020, 2025)
    }
    assert kept == published
    assert {area for *_, area in rows(stay.running.folder, query)} == {"65"}


def test_the_complaints_came_through_the_webhook(stay):
    kinds = Counter(kind for (kind,) in rows(stay.running.folder, "SELECT kategori FROM pengaduan"))
    assert kinds == {
        "BANTUAN_TIDAK_DITERIMA": 7,
        "AKTIVASI_BPJS": 3,
        "PERMOHONAN_BANTUAN": 4,
    }


def test_all_systems_are_connected(stay):
    _, told = stay.running.ask("/v1/systems", stay.token)
    assert {one["nama"]: one["terhubung"] for one in told["items"]} == dict.fromkeys(
        ("dukcapil", "sijosku", "siks-ng", "simasos"), True
    )


def test_the_clients_are_written_down_for_their_owner_only(stay):
    path = stay.running.folder / "clients.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((path.parent / "keys.env").stat().st_mode) == 0o600
    clients = stay.running.clients()
    assert list(clients) == [
        "dinkes-kukar",
        "sijosku-kaltara",
        "auditor-bpk",
        "inspektorat-kukar",
        "demo",
        "bappeda-kukar",
        "dinsos-statistik",
    ]
    for name, entry in clients.items():
        assert entry["opd"]
        assert entry["grants"]
        counts = name in {"bappeda-kukar", "dinsos-statistik"}
        reads = "audit:read" if name == "auditor-bpk" else "ppks:read"
        assert ("statistik:read" if counts else reads) in entry["scopes"]
        keyed = entry["auth"] == "private_key_jwt"
        assert keyed == (name not in {"demo", "bappeda-kukar"})
        assert ("client_secret" in entry, bool(entry.get("private_jwk"))) == (not keyed, keyed)


@pytest.fixture
def as_dinkes(stay, tmp_path):
    """Runs `gateway client ...` with the key of the regency's health office."""
    sandbox, key = stay.running, tmp_path / "kunci.json"
    key.write_text(json.dumps(sandbox.clients()["dinkes-kukar"]["private_jwk"]))

    def run(word, *words, data=None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", "client", word, "dinkes-kukar", *words]
        command += ["--key", str(key), "--issuer", sandbox.base]
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment(), capture_output=True, text=True,
            input=data,
        )  # fmt: skip

    return run


def test_a_strict_client_calls_with_its_key(as_dinkes):
    page = json.loads(as_dinkes("call", "GET", "/v1/ppks?limit=2").stdout)
    assert len(page["items"]) == 2
    assert json.loads(as_dinkes("call", "get", "/v1/ppks?kode_wilayah=65").stdout)["items"] == []
    nik = json.dumps({"nik": page["items"][0]["nik"]})
    found = as_dinkes("call", "POST", "/v1/penduduk/lookup", "--data", "@-", data=nik)
    assert json.loads(found.stdout)["data"]["nik"] == page["items"][0]["nik"]


def test_what_the_gateway_refuses_is_shown_and_ends_with_1(as_dinkes):
    refused = as_dinkes("call", "GET", "/v1/ppks?rahasia=1")
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (1, "bad_input")
    assert "400" in refused.stderr
    for words in (("GET", "v1/me"), ("POST", "/v1/ppks/search", "--data", "@tidak-ada.json")):
        assert as_dinkes("call", *words).returncode == 2


def test_a_token_of_the_strict_issuer_is_worth_nothing_without_the_key(stay, as_dinkes):
    token = as_dinkes("token").stdout.strip()
    assert token.count(".") == 2
    assert stay.running.ask("/v1/ppks", token)[0] == 401


def test_without_a_token_nothing_is_told(stay):
    status, told = stay.running.ask("/v1/ppks")
    assert status == 401
    assert "items" not in told


def test_what_it_prints_can_be_tried_and_repeats_nobody(stay):
    said = stay.running.said
    assert f"{stay.running.base}/docs" in said
    assert "curl" in said
    assert "Traceback" not in said
    assert not [one["nik"] for one in stay.records if one.get("nik") and one["nik"] in said]


def test_on_ports_that_are_taken_it_says_so_and_leaves_nothing_running(stay):
    code, said = stay.crowded
    assert code == 1
    assert "port" in said
    assert "taken" in said
    assert "Traceback" not in said
    assert stay.running.answers()


def test_ctrl_c_stops_everything(comeback):
    assert comeback.code == 0
    assert comeback.left == []
    assert "Traceback" not in comeback.said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_before_it_is_up(tmp_path, how):
    sandbox = Sandbox(tmp_path / "sandbox", free_ports(2)[0])
    try:
        sandbox.wait_until_it_tells("Filling the store")
        family = sandbox.family()
    finally:
        code = sandbox.stop(how)
    assert len(family) > 1
    assert (code, alive(family)) == (0, [])


def test_being_terminated_stops_everything_too(comeback):
    assert comeback.second_code == 0
    assert comeback.second_left == []


def test_a_second_start_changes_nothing(comeback):
    assert comeback.counts[0] == comeback.counts[1]
    assert comeback.clients[0] == comeback.clients[1]
    for line in comeback.second.splitlines():
        if "records through its service" in line:
            assert ": 0 new, 0 changed" in line
    assert comeback.second.count("records through its service") >= 2
    # Tokens of the first run hold: keys and issuer are the same.
    assert comeback.still_good == 200
