"""Time of one comparison, medians of several runs: `python -m bench.matching`."""

import statistics
import time
from typing import Final

from gateway.domain.matching.judge import bandingkan
from tests.matching.cases import ATRIBUT, nowhere, pairs

_RUNS: Final = 7


def main() -> None:
    """Every labelled pair of a kind, one after the other; and the worst text that was found."""
    found = pairs()
    print(f"{'pairs of':10} {'number':>6} {'us/pair':>8} {'slowest us':>10}")
    for kind, atribut in ATRIBUT.items():
        some = [pair for pair in found if pair.kind == kind]
        values = [(pair.value(pair.told), pair.value(pair.known)) for pair in some]
        runs = [[_once(atribut, *each) for each in values] for _ in range(_RUNS)]
        each = [statistics.median(times) for times in zip(*runs, strict=True)]
        print(f"{kind:10} {len(some):6} {statistics.mean(each):8.0f} {max(each):10.0f}")
    words = " ".join(f"abcdefghi{letter}klm" for letter in "abcdefghijklmn")
    hostile = [_once("nama_lengkap", words, words[::-1]) for _ in range(_RUNS)]
    print(f"{'hostile':10} {1:6} {statistics.median(hostile):8.0f}")


def _once(atribut: str, told: object, known: object) -> float:
    """Microseconds."""
    started = time.perf_counter_ns()
    bandingkan(atribut, told, known, nowhere)
    return (time.perf_counter_ns() - started) / 1000


if __name__ == "__main__":
    main()
