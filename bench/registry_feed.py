"""Follows the change feed: from its beginning as fast as it goes, and its newest page."""

from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

import msgspec

from bench.registry_readers import SEALER, Asked, Line, Readers, Waits
from bench.serving.agencies import Agency
from gateway.api.feed_cursor import FeedCursors
from gateway.application.caller.caller import Caller
from gateway.kit.struct import Quiet

_PATH: Final = "/v1/ppks/changes"
_PAGE: Final = 1000
_NEWEST: Final = 100
_TIMES: Final = 100
_PER_SECOND: Final = 100
_CURSORS: Final = FeedCursors(SEALER)


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What was told from the beginning, and the waits for the last hundred changes."""

    per_second: float
    newest: Waits
    quiet: Waits
    """For the answer that nothing is new."""


class _Grant(Quiet, frozen=True):
    grant_id: str


class _Bearer(Quiet, frozen=True):
    """As much of a caller as a cursor is bound to."""

    grant: _Grant
    sempit: None = None


def follow(
    line: Line, readers: Readers, size: int, seconds: float
) -> Iterator[tuple[str, Followed]]:
    """Each view, and what came of following the feed under it."""
    for view, agency in readers.feed.items():
        told, cursor = _from_beginning(line, agency, seconds)
        yield (
            view,
            Followed(
                per_second=told,
                newest=_again(line, agency, _moved(cursor, agency, size - _NEWEST)),
                quiet=_again(line, agency, _moved(cursor, agency, size)),
            ),
        )


def _from_beginning(line: Line, agency: Agency, seconds: float) -> tuple[float, str]:
    """Changes told in a second, and a cursor."""
    cursor, told, taken = "", 0, 0.0
    for headers in agency.proved_headers(_PATH, int(_PER_SECOND * seconds), method="GET"):
        wait, page = line.ask(_asked(cursor, _PAGE), headers)
        taken += wait
        told += len(page["items"])
        cursor = page["next_cursor"]
        if taken >= seconds or page["lengkap"]:
            break
    return told / taken, cursor


def _again(line: Line, agency: Agency, cursor: str) -> Waits:
    headers = agency.proved_headers(_PATH, _TIMES, method="GET")
    return line.waits((_asked(cursor, _PAGE), each) for each in headers)


def _asked(cursor: str, limit: int) -> Asked:
    query: dict[str, Any] = {"limit": limit} | ({"cursor": cursor} if cursor else {})
    return Asked(path=f"{_PATH}?{urlencode(query)}")


def _moved(cursor: str, agency: Agency, number: int) -> str:
    """A cursor of the same reader after another change."""
    bearer = cast("Caller", _Bearer(_Grant(agency.grant_id)))
    position = _CURSORS.open(cursor, bearer)
    return _CURSORS.seal(msgspec.structs.replace(position, nomor=number), bearer)
