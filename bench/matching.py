"""How long one comparison of what was told with what is known takes, and the dearest one."""

import statistics
import time
from typing import Final

from bench.result import Cell, Scale, Table
from gateway.domain.matching.judge import bandingkan
from tests.matching.cases import ATRIBUT, nowhere, pairs

_SAMPLE: Final = "abcdefghijklmn"
_ALIKE: Final = " ".join(f"abcdefghi{letter}klm" for letter in _SAMPLE)


def measure(scale: Scale) -> list[Table]:
    """Every labelled pair of every kind, and two names made to be dear."""
    rows: list[tuple[Cell, ...]] = []
    for kind, atribut in ATRIBUT.items():
        values = [
            (each.value(each.told), each.value(each.known)) for each in pairs() if each.kind == kind
        ]
        times = [_median(atribut, *each, scale.rounds) for each in values]
        rows.append((kind, len(times), statistics.mean(times), max(times)))
    dear = _median("nama_lengkap", _ALIKE, _ALIKE[::-1], scale.rounds)
    rows.append(("14 long words, all alike", 1, dear, dear))
    return [
        Table(
            title="Comparisons",
            columns=("pairs of", "pairs", "processor microseconds a pair", "dearest pair"),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}; the mean over the pairs of each one's median.",
        )
    ]


def _median(atribut: str, told: object, known: object, rounds: int) -> float:
    return statistics.median(_microseconds(atribut, told, known) for _ in range(rounds))


def _microseconds(atribut: str, told: object, known: object) -> float:
    started = time.thread_time_ns()
    bandingkan(atribut, told, known, nowhere)
    return (time.thread_time_ns() - started) / 1000
