"""Loads without looking for garbage among what is made meanwhile, because all of that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ALLOCATIONS: Final = (10_000, 20, 50)
"""When the collector looks. Requests under way hold thousands of objects, hardly any in cycles."""


@contextmanager
def loading() -> Iterator[None]:
    """While the block lasts the collector rests, and what was made in it is never looked at again.

    That saves a sixth of the time of loading the gateway, and forked workers go on sharing it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def loaded() -> None:
    """All that is there stays: from now on the collector looks at what comes after it, and seldom.

    For a process that serves; what it has made until now is never looked at again.
    """
    gc.freeze()
    gc.set_threshold(*_ALLOCATIONS)
