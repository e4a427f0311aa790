"""How many slips of the finger lie between two words, as far as that matters."""

from typing import Final

FAR: Final = 3
"""More than two slips: another word."""


def slips(left: str, right: str) -> int:
    """Letters added, left out, replaced, or swapped with their neighbour; `FAR` for more than two.

    The work is bounded by the length of the words, not by its square: only the diagonal band of
    the table in which fewer than `FAR` slips can lie is filled.
    """
    if abs(len(left) - len(right)) >= FAR:
        return FAR
    before: list[int] = []
    row = [min(column, FAR) for column in range(len(right) + 1)]
    for index, letter in enumerate(left):
        before, row = row, _next_row(before, row, left, right, index, letter)
        if min(row) >= FAR:
            return FAR
    return row[-1]


def is_swap(left: str, right: str) -> bool:
    """True where two neighbouring letters inside the words are swapped and nothing else differs."""
    if len(left) != len(right):
        return False
    differing = [index for index, letter in enumerate(left) if letter != right[index]]
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    first, second = differing
    inner = first > 0 and second < len(left) - 1
    return inner and (left[first], left[second]) == (right[second], right[first])


def _next_row(
    before: list[int], above: list[int], left: str, right: str, index: int, letter: str
) -> list[int]:
    row = [FAR] * (len(right) + 1)
    row[0] = min(index + 1, FAR)
    for column in range(max(0, index - FAR), min(len(right), index + FAR + 1)):
        cost = min(
            above[column] + (letter != right[column]), above[column + 1] + 1, row[column] + 1
        )
        swapped = (
            column > 0
            and index > 0
            and letter == right[column - 1]
            and left[index - 1] == right[column]
        )
        if swapped:
            cost = min(cost, before[column - 1] + 1)
        row[column + 1] = min(cost, FAR)
    return row
