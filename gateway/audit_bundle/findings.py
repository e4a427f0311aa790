"""What a check of a bundle says: what was proved, or what is not as it must be."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum

import msgspec


class Step(IntEnum):
    """The steps of the specification, section 5."""

    BUNDLE = 1
    CHECKPOINTS = 2
    SIGNATURES = 3
    PREFIX = 4
    LEAVES = 5
    ENTRIES = 6
    TIME = 7
    IDENTITY = 8
    DESTRUCTION = 9
    CONSISTENCY = 10
    KEPT = 11
    BESIDES = 12


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong, named as the specification names it."""

    langkah: Step
    nama: str
    sebab: str

    def __str__(self) -> str:
        return f"{self.nama}: {self.sebab}"


class Stamps(msgspec.Struct, frozen=True, kw_only=True):
    """What the timestamps of a bundle say."""

    jumlah: int
    diperiksa: bool
    """Whether anchors were given; without them nobody knows who made the tokens."""
    sampai: int = 0
    """Entries of the log under the last stamped checkpoint."""
    terlama: timedelta = timedelta()
    """The longest time from a checkpoint to the first stamp of it or of one after it."""

    def __str__(self) -> str:
        if not self.diperiksa:
            return f"NOT CHECKED: {self.jumlah} timestamps are there"
        return (
            f"{self.jumlah} timestamps, of the first {self.sampai} entries;"
            f" from a checkpoint to its timestamp {self.terlama} at most"
        )


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """What was proved, and how much of what is there was not looked at."""

    asal: str
    first: int
    end: int
    """The leaves from `first` on, up to `end`, which is not among them."""
    dimusnahkan: int
    checkpoint: int
    disaksikan: int
    """Checkpoints with a cosignature of a witness whose key was given."""
    terbaru: str
    """The newest checkpoint, to be kept."""
    batas: str
    """The checkpoint at `end`, with which the next part of an archive goes on."""
    stempel: Stamps
    """What timestamps there are, and what they prove."""
    bukti_tak_dipakai: int
    """Proofs from or to checkpoints that were not given."""


class Wrong(Exception):
    """Carries a finding to where the check ends."""

    def __init__(self, step: Step, name: str, why: str) -> None:
        super().__init__(name)
        self.finding = Finding(langkah=step, nama=name, sebab=why)


class Unreadable(Exception):
    """The bundle cannot be read at all, so that nothing is known of it."""


@contextlib.contextmanager
def called(step: Step, name: str) -> Iterator[None]:
    """Whatever has another form in here than it must is a finding of this name."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        raise Wrong(step, name, str(error)) from None
