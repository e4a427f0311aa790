"""The members of a bundle, a ZIP file or a folder, read as streams."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, TypeVar

from gateway.audit_bundle.findings import Step, Unreadable, Wrong, called
from gateway.audit_bundle.forms import LONGEST, Count, Line, Moment, read_line, ticks
from gateway.audit_bundle.notes import Checkpoint, read_checkpoint

T = TypeVar("T")

ALWAYS: Final = (
    *("manifest.json", "entries.ndjson", "leaves.bin", "prefix.json"),
    *("checkpoints.ndjson", "consistency.ndjson", "destructions.ndjson"),
)
SOMETIMES: Final = ("openings.ndjson", "timestamps.ndjson", "keys.txt", "verify.py")
_BROKEN: Final = (
    *(OSError, EOFError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)


class Manifest(Line, frozen=True, kw_only=True):
    """What a bundle says of itself."""

    format: str
    v: int
    origin: str
    first: Count
    end: Count
    sejak: Moment | None
    sampai: Moment | None
    dibuat_pada: Moment


class _Noted(Line, frozen=True, kw_only=True):
    note: str


class Members:
    """One bundle."""

    def __init__(self, path: Path) -> None:
        """Raises Unreadable where there is none."""
        self._folder = path
        self._opened = ExitStack()
        try:
            self._archive = None
            if not path.is_dir():
                self._archive = self._opened.enter_context(zipfile.ZipFile(path))
            self._names = self._listed()
        except (*_BROKEN, ValueError) as error:
            raise Unreadable(f"{path.name}: {error}") from None
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go, and whatever was not read to its end."""
        self._opened.close()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A member's bytes. Raises Unreadable, also from within the block."""
        try:
            with self._opened.enter_context(self._raw(name)) as file:
                yield file
        except (*_BROKEN, RuntimeError) as error:
            if isinstance(error, RecursionError):
                raise
            raise Unreadable(f"{name}: {error}") from None

    def _raw(self, name: str) -> IO[bytes]:
        if self._archive is None:
            return (self._folder / name).open("rb")
        try:
            packed = self._archive.open(name)
        except ValueError as error:
            raise Unreadable(f"{name}: {error}") from None
        # Lines of a packed member are found much faster through a buffer of its own.
        return io.BufferedReader(packed)  # type: ignore[type-var]  # not a raw stream by its type

    def has(self, name: str) -> bool:
        """Whether a member is there that need not be."""
        return name in self._names

    def lines(self, name: str) -> Iterator[bytes]:
        """With their ends; a line that is too long comes in pieces."""
        with self.open(name) as file:
            while line := file.readline(LONGEST):
                yield line

    def told(self, step: Step, name: str, kind: type[T]) -> Iterator[tuple[str, T]]:
        """What each line is called in findings, and what it says; nothing where it is missing."""
        lines = self.lines(name) if self.has(name) else iter(())
        for number, line in enumerate(lines, 1):
            label = f"{name} line {number}"
            with called(step, label):
                if not line.endswith(b"\n"):
                    raise ValueError("the line has no end")
                said = read_line(line, kind)
            yield label, said

    def only(self, name: str, kind: type[T]) -> T:
        """What a member says that is one object. Raises ValueError."""
        with self.open(name) as file:
            return read_line(file.read(LONGEST), kind)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """By time, each read anew, so that many take no room."""
        for label, said in self.told(Step.CHECKPOINTS, "checkpoints.ndjson", _Noted):
            with called(Step.CHECKPOINTS, label):
                point = read_checkpoint(said.note)
            yield point

    def _listed(self) -> list[str]:
        if self._archive is not None:
            return self._archive.namelist()
        found = {each.name for each in self._folder.iterdir()}
        return [name for name in (*ALWAYS, *SOMETIMES) if name in found]

    def _read_manifest(self) -> Manifest:
        names = self._names
        if missing := set(ALWAYS) - set(names):
            raise Wrong(Step.BUNDLE, "bundle", f"without {', '.join(sorted(missing))}")
        if set(names) - {*ALWAYS, *SOMETIMES}:
            raise Wrong(Step.BUNDLE, "bundle", "it has a member that does not belong there")
        if len(set(names)) < len(names):
            raise Wrong(Step.BUNDLE, "bundle", "the name of a member stands twice")
        with called(Step.BUNDLE, "bundle"):
            manifest = self.only("manifest.json", Manifest)
            if (manifest.format, manifest.v) != ("ppks-audit-bundle", 1):
                raise ValueError("the manifest is of another format or version")
            if manifest.end < manifest.first:
                raise ValueError("it ends before it begins")
            for moment in (manifest.sejak, manifest.sampai, manifest.dibuat_pada):
                if moment is not None:
                    ticks(moment)
        return manifest
