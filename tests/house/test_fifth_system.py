"""A fifth system is one new folder and its settings; nothing else is edited for it."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import adapters
from gateway.app import create_app
from gateway.cli import main
from gateway.domain.grant import Scope
from gateway.infra.crypto import new_key
from gateway.infra.systems import discover
from gateway.parts import Parts, read_everything
from tests.fixtures.dpop import Possession, jkt_of
from tests.fixtures.oauth import PUBLIC_URL, client_of, grant_of, private_key
from tests.fixtures.project import ROOT

FOLDER = Path(__file__).parents[1] / "fixtures" / "fifth"
NAME = "puskesos"
PLUGIN = "import adapters, os\nadapters.__path__.append(os.environ['FIFTH_SYSTEM'])\n"


@pytest.fixture
def fifth(monkeypatch):
    """The folder of a fifth adapter lies beside the four, for as long as the test lasts."""
    monkeypatch.setattr(adapters, "__path__", [*adapters.__path__, str(FOLDER)])
    yield
    for module in [name for name in sys.modules if name.startswith(f"adapters.{NAME}")]:
        del sys.modules[module]
    vars(adapters).pop(NAME, None)


@pytest.fixture
def environ(sqlite_url):
    return {
        "GATEWAY_PUBLIC_URL": PUBLIC_URL,
        "GATEWAY_DATABASE_URL": sqlite_url,
        "GATEWAY_DATA_KEYS": f"k1:{new_key()}",
        "GATEWAY_INDEX_KEY": new_key(),
        "GATEWAY_PUSKESOS_URL": "http://puskesos.test",
        "GATEWAY_PUSKESOS_TOKEN": "token-contoh",
    }


def gateway(*words: str, environ: dict[str, str], code: int = 0) -> str:
    result = CliRunner().invoke(main, words, env={"COLUMNS": "200", **environ})
    assert result.exit_code == code, result.output
    return result.output


def test_without_its_folder_it_is_unknown(environ):
    assert NAME not in discover()
    told = gateway("settings", "--check", environ=environ, code=2)
    assert "GATEWAY_PUSKESOS_URL" in told


@pytest.mark.usefixtures("fifth")
def test_it_is_discovered_beside_the_others():
    assert NAME in discover()
    assert len(discover()) == len(list((ROOT / "adapters").glob("*/__init__.py"))) + 1


@pytest.mark.usefixtures("fifth")
def test_its_settings_are_documented_and_read(environ):
    page = gateway("settings", environ=environ)
    assert "GATEWAY_PUSKESOS_URL" in page
    assert "Bearer token of the desk." in page
    gateway("settings", "--check", environ=environ)
    _, systems = read_everything(environ)
    assert systems.configs[NAME].token.reveal() == "token-contoh"


@pytest.mark.usefixtures("fifth")
async def test_it_stands_in_the_list_of_systems(environ):
    parts = Parts(*read_everything(environ))
    await parts.connect_systems()
    grant = grant_of("dinkes", "G-1", scopes=frozenset({Scope.SYSTEMS_READ}))
    await parts.clients.save_client(client_of("dinkes"), oleh="CONTOH A")
    await parts.clients.append_grant(grant, oleh="CONTOH A")
    cnf = {"jkt": jkt_of(private_key("ES256"))}
    issued = await parts.issuers[0].issue(grant, grant.scopes, cnf=cnf)
    transport = httpx.ASGITransport(create_app(parts))
    holder = Possession(parts.clock, issued.token)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get("/v1/systems", auth=holder)
    await parts.close()
    listed = {item["nama"]: item for item in answer.json()["items"]}
    assert listed[NAME]["terhubung"] is True
    assert listed[NAME]["kemampuan"] == ["file_source", "health", "record_source"]


@pytest.mark.usefixtures("fifth")
def test_its_files_are_imported(environ, tmp_path):
    path = tmp_path / "tamu.csv"
    path.write_text(
        "no,ktp,nama,keperluan\n1,9901014101500001,CONTOH SITI,lansia\n2,9901,CONTOH BUDI,lansia\n"
    )
    missing = gateway("import", NAME, str(path), environ=environ, code=2)
    assert "--set desa=... is needed" in missing
    assert "Kode Kemendagri desa meja ini" in missing
    words = ("import", NAME, str(path), "--set", "desa=64.02.06.1008")
    told = gateway(*words, environ=environ, code=3)
    assert "1 new" in told
    assert "1 of 2 rows refused" in told
    assert "baris 3" in told


def test_the_tests_that_every_adapter_passes_are_passed_by_the_fifth_too(tmp_path):
    (tmp_path / "fifth_system.py").write_text(PLUGIN)
    clean = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    environ = clean | {"FIFTH_SYSTEM": str(FOLDER), "PYTHONPATH": path}
    tests = [str(test) for test in sorted((ROOT / "tests/systems").glob("test_*.py"))]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "fifth_system", "-k", NAME]
    command += ["-p", "no:cacheprovider", "-p", "no:randomly", *tests]
    run = subprocess.run(
        command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    passed = int(run.stdout.rsplit(" passed", 1)[0].split()[-1])
    assert passed > 40
