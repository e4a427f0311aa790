"""`gateway client` and `gateway grant` from the operator's side of the screen."""

import json
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner, Result
from joserfc import jwt
from joserfc.jwk import import_key

from gateway.cli import main
from gateway.infra.crypto import new_key
from gateway.infra.oauth.client_keys import public_jwk
from tests.fixtures.oauth import private_key

A, B = ("--oleh", "CONTOH A"), ("--oleh", "CONTOH B")
DRAFT = {
    "grant_id": "G-1",
    "client_id": "dinkes",
    "scopes": ["ppks:read"],
    "atribut": ["nama_lengkap"],
    "wilayah": ["64.02"],
    "kategori": ["*"],
    "tujuan": "P-BANSOS",
    "dasar_hukum": "UU 13/2011",
    "nomor_pks": "PKS/001/2026",
    "berlaku_dari": "2026-01-01T00:00:00Z",
    "berlaku_sampai": "2126-01-01T00:00:00Z",
    "pks_berlaku_sampai": "2126-01-01T00:00:00Z",
    "baris_per_hari": 1000,
}


class Terminal:
    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self._environ = environ
        self._folder = folder

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, words, env=self._environ)
        assert result.exit_code == code, result.output
        return result

    def file(self, name: str, content: Any) -> str:
        path = self._folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)


@pytest.fixture
def gateway(sqlite_url, tmp_path):
    environ = {
        "GATEWAY_DATABASE_URL": sqlite_url,
        "GATEWAY_DATA_KEYS": f"k1:{new_key()}",
        "GATEWAY_INDEX_KEY": new_key(),
    }
    return Terminal(environ, tmp_path)


def test_a_made_key_is_shown_once_and_only_its_public_half_is_kept(gateway):
    added = gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    private = json.loads(added.stdout)
    assert (private["alg"], private["kty"]) == ("ES256", "EC")
    shown = gateway("client", "show", "dinkes").stdout
    assert private["d"] not in shown
    (key,) = json.loads(shown)["client"]["jwks"]
    assert key == public_jwk(private)


def test_a_made_key_can_go_to_a_new_file_that_only_its_owner_reads(gateway, tmp_path):
    path = tmp_path / "kunci.json"
    words = (
        "client",
        "add",
        "dinkes",
        "--opd",
        "X",
        "--alg",
        "Ed25519",
        "--key-out",
        str(path),
        *A,
    )
    assert gateway(*words).stdout == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["crv"] == "Ed25519"
    again = ("client", "add", "lain", "--opd", "X", "--key-out", str(path), *A)
    gateway(*again, code=2)
    gateway("client", "show", "lain", code=2)


@pytest.mark.parametrize(
    "words",
    [("client", "add", "Huruf-Besar", "--opd", "X"), ("client", "key", "add", "tak-ada")],
)
def test_a_refused_command_leaves_no_private_key_behind(gateway, tmp_path, words):
    path = tmp_path / "kunci.jwk"
    assert '"d"' not in gateway(*words, *A, code=2).stdout
    gateway(*words, "--key-out", str(path), *A, code=2)
    assert not path.exists()


def test_a_client_brings_its_own_public_key_or_set(gateway):
    keys = [public_jwk(private_key("ES256")), public_jwk(private_key("Ed25519"))]
    gateway("client", "add", "satu", "--opd", "X", "--jwk", gateway.file("a.json", keys[0]), *A)
    gateway(
        "client", "add", "dua", "--opd", "X", "--jwk", gateway.file("b.json", {"keys": keys}), *A
    )
    assert len(json.loads(gateway("client", "show", "dua").stdout)["client"]["jwks"]) == 2


@pytest.mark.parametrize(
    "content", ["bukan json", "[]", {"keys": 1}, {"kty": "oct", "k": "AAAA"}, private_key("ES256")]
)
def test_a_key_file_that_will_not_do_is_refused(gateway, content):
    refused = gateway(
        "client", "add", "x1", "--opd", "X", "--jwk", gateway.file("k.json", content), *A, code=2
    )
    assert refused.stderr
    assert private_key("ES256")["d"] not in refused.output


def test_a_secret_is_shown_once_and_a_third_one_is_refused(gateway):
    gateway("client", "add", "demo", "--opd", "X", "--with-secret", *A)
    shown = [json.loads(gateway("client", "secret", "demo", *A).stdout) for _ in range(2)]
    assert len({one["client_secret"] for one in shown}) == 2
    refused = gateway("client", "secret", "demo", *A, code=2)
    assert "two secrets" in refused.stderr
    assert shown[0]["client_secret"] not in gateway("client", "show", "demo").stdout


def test_clients_are_suspended_resumed_and_revoked(gateway):
    gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    for word, status in (("suspend", "DITANGGUHKAN"), ("resume", "AKTIF"), ("revoke", "DICABUT")):
        assert status in gateway("client", word, "dinkes", *A).stdout
        assert status in gateway("client", "list").stdout
    gateway("client", "resume", "dinkes", *A, code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("client", "add", "dinkes", "--opd", "X"),
        ("client", "add", "Dinkes", "--opd", "X", *A),
        ("client", "add", "demo", "--opd", "X", "--with-secret", "--key-out", "x", *A),
        ("client", "add", "demo", "--opd", "X", "--berakhir", "2020-01-01", *A),
        ("client", "show", "tak-ada"),
        ("client", "secret", "tak-ada", *A),
        ("grant", "show", "G-404"),
        ("grant", "approve", "G-404", *B),
        ("grant", "diff", "G-404", "1", "2"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(gateway, words):
    result = gateway(*words, code=2)
    assert result.stderr
    assert "Traceback" not in result.output


def test_a_grant_goes_from_draft_to_its_end(gateway):
    gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    draft = gateway("grant", "draft", gateway.file("g.json", DRAFT), *A)
    assert draft.stdout == "G-1 version 1: DRAFT\n"
    refused = gateway("grant", "approve", "G-1", *A, code=2)
    assert "second person" in refused.stderr
    assert gateway("grant", "approve", "G-1", "--versi", "1", *B).stdout == "G-1 version 2: AKTIF\n"
    assert json.loads(gateway("grant", "show", "G-1").stdout)["disetujui_oleh"] == "CONTOH B"
    assert json.loads(gateway("grant", "show", "G-1", "--versi", "1").stdout)["status"] == "DRAFT"
    assert "AKTIF" in gateway("grant", "list", "--client", "dinkes").stdout
    changes = json.loads(gateway("grant", "diff", "G-1", "1", "2", "--json").stdout)
    assert changes["status"] == {"sebelum": "DRAFT", "sesudah": "AKTIF"}
    assert gateway("grant", "suspend", "G-1", *A).stdout == "G-1 version 3: DITANGGUHKAN\n"
    assert gateway("grant", "resume", "G-1", *B).stdout == "G-1 version 4: AKTIF\n"
    assert gateway("grant", "end", "G-1", *A).stdout == "G-1 version 5: BERAKHIR\n"
    assert json.loads(gateway("client", "show", "dinkes").stdout)["grants"] == {"G-1": "BERAKHIR"}


TOML = """
client_id = "dinkes"
scopes = ["ppks:read"]
atribut = ["nama_lengkap"]
wilayah = ["64.02", "64.99"]
kategori = ["*"]
tujuan = "P-BANSOS"
dasar_hukum = "UU 13/2011"
nomor_pks = "PKS/001/2026"
berlaku_dari = 2026-01-01T00:00:00+08:00
berlaku_sampai = 2126-01-01T00:00:00+08:00
pks_berlaku_sampai = 2126-01-01T00:00:00+08:00
baris_per_hari = 1000
"""


def test_a_grant_is_drafted_from_toml_from_options_and_from_both(gateway):
    gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    file = gateway.file("g.toml", TOML)
    drafted = gateway("grant", "draft", file, "--grant-id", "G-1", "--baris-per-hari", "*", *A)
    assert drafted.stdout == "G-1 version 1: DRAFT\n"
    assert "64.99" in drafted.stderr
    assert "64.02" not in drafted.stderr
    shown = json.loads(gateway("grant", "show", "G-1").stdout)
    assert (shown["baris_per_hari"], shown["berlaku_dari"]) == ("*", "2026-01-01T00:00:00+08:00")
    by_options = (
        "--grant-id", "G-2", "--client", "dinkes", "--jenis", "VERIFIKASI",
        "--scope", "penduduk:verify", "--cocok", "nama_lengkap", "--cocok", "tanggal_lahir",
        "--cari-per-hari", "50", "--tujuan", "P-BANSOS", "--dasar-hukum", "UU 13/2011",
        "--nomor-pks", "PKS/001/2026", "--pks-sampai", "2126-01-01T00:00:00Z",
        "--dari", "2026-01-01T00:00:00Z", "--sampai", "2126-01-01T00:00:00Z",
    )  # fmt: skip
    gateway("grant", "draft", *by_options, *A)
    shown = json.loads(gateway("grant", "show", "G-2").stdout)
    assert shown["atribut_cocok"] == ["nama_lengkap", "tanggal_lahir"]
    assert (shown["jenis"], shown["atribut"], shown["wilayah"]) == ("VERIFIKASI", [], [])


def test_an_auditor_s_grant_is_drafted_with_its_engagement(gateway):
    gateway("client", "add", "bpk", "--opd", "BPK", *A)
    bounds = {"kode": "ST-1", "client_id": ["*"], "nomor_pks": ["*"], "bukti": True}
    times = {"log_sejak": "2026-01-01T00:00:00Z", "log_sampai": "2026-07-01T00:00:00Z"}
    options = (
        "--grant-id", "G-A", "--client", "bpk", "--jenis", "AUDIT", "--scope", "audit:read",
        "--wilayah", "64", "--tujuan", "P-PEMERIKSAAN", "--dasar-hukum", "UU 15/2004",
        "--nomor-pks", "ST/1", "--pks-sampai", "2126-01-01T00:00:00Z",
        "--dari", "2026-01-01T00:00:00Z", "--sampai", "2126-01-01T00:00:00Z",
    )  # fmt: skip
    for engagement in ("x", "[]", json.dumps(bounds), json.dumps(bounds | times | {"lain": 1})):
        gateway("grant", "draft", *options, "--penugasan", engagement, *A, code=2)
    gateway("grant", "draft", *options, "--penugasan", json.dumps(bounds | times), *A)
    shown = json.loads(gateway("grant", "show", "G-A").stdout)
    assert shown["penugasan"] == bounds | times


def test_all_that_is_wrong_with_a_draft_is_said_at_once_with_what_would_be_right(gateway):
    gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    bad = DRAFT | {"kategori": ["ppks:disabilitas"], "jenis": "SAMARAN", "atribut": ["nik"]}
    refused = gateway("grant", "draft", gateway.file("g.json", bad), *A, code=2)
    for word in ("kategori", "ppks:penyandang-disabilitas", "atribut", "SAMARAN", "tahun_lahir"):
        assert word in refused.stderr
    numbered = DRAFT | {"wilayah": ["9901010101900001"]}
    refused = gateway("grant", "draft", gateway.file("g.json", numbered), *A, code=2)
    assert "9901010101900001" not in refused.output


@pytest.mark.parametrize(("name", "text"), [("g.toml", "a = "), ("g.json", "{"), ("g.json", "[]")])
def test_a_file_that_is_no_grant_is_refused(gateway, name, text):
    assert name in gateway("grant", "draft", gateway.file(name, text), *A, code=2).stderr


def test_versions_are_compared_field_by_field_and_grants_are_filtered(gateway):
    gateway("client", "add", "dinkes", "--opd", "Dinas Kesehatan", *A)
    gateway("grant", "draft", gateway.file("g.json", DRAFT), *A)
    more = DRAFT | {"wilayah": ["64.03", "65"], "baris_per_hari": "*"}
    gateway("grant", "draft", gateway.file("h.json", more), *A)
    told = gateway("grant", "diff", "G-1").stdout.splitlines()
    assert 'wilayah: ["64.02"] -> ["64.03","65"]' in told
    assert "baris_per_hari: 1000 -> *" in told
    assert [line for line in told if line.startswith("  ")] == ["  + 64.03", "  + 65", "  - 64.02"]
    changes = json.loads(gateway("grant", "diff", "G-1", "1", "2", "--json").stdout)
    assert changes["baris_per_hari"] == {"sebelum": 1000, "sesudah": "*"}
    for words, count in (
        ((), 1),
        (("--jenis", "BACA", "--status", "DRAFT"), 1),
        (("--jenis", "AUDIT"), 0),
        (("--status", "AKTIF"), 0),
    ):
        assert len(json.loads(gateway("grant", "list", *words, "--json").stdout)) == count


class TokenEndpoint(BaseHTTPRequestHandler):
    """Answers one token request and keeps its form."""

    form: dict[str, list[str]]
    answer: tuple[int, bytes]

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        type(self).form = parse_qs(self.rfile.read(length).decode())
        status, body = self.answer
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Stay quiet."""


@pytest.fixture
def endpoint():
    server = HTTPServer(("127.0.0.1", 0), TokenEndpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_is_fetched_with_the_clients_key(gateway, endpoint):
    TokenEndpoint.answer = (200, b'{"access_token":"contoh-token"}')
    key = gateway.file("kunci.json", private_key("ES256"))
    words = ("client", "token", "dinkes", "--key", key, "--issuer", endpoint, "--grant", "G-1")
    assert gateway(*words).stdout == "contoh-token\n"
    assert TokenEndpoint.form["grant_id"] == ["G-1"]
    public = import_key(public_jwk(private_key("ES256")))
    claims = jwt.decode(TokenEndpoint.form["client_assertion"][0], public, ["ES256"]).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("dinkes", "dinkes", endpoint)
    assert claims["exp"] - claims["iat"] <= 300


@pytest.mark.parametrize("answer", [(401, b'{"error":"invalid_client"}'), (502, b"<html>")])
def test_a_refused_token_ends_with_1_and_a_sentence(gateway, endpoint, answer):
    TokenEndpoint.answer = answer
    key = gateway.file("kunci.json", private_key("ES256"))
    result = gateway("client", "token", "dinkes", "--key", key, "--issuer", endpoint, code=1)
    assert ("invalid_client" in result.stderr) or ("502" in result.stderr)


def test_without_a_gateway_there_is_no_token(gateway):
    key = gateway.file("kunci.json", private_key("ES256"))
    gateway("client", "token", "dinkes", "--key", key, "--issuer", "http://127.0.0.1:1", code=1)
    gateway("client", "token", "dinkes", "--key", key, "--issuer", "ftp://x", code=2)
