"""What all clients together were told, to be held against the gateway's own log in the end."""

import itertools
from collections import Counter

import httpx

_UNREAD = ("/v1/exports",)
"""Asking how far an export is discloses nothing; its files do."""


class Journal:
    """Names every request, and remembers what came of it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.disclosed: list[str] = []
        """Names of the requests whose answers told or stored something."""
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        """What a client must never be told, in words without data."""

    def name(self) -> str:
        """A name that no other request has."""
        return f"klien-{next(self._numbers)}"

    def cut(self) -> None:
        """The line broke before the answer was whole."""
        self.outcomes["cut"] += 1

    def note(self, name: str, answer: httpx.Response, expected: tuple[int, ...]) -> bool:
        """Whether this is an answer to go on with; else the request is to be sent again.

        Raises AssertionError for an answer that no repeating changes.
        """
        status = answer.status_code
        code = "" if status < 400 else _code(answer)
        self.outcomes[f"{status} {code}".strip()] += 1
        if status == 503:
            if "retry-after" not in answer.headers:
                self.wrong.append(f"{name}: 503 {code} without Retry-After")
            return False
        assert status in expected, f"{name}: {answer.request.url.path} {status} {answer.text}"
        if answer.headers.get("x-request-id") != name:
            self.wrong.append(f"{name}: answered under another name")
        if status == 200 and _tells(answer):
            self.disclosed.append(name)
        return True


def _code(answer: httpx.Response) -> str:
    told = answer.json()
    return str(told.get("code", told.get("error", "?")))


def _tells(answer: httpx.Response) -> bool:
    path = answer.request.url.path
    if path.startswith(_UNREAD):
        return "/files/" in path
    return not path.endswith("/changes") or bool(answer.json()["items"])
