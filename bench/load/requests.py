"""Requests as they go over the wire, written beforehand so that sending them costs little."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from bench.serving.process import HOST


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A file of requests; `once` where none may be sent twice."""

    file: Path
    once: bool = False


Load = Callable[[Path, int], Replay]
"""Writes requests into a file, with tokens and proofs made now; at most so many if `once`."""


def request(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """One HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    lines += [f"{name}: {text}" for name, text in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def write_requests(file: Path, requests: Iterable[bytes], *, once: bool = False) -> Replay:
    """Each request behind a line that holds its length, which `replay.lua` reads too."""
    with file.open("wb") as out:
        for each in requests:
            out.write(b"%d\n" % len(each))
            out.write(each)
    return Replay(file=file, once=once)


def read_requests(file: Path) -> Iterator[bytes]:
    """The requests of a file, one after another."""
    with file.open("rb") as told:
        while length := told.readline():
            yield told.read(int(length))
