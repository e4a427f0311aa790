"""Keeps the HTTP library from reading where a redirect leads: nobody here follows one."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Final, Protocol


class _Answered(Protocol):
    @property
    def headers(self) -> MutableMapping[str, str]: ...


async def _forget(answer: _Answered) -> None:
    answer.headers.pop("location", None)


# The library makes the next request of every redirect, also of one that is not to be followed, and
# a place that is no URL raises then whatever is raised there. A stranger must not choose that.
NOWHERE: Final[dict[str, list[Callable[[_Answered], Awaitable[None]]]]] = {"response": [_forget]}
"""Hooks of a client that follows no redirect."""
