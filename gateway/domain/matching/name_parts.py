"""Takes a written name apart: titles, the name's own words, the patronym, aliases."""

import re
from typing import Final

from gateway.domain.matching.name_words import (
    ALIAS,
    GELAR_BELAKANG,
    GELAR_BELAKANG_JELAS,
    GELAR_DEPAN,
    KETURUNAN,
    NASAB,
    NASAB_PANJANG,
    SINGKATAN,
    SINGKATAN_GANDA,
)
from gateway.domain.matching.text import are_bearable
from gateway.kit.struct import Quiet

_BRACKETS: Final = re.compile(r"\(([^()]*)\)|[()]")
_MANY_VARIANTS: Final = 2
_ABDUL: Final = frozenset(["abdul", "abdur", "abdus", "abdun", "abdud", "abdut", "abdu"])
_ALLAH: Final = re.compile(r"abdull?[ao]h?")
# The article takes on the first letter of what follows: Abdur-Rahman, Abdus-Salam.
_ABDUL_JOINED: Final = re.compile(r"abdu(?:l|([a-z])(?=\1))?([a-z]{4,})")


class Nama(Quiet, frozen=True, kw_only=True):
    """One name taken apart; the words are folded."""

    kata: tuple[str, ...]
    nasab: tuple[str, ...] = ()
    """The father's name."""
    jenis_nasab: str = ""
    """`bin`, `binti`, or nothing."""
    keturunan: str = ""
    """`jr`, `sr`, `ii` ..., or nothing."""
    gelar: bool = False
    """True where titles were passed over."""


def baca_nama(folded: str) -> tuple[Nama, ...]:
    """The name and then one alias, if it has any. Empty where there is nothing to compare."""
    text = f" {folded} "
    for written, meant in NASAB_PANJANG:
        text = text.replace(written, meant)
    named = _BRACKETS.sub(lambda match: f" alias {match[1] or ''} ", text)
    variants: list[list[str]] = [[]]
    for piece in named.replace("/", " ").replace("&", " ").replace("-", " ").split():
        if piece.strip(".,") in ALIAS:
            variants.append([])
        else:
            variants[-1].append(piece)
    read = [_baca(pieces) for pieces in variants if pieces][:_MANY_VARIANTS]
    return tuple(name for name in read if are_bearable([*name.kata, *name.nasab]))


def _baca(pieces: list[str]) -> Nama:
    words, with_mark = _words(pieces)
    own, titled = _without_titles(words, with_mark)
    generation = ""
    if len(own) > 1 and own[-1] in KETURUNAN:
        generation = KETURUNAN[own.pop()]
    at = next((index for index, word in enumerate(own) if index and word in NASAB), None)
    kind = "" if at is None else NASAB[own[at]]
    father = [] if at is None else own[at + 1 :]
    return Nama(
        kata=tuple(_spread(own if at is None else own[:at])),
        nasab=tuple(_spread(father)),
        jenis_nasab=kind,
        keturunan=generation,
        gelar=titled,
    )


def _words(pieces: list[str]) -> tuple[list[str], list[bool]]:
    """The words without dots, and for each whether a dot or a comma before it marks a title."""
    words: list[str] = []
    marked: list[bool] = []
    behind_comma = False
    for piece in " ".join(pieces).replace(",", " , ").split():
        if piece == ",":
            behind_comma = True
            continue
        for word in _undotted(piece, first=not words):
            words.append(word)
            marked.append(behind_comma or "." in piece)
    return words, marked


def _undotted(piece: str, *, first: bool) -> list[str]:
    """`s.pd.` -> `spd`, `m.ali` -> `m`, `ali`: a known short form is one word."""
    whole = piece.replace(".", "")
    short = whole in GELAR_DEPAN or whole in SINGKATAN_GANDA or whole in SINGKATAN
    known = short or (whole in GELAR_BELAKANG and not first)
    parts = [whole] if known else piece.split(".")
    return [part for part in parts if part]


def _without_titles(words: list[str], marked: list[bool]) -> tuple[list[str], bool]:
    """The words between the titles; never nothing where there was something."""
    start, end = 0, len(words)
    while end - start > 1 and (length := _title_at_end(words, marked, start, end)):
        end -= length
    while end - start > 1 and words[start] in GELAR_DEPAN:
        start += 1
    return words[start:end], end - start < len(words)


def _title_at_end(words: list[str], marked: list[bool], start: int, end: int) -> int:
    """How many of the last words are one title: `S. Pd` are two."""
    last = words[end - 1]
    if last in GELAR_BELAKANG_JELAS:
        return 1
    halves = words[end - 2] if end - start > 2 else ""
    if len(halves) == 1 and halves + last in GELAR_BELAKANG and any(marked[end - 2 : end]):
        return 2
    return int(marked[end - 1]) and int(
        last in GELAR_BELAKANG or (last in GELAR_DEPAN and len(last) > 1)
    )


def _spread(words: list[str]) -> list[str]:
    """Short forms of two words written out, `Abdurrahman` as `abdul rahman`."""
    spread: list[str] = []
    for index, word in enumerate(words):
        double = SINGKATAN_GANDA.get(word) if index == 0 and len(words) > 1 else None
        spread += double or _pisah_abdul(word)
    return spread


def _pisah_abdul(word: str) -> list[str]:
    new = word.replace("oe", "u")
    if new in _ABDUL:
        return ["abdul"]
    joined = None if _ALLAH.fullmatch(new) else _ABDUL_JOINED.fullmatch(new)
    return [word] if joined is None else ["abdul", joined[2]]
