"""Bounds how many requests of this process wait at once: for changes, for nothing else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.domain.errors import Unavailable

_RETRY_AFTER: Final = 10
"""Seconds."""


class Waiting:
    """Places to wait in, some of them for each grant."""

    def __init__(self, places: int, of_a_grant: int) -> None:
        self._places = places
        self._of_a_grant = of_a_grant
        self._taken: Counter[str] = Counter()

    @contextmanager
    def place(self, grant_id: str) -> Iterator[None]:
        """A place until the block ends. Raises Unavailable where none is free."""
        if self._taken.total() >= self._places or self._taken.get(grant_id, 0) >= self._of_a_grant:
            raise Unavailable(
                "terlalu banyak yang menunggu / too many are waiting",
                code="busy",
                retry_after=_RETRY_AFTER,
            )
        self._taken[grant_id] += 1
        try:
            yield
        finally:
            self._taken[grant_id] -= 1
            if not self._taken[grant_id]:
                del self._taken[grant_id]
