"""The newest checkpoint in a file beside the store: what a store that was rolled back lacks."""

import os
from contextlib import suppress
from pathlib import Path


class KeptCheckpoint:
    """One file, always whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        """The signed note; None where none was kept yet."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, note: str) -> None:
        """Take the place of the one before."""
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            new.write_text(note, encoding="utf-8")
            new.replace(self.path)
        finally:
            with suppress(FileNotFoundError):
                new.unlink()
