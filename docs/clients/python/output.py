"""Standard output, of which a pull that was interrupted knows how far it had come."""

import json
import os
import stat
from pathlib import Path
from typing import Any

STDOUT = 1


class Output:
    """Writes pages, one JSON object a line; with a cursor file each page exactly once.

    The cursor file has the next page's cursor and the length of the output before that page.
    What stands after it is of a page that was interrupted, and is cut off.
    """

    def __init__(self, cursor_file: Path | None) -> None:
        """Raises ValueError where the cursor file cannot be used with this output."""
        self.cursor_file = cursor_file
        self.cursor: str | None = None
        if cursor_file is not None:
            self._go_on(cursor_file)
            self._remember(cursor_file)

    def _go_on(self, cursor_file: Path) -> None:
        found = os.fstat(STDOUT)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("--cursor-file needs the output in a file: >> FILE")
        if cursor_file.exists():
            known = json.loads(cursor_file.read_text())
            if known["file"] != found.st_ino or known["length"] > found.st_size:
                raise ValueError(f"{cursor_file} is of another output: append to that, >> FILE")
            self.cursor = known["cursor"]
            os.ftruncate(STDOUT, known["length"])
        os.lseek(STDOUT, 0, os.SEEK_END)

    def write(self, items: list[dict[str, Any]], next_cursor: str | None) -> None:
        """One page. After the last one the next pull begins anew."""
        lines = [json.dumps(item, ensure_ascii=False) + "\n" for item in items]
        _write_all("".join(lines).encode())
        self.cursor = next_cursor
        if self.cursor_file is None:
            return
        if next_cursor is None:
            self.cursor_file.unlink()
        else:
            self._remember(self.cursor_file)

    def _remember(self, cursor_file: Path) -> None:
        """The page is on the disk before the cursor that leads past it."""
        os.fsync(STDOUT)
        found = os.fstat(STDOUT)
        state = {"cursor": self.cursor, "length": found.st_size, "file": found.st_ino}
        new = cursor_file.with_name(cursor_file.name + ".new")
        new.write_text(json.dumps(state))
        new.replace(cursor_file)


def _write_all(text: bytes) -> None:
    """Not by sys.stdout: where that is unbuffered, it silently leaves out what does not fit."""
    while text:
        text = text[os.write(STDOUT, text) :]
