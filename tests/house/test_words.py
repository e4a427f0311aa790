"""What the project must not say: where it was made, where its packages came from, whose NIK it saw."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.fixtures.project import project_files, read

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    "a package registry": r"(?i)\b(py[p]i|pythonhoste[d]|npm[j]s|jsdelivr[.]|unpkg[.]com)",
    "a path of one machine": r"(?<![\w.}])/(?:wor[k]|far[m]|hom[e]/\w|roo[t]/|opt/whee[l]s)",
    "an entry of a tracker": r"(?i)(?<![\w&/#(])#\d{1,4}\b(?![\"';\w])|\bissu[e]s?\s+#?\d",
    "a machine's authorship": r"(?i)\b(clau[d]e|anthropi[c]|chat[g]pt|open[a]i|copilo[t]|language [m]odel)",
    "work left undone": r"\b(TOD[O]|FIXM[E]|XX[X])\b",
}
# Colours and fragments of style sheets and drawings look like tracker entries.
NOT_PROSE = {".css", ".svg", ".js", ".html"}

LOCKS = Path("requirements")
# Not the digits of a fraction or of a hexadecimal digest.
SIXTEEN_DIGITS = re.compile(r"(?<![0-9a-zA-Z])(?<!\d\.)\d{16}(?![0-9a-zA-Z])")
# The bounds of integers that survive a trip through floating point, and their neighbours.
BOUNDS_OF_FLOATS = {str(2**53 + step) for step in (-1, 0, 1)}


# Others' words: a vendored script highlights such marks. Its bytes are pinned by their hash.
VENDORED = "gateway/web/static/swagger-ui-"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_speaks_of(what):
    pattern = re.compile(FORBIDDEN[what])
    found = []
    for path in project_files():
        if what == "an entry of a tracker" and path.suffix in NOT_PROSE:
            continue
        if str(path).startswith(VENDORED):
            continue
        found += [f"{path}: {match[0]}" for match in pattern.finditer(read(path))]
    assert found == []


def is_invented(number: str) -> bool:
    """Nobody can bear it: no area begins with 99, and no area has a district 99."""
    placeholder = len(set(number)) == 1
    return placeholder or number[4:6] == "99" or number[:2] == "99" or number in BOUNDS_OF_FLOATS


@pytest.mark.parametrize(
    ("number", "expected"),
    [("640299" + "0101900001", True), ("9901010101900001", True), ("640206" + "0101900001", False)],
)
def test_only_numbers_of_areas_that_do_not_exist_count_as_invented(number, expected):
    assert is_invented(number) is expected


def test_every_number_of_sixteen_digits_is_invented():
    found = []
    for path in project_files():
        if LOCKS in path.parents:
            continue
        # Fullwidth and other digits count as what they stand for.
        numbers = SIXTEEN_DIGITS.findall(unicodedata.normalize("NFKC", read(path)))
        # The number may be a person's: the message must not repeat it.
        found += [f"{path}: {number[:4]}..." for number in numbers if not is_invented(number)]
    assert found == []
