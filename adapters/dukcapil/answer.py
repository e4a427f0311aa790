"""Reads one answer in a fixed order: transport, JSON, quota, message, and only then data."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import msgspec
from msgspec import UNSET

from adapters.dukcapil.codes import AnswerCodes, answer_codes
from adapters.dukcapil.config import Config
from adapters.dukcapil.schema import (
    ALIASES,
    CODE_FIELD,
    PHOTO_FIELD,
    TEXT_FIELDS,
    Envelope,
    Nilai,
)
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.struct import Quiet
from gateway.kit.transport import Answer

_MESSAGE_FIELDS: Final = frozenset({CODE_FIELD, *TEXT_FIELDS})
_NEVER_DATA: Final = _MESSAGE_FIELDS | {PHOTO_FIELD}
_LONGEST_COUNT: Final = 12
"""Digits of a code or a quota; longer numbers are something else."""
_LARGEST_NUMBER: Final = 10**16 - 1
"""The service's longest numbers are NIK and KK."""

Row = dict[str, Any]


class Rules(Quiet, frozen=True, kw_only=True):
    """What a deployment's answers are read with."""

    codes: AnswerCodes
    aliases: Mapping[str, str]


class Message(Quiet, frozen=True, kw_only=True):
    """One answer: its outcome, its data fields (may be empty), the quota left.

    FOUND only says that no failure was told; whether the data are usable is for the mapping.
    """

    outcome: Outcome
    fields: Mapping[str, Nilai] = {}
    unreadable: tuple[str, ...] = ()
    """Wire names whose value was neither text nor integer."""
    quota: int | None = None
    hint: str = ""


def rules_of(config: Config) -> Rules:
    """The rules of one deployment. Raises ValueError for an outcome name that is none."""
    own = {theirs.upper(): ours.upper() for theirs, ours in config.aliases.items()}
    return Rules(codes=answer_codes(config.codes, config.texts), aliases={**ALIASES, **own})


def read_answer(answer: Answer, rules: Rules) -> Message:
    """The message in an answer. Raises UpstreamFailure where the bytes hold none."""
    if answer.status != 200:
        raise UpstreamFailure(Outcome.TRANSPORT, hint=f"HTTP {answer.status}")
    envelope = _decode(answer.body)
    if isinstance(envelope, UpstreamFailure):
        raise envelope
    quota = read_count(envelope.quota_limiter)
    rows = _rows(envelope)
    if not rows:
        return Message(outcome=Outcome.NOT_FOUND, quota=quota)
    outcome, hint = _outcome(rows, rules.codes)
    if outcome is Outcome.FOUND and _is_doubled(rows):
        outcome, hint = Outcome.FOUND_DUPLICATE, "several records under one NIK"
    fields, unreadable = _data(rows, rules.aliases)
    return Message(outcome=outcome, fields=fields, unreadable=unreadable, quota=quota, hint=hint)


def read_count(value: object) -> int | None:
    """A whole number told as number or text, else None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 10**_LONGEST_COUNT else None
    if isinstance(value, str) and (text := value.strip()).isascii() and text.isdigit():
        return int(text) if len(text) <= _LONGEST_COUNT else None
    return None


def _decode(body: bytes) -> Envelope | UpstreamFailure:
    """The page, or the failure to raise; it is raised outside, so that it never holds the bytes."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except msgspec.ValidationError:
        return UpstreamFailure(Outcome.MALFORMED, hint="JSON, but not a page")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UpstreamFailure(Outcome.TRANSPORT, hint="not JSON" if body.strip() else "empty body")


def _rows(envelope: Envelope) -> list[Row]:
    """The objects of `content`, none for an empty page. Raises UpstreamFailure for no page."""
    content = envelope.content
    if content is UNSET or content is None:
        # Some other JSON, say of a proxy, must not become a final "not found" about a person.
        if envelope == Envelope(content=content):
            raise UpstreamFailure(Outcome.MALFORMED, hint="JSON, but not a page")
        return []
    found = [content] if isinstance(content, dict) else content
    if found == []:
        return []
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    if not rows:
        raise UpstreamFailure(Outcome.MALFORMED, hint="content holds no object")
    return [{str(name).upper(): value for name, value in row.items()} for row in rows]


def _outcome(rows: list[Row], codes: AnswerCodes) -> tuple[Outcome, str]:
    """Code before text, and both before data: failures come merged with data fields."""
    code = _first_told(rows, (CODE_FIELD,))
    if code is not None:
        digits = _two_digits(code)
        return codes.of_code(digits), f"code {digits or 'not readable'}"
    text = _first_told(rows, TEXT_FIELDS)
    if text is None:
        return Outcome.FOUND, ""
    outcome = codes.of_text(text) if isinstance(text, str) else Outcome.UNKNOWN_UPSTREAM
    if outcome is not Outcome.UNKNOWN_UPSTREAM:
        return outcome, "told by text"
    # An unknown text may hold anything, also a name: only its length is told.
    return outcome, f"unknown text of {len(str(text))} characters"


def _first_told(rows: Iterable[Row], names: Iterable[str]) -> object | None:
    told = (row.get(name) for row in rows for name in names)
    return next((value for value in told if value is not None and value != ""), None)


def _two_digits(value: object) -> str:
    number = read_count(value)
    return "" if number is None else f"{number:02d}"


def _is_doubled(rows: list[Row]) -> bool:
    """Whether two records of one NIK differ: nobody can tell which of them is the person's."""
    told = [{name: row[name] for name in row.keys() - _NEVER_DATA} for row in rows]
    first, *others = [record for record in told if record] or [{}]
    nik = str(first.get("NIK", ""))
    return bool(nik) and any(other != first and str(other.get("NIK")) == nik for other in others)


def _data(rows: list[Row], aliases: Mapping[str, str]) -> tuple[dict[str, Nilai], tuple[str, ...]]:
    """The first row that holds data, under the usual names, without photo and odd types."""
    row = next((row for row in rows if row.keys() - _MESSAGE_FIELDS), {})
    fields: dict[str, Nilai] = {}
    unreadable: list[str] = []
    for theirs, value in row.items():
        name = aliases.get(theirs, theirs)
        if name in _NEVER_DATA or (name != theirs and name in row):
            continue
        if _is_plain(value):
            fields[name] = cast("Nilai", value)
        else:
            unreadable.append(name)
    return fields, tuple(unreadable)


def _is_plain(value: object) -> bool:
    """Null, text or a whole number of a sane size; a float has lost digits already."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value <= _LARGEST_NUMBER
    return value is None or isinstance(value, str)
