"""Brings HTTP addresses into one spelling (RFC 3986 sections 6.2.2, 6.2.3), so they compare."""

import re
from typing import Final

# Each part excludes what begins the next one: else a hostile address is tried cut everywhere.
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]*))?"
    r"(?P<path>/[!\"$->@-~]*)?(?:\?[!\"$-~]*)?(?:#[!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
# A segment's characters (RFC 3986 section 3.3); whatever else is there must be escaped.
_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_USUAL_PORT: Final = {"http": "80", "https": "443"}


def normal_origin(address: str) -> str:
    """Scheme, host and port of an http or https address. Raises ValueError."""
    return _parts(address)[0]


def normal_address(address: str) -> str:
    """An http or https address in its one spelling, without query and fragment.

    Raises ValueError for what is no such address; user information is none either.
    """
    origin, path = _parts(address)
    return origin + normal_path(path)


def normal_path(path: str) -> str:
    """An absolute, escaped path in its one spelling. Raises ValueError."""
    if not path.startswith("/") or _PATH.fullmatch(path) is None:
        raise ValueError("not an absolute path")
    spelt = _ESCAPED.sub(_respell, path) if "%" in path else path
    return _without_dots(spelt) if "/." in spelt else spelt


def _parts(address: str) -> tuple[str, str]:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError("not an http or https address")
    scheme, port = found["scheme"].lower(), found["port"]
    shown = "" if port in {None, "", _USUAL_PORT[scheme]} else f":{port}"
    return f"{scheme}://{found['host'].lower()}{shown}", found["path"] or "/"


def _respell(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[1], 16))
    return character if _UNRESERVED.fullmatch(character) else escaped[0].upper()


def _without_dots(path: str) -> str:
    segments = path.split("/")[1:]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
