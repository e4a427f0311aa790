"""Loads modules without looking for garbage among what they make, because all of that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """While the block lasts the collector rests, and what was made in it is never looked at again.

    That saves about a sixth of the time of loading the gateway. Forked workers go on sharing it, too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
