"""Sets the interpreter for a run over very many rows, and back."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ALLOCATIONS: Final = (50_000, 20, 100)
_TURN_SECONDS: Final = 0.0005


@contextmanager
def many_rows() -> Iterator[None]:
    """While the block lasts, collect garbage seldom and let other threads take their turn soon.

    Frozen structures form no cycles, so the collector finds nothing in them and still looks at
    each one. And the thread that speaks to the store waits one turn before each of its steps.
    """
    allocations, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(*_ALLOCATIONS)
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*allocations)
        gc.unfreeze()
