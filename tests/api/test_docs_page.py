"""The documentation page: complete without the internet, and closed to every other host."""

import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from importlib import resources

import httpx
import pytest

from gateway.app import create_app
from gateway.infra.crypto import new_key
from gateway.infra.systems import Systems
from gateway.kit.secret import Secret
from gateway.parts import Parts
from gateway.settings import Settings
from gateway.web.docs import FILES

STATIC = resources.files("gateway.web").joinpath("static")
VENDORED = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sum>[0-9a-f]{64})` \|$", re.MULTILINE)
RECORDED = dict(VENDORED.findall(STATIC.joinpath("README.md").read_text("utf-8")))
OWN = ["docs.html", *sorted(FILES.keys() - RECORDED.keys())]


def text_of(file: str) -> str:
    return STATIC.joinpath(file).read_text("utf-8")


@pytest.fixture
async def client(sqlite_url: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        data_keys=Secret(f"a:{new_key()}"), index_key=Secret(new_key()), database_url=sqlite_url
    )
    parts = Parts(settings, Systems({}, {}))
    transport = httpx.ASGITransport(app=create_app(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as made:
        yield made
    await parts.close()


async def test_the_page_is_open_to_everybody_and_everything_it_names_is_served(client):
    page = await client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert {path.rpartition("/")[2] for path in named} == {*FILES, "openapi.json"}
    assert [(await client.get(path)).status_code for path in named] == [200] * len(named)


async def test_the_page_is_a_page_and_no_operation_of_the_api(client):
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert [path for path in paths if path == "/" or path.startswith("/docs")] == []


async def test_the_front_door_leads_to_the_page(client):
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/docs")


async def test_the_policy_lets_in_nothing_from_elsewhere_and_nothing_inline(client):
    header = (await client.get("/docs")).headers["content-security-policy"]
    policy = {name: sources for name, *sources in (part.split() for part in header.split(";"))}
    assert policy.pop("img-src") == ["'self'", "data:"]
    assert policy["default-src"] == ["'none'"]
    assert {source for sources in policy.values() for source in sources} == {"'none'", "'self'"}
    assert policy.keys() >= {"script-src", "style-src", "connect-src", "base-uri", "form-action"}
    assert policy["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("file", OWN)
def test_our_own_files_name_no_host(file):
    assert re.findall(r"//[\w\[].*", text_of(file)) == []


def test_the_page_has_nothing_inline():
    page = text_of("docs.html")
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", page) == []


def test_the_vendored_style_sheet_fetches_nothing():
    style = next(text_of(file) for file in RECORDED if file.endswith(".css"))
    assert "@import" not in style
    assert re.findall(r"url\((?!\s*[\"']?data:).{20}", style) == []


def test_every_served_file_is_either_our_own_or_recorded():
    assert RECORDED
    assert RECORDED.keys() <= FILES.keys()
    assert {file.partition(".")[0] for file in OWN} == {"docs"}


@pytest.mark.parametrize("file", RECORDED)
async def test_a_vendored_file_has_the_recorded_bytes_on_disk_and_on_the_wire(client, file):
    plain = await client.get(f"/docs/static/{file}", headers={"accept-encoding": "identity"})
    on_disk = STATIC.joinpath(file).read_bytes()
    assert hashlib.sha256(on_disk).hexdigest() == RECORDED[file]
    assert "content-encoding" not in plain.headers
    assert plain.content == on_disk
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_our_own_files_are_asked_for_again_because_their_names_stay(client):
    answer = await client.get("/docs/static/docs.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("identity", False),
        ("", False),
    ],
)
async def test_a_file_is_packed_only_for_those_who_can_unpack_it(client, accepted, packed):
    headers = {"accept-encoding": accepted}
    async with client.stream("GET", "/docs/static/docs.css", headers=headers) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["vary"] == "accept-encoding"
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert (gzip.decompress(sent) if packed else sent).decode() == text_of("docs.css")


@pytest.mark.parametrize("told", ["{}", "W/{}", '"other", {}', "*"])
async def test_who_has_the_file_is_not_sent_it_again(client, told):
    etag = (await client.get("/docs/static/docs.js")).headers["etag"]
    again = await client.get("/docs/static/docs.js", headers={"if-none-match": told.format(etag)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


async def test_the_packed_and_the_plain_form_are_told_apart(client):
    plain = await client.get("/docs/static/docs.js", headers={"accept-encoding": "identity"})
    headers = {"accept-encoding": "gzip", "if-none-match": plain.headers["etag"]}
    assert (await client.get("/docs/static/docs.js", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "docs.html",
        "DOCS.JS",
        "docs.js%00",
        "..%2fdocs.py",
        "%2e%2e/docs.py",
        "..%5cdocs.py",
        "%2fetc%2fpasswd",
        "",
    ],
)
async def test_what_is_not_on_the_list_is_not_found(client, path):
    answer = await client.get(f"/docs/static/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
