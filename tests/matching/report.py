"""Writes the measured parts of docs/matching.md anew: `python -m tests.matching.report`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gateway.domain.matching.dates import SKOR_TANGGAL
from gateway.domain.matching.judge import AMBANG, BATAS_MIRIP
from gateway.domain.matching.names import BATAS, HARGA_BAGIAN
from gateway.domain.matching.places import HARGA_TEMPAT
from gateway.domain.matching.reasons import ALASAN, Ungkap
from gateway.domain.matching.streets import BATAS_KATA_BERBEDA, HARGA_ALAMAT
from gateway.domain.matching.word_pairs import HARGA
from tests.matching.cases import ATRIBUT, Pair, pairs

PAGE = Path(__file__).parents[2] / "docs" / "matching.md"
THRESHOLDS = (80, 85, 90, 95, 99)
_WHO = {
    Ungkap.SELALU: "everybody",
    Ungkap.BILA_SESUAI: "everybody, with SESUAI only",
    Ungkap.BERHAK: "who may read the attribute",
}


def precision(some: Iterable[Pair], threshold: int = AMBANG) -> float | None:
    """Of the pairs that were called the same, the share that is; pairs in doubt do not count."""
    called = [pair for pair in some if pair.score >= threshold and pair.truth != "ragu"]
    return _share(sum(pair.truth == "sama" for pair in called), len(called))


def recall(some: Iterable[Pair], threshold: int = AMBANG) -> float | None:
    """Of the pairs that are the same, the share that was called so."""
    same = [pair for pair in some if pair.truth == "sama"]
    return _share(sum(pair.score >= threshold for pair in same), len(same))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _table(head: str, rows: Iterable[Iterable[object]]) -> str:
    columns = head.split("|")
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _halves(some: list[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    yield "development", [pair for pair in some if not pair.held_out]
    yield "held out", [pair for pair in some if pair.held_out]


def by_threshold() -> str:
    """Precision and recall of every kind and half, at several thresholds."""
    rows = []
    for kind in ATRIBUT:
        for half, some in _halves([pair for pair in pairs() if pair.kind == kind]):
            if not some:
                continue
            cells = (
                f"{_percent(precision(some, each))} / {_percent(recall(some, each))}"
                for each in THRESHOLDS
            )
            rows.append([kind, half, len(some), *cells])
    return _table("pairs of|half|number|" + "|".join(map(str, THRESHOLDS)), rows)


def by_trap() -> str:
    """What became of every class of trap, both halves together, at the usual threshold."""
    found = pairs()
    classes = dict.fromkeys((pair.kind, pair.trap) for pair in found)
    rows = []
    for kind, trap in classes:
        some = [pair for pair in found if (pair.kind, pair.trap) == (kind, trap)]
        rows.append([f"{kind}: {trap}", *(_outcomes(some, truth) for truth in _TRUTHS),
                     _percent(precision(some)), _percent(recall(some))])  # fmt: skip
    return _table("trap|the same|another|in doubt|precision|recall", rows)


_TRUTHS = ("sama", "beda", "ragu")


def _outcomes(some: list[Pair], truth: str) -> str:
    scores = [pair.score for pair in some if pair.truth == truth]
    if not scores:
        return ""
    same = sum(score >= AMBANG for score in scores)
    near = sum(BATAS_MIRIP <= score < AMBANG for score in scores)
    return f"{same} · {near} · {len(scores) - same - near}"


def prices() -> str:
    """What each kind of difference takes from 100, and the limits."""
    tables: Mapping[str, Mapping[str, int]] = {
        "a word of a name": HARGA,
        "the parts of a name": HARGA_BAGIAN,
        "a place": HARGA_TEMPAT,
        "a street": HARGA_ALAMAT,
    }
    rows = [
        [of, kind, f"-{price}"] for of, table in tables.items() for kind, price in table.items()
    ]
    rows += [["a name, at most", kind, limit] for kind, limit in BATAS.items()]
    rows.append(["a street, at most", "kata yang berbeda", BATAS_KATA_BERBEDA])
    rows += [["a date", kind, score] for kind, score in SKOR_TANGGAL.items()]
    return _table("of|difference|score", rows)


def reasons() -> str:
    """Every reason, its words, and who is told."""
    return _table(
        "code|words|told to",
        ([f"`{code.value}`", words, _WHO[who]] for code, (who, words) in ALASAN.items()),
    )


PARTS = {
    "by threshold": by_threshold,
    "by trap": by_trap,
    "prices": prices,
    "reasons": reasons,
}


def written_anew(page: str) -> str:
    """The page with every measured part as it is now."""
    for name, make in PARTS.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = f"{re.escape(marks[0])}.*?{re.escape(marks[1])}"
        fresh = f"{marks[0]}\n\n{make()}\n\n{marks[1]}"
        page, times = re.subn(pattern, lambda _, text=fresh: text, page, flags=re.DOTALL)
        assert times == 1, name
    return page


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text("utf-8")), "utf-8")
