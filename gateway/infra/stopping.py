"""Hears that the process is told to stop, so that answers without an end can be brought to one."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Asked by what would go on for as long as the server does."""

    def __init__(self) -> None:
        self._told = False

    def __call__(self) -> bool:
        """Whether the process was told to stop."""
        return self._told

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals while the block lasts, beside whoever heard them before.

        Only the main thread may; elsewhere nothing is heard.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.getsignal(each) for each in _SIGNALS}

        def heard(number: int, frame: FrameType | None) -> None:
            self._told = True
            handler: Any = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for each in _SIGNALS:
            signal.signal(each, heard)
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
