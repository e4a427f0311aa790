"""`/docs`: the API's description for people, made of this gateway's own files alone."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from gateway.domain.errors import NotFound

# Nothing from another host and nothing inline; the viewer's style sheet draws its icons from data.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PUBLIC: Final = "public"
_PAGE: Final = "docs.html"
_SCRIPT: Final = "text/javascript"
_STYLE: Final = "text/css"
# A name with a version in it never means other bytes; the others are asked for again each time.
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


class _Kind(NamedTuple):
    media_type: str
    cache_control: str


class _Body(NamedTuple):
    data: bytes
    etag: str


FILES: Final[Mapping[str, _Kind]] = {
    "docs.css": _Kind(_STYLE, _ASK_AGAIN),
    "docs.js": _Kind(_SCRIPT, _ASK_AGAIN),
    "swagger-ui-5.35.0.css": _Kind(_STYLE, _FOR_EVER),
    "swagger-ui-5.35.0.js": _Kind(_SCRIPT, _FOR_EVER),
}
"""All that `/docs/static/` serves: a name that is not here is never looked for on the disk."""


@get("/", scope=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def front() -> Redirect:
    """Whoever comes without a path is shown the documentation."""
    return Redirect("/docs", status_code=302)


@get("/docs", scope=_PUBLIC, include_in_schema=False, sync_to_thread=True)
def page() -> Response[bytes]:
    """The page; the viewer on it draws `/openapi.json`."""
    return Response(
        _read(_PAGE, gzipped=False).data,
        media_type="text/html",
        headers={"content-security-policy": CONTENT_SECURITY_POLICY},
    )


@get("/docs/static/{file:str}", scope=_PUBLIC, include_in_schema=False, sync_to_thread=True)
def static(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """One of `FILES`, packed where the client can unpack it; 304 where it has it already."""
    kind = FILES.get(file)
    if kind is None:
        raise NotFound("tidak ada berkas ini / there is no such file")
    gzipped = _accepts_gzip(request.headers.get("accept-encoding", ""))
    body = _read(file, gzipped=gzipped)
    headers = {"etag": body.etag, "cache-control": kind.cache_control, "vary": "accept-encoding"}
    if _has_it(request.headers.get("if-none-match", ""), body.etag):
        return Response(b"", status_code=304, headers=headers)
    if gzipped:
        headers["content-encoding"] = "gzip"
    return Response(body.data, media_type=kind.media_type, headers=headers)


docs_handlers: Final[list[HTTPRouteHandler]] = [front, page, static]


def _accepts_gzip(header: str) -> bool:
    """Whether an `Accept-Encoding` names gzip and does not weigh it nothing."""
    for part in header.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight == "" or weight.strip("0.") != ""
    return False


@cache
def _read(name: str, *, gzipped: bool) -> _Body:
    """The file's bytes, read and packed once in the life of the process."""
    data = resources.files("gateway.web").joinpath("static", name).read_bytes()
    if gzipped:
        data = gzip.compress(data, mtime=0)
    return _Body(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


def _has_it(if_none_match: str, etag: str) -> bool:
    told = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return any(tag in ("*", etag) for tag in told)
