"""Reads a Struct from environment variables and reports everything that is wrong at once."""

import difflib
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import FieldInfo

from gateway.kit.envtypes import EnvType

S = TypeVar("S", bound=msgspec.Struct)

FILE_SUFFIX: Final = "_FILE"


class EnvProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One variable that is wrong: what is the matter, and what would be right; never its value."""

    variable: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.problem}; {self.remedy}"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One variable for the documentation; `default` is None where there is none."""

    name: str
    type: str
    default: str | None
    description: str


class _WrongError(Exception):
    """What is wrong with one variable, and what would be right."""

    def __init__(self, variable: str, problem: str, remedy: str) -> None:
        super().__init__(variable)
        self.problem = EnvProblem(variable=variable, problem=problem, remedy=remedy)


def read_struct(
    cls: type[S], environ: Mapping[str, str], prefix: str, *, elsewhere: tuple[str, ...] = ()
) -> tuple[S | None, list[EnvProblem]]:
    """The Struct, or None and every problem.

    A field is read from PREFIX + its name in capitals, or from the file that the same name with
    `_FILE` tells (Docker secrets), without the file's last line end. A variable that is set to
    nothing counts as not set, unless the field takes a text; an empty list is written `,`. Any
    other variable under the prefix is a problem, but for those under a prefix in `elsewhere`.
    """
    fields = _variables(cls, prefix)
    values: dict[str, Any] = {}
    problems = _unknown(environ, prefix, list(fields), elsewhere)
    for variable, field in fields.items():
        try:
            value = _value(variable, field, environ, own=fields)
        except _WrongError as wrong:
            problems.append(wrong.problem)
        else:
            values.update({} if value is msgspec.UNSET else {field.name: value})
    if problems:
        return None, problems
    try:
        return cls(**values), []
    except ValueError as error:
        return None, [
            EnvProblem(variable=f"{prefix}*", problem=str(error), remedy="change what does not fit")
        ]


def describe_struct(cls: type[msgspec.Struct], prefix: str) -> list[Setting]:
    """What may be set, field by field; secrets show a mask."""
    return [
        Setting(
            name=variable,
            type=(kind := EnvType(field.type)).expected,
            default=_default_text(field),
            description=kind.description,
        )
        for variable, field in _variables(cls, prefix).items()
    ]


def _variables(cls: type[msgspec.Struct], prefix: str) -> dict[str, FieldInfo]:
    return {prefix + field.name.upper(): field for field in msgspec.structs.fields(cls)}


def _value(
    variable: str, field: FieldInfo, environ: Mapping[str, str], *, own: Container[str]
) -> Any:
    """The field's value, or UNSET where the default holds. Raises _WrongError."""
    kind = EnvType(field.type)
    source, text = _text(variable, environ, own)
    if text is None or (not text.strip() and not kind.takes_text):
        if field.required:
            raise _WrongError(variable, "is not set", f"expected {kind.expected}")
        return msgspec.UNSET
    try:
        return kind.read(text)
    except ValueError:
        raise _WrongError(source, "cannot be read", f"expected {kind.expected}") from None


def _text(variable: str, environ: Mapping[str, str], own: Container[str]) -> tuple[str, str | None]:
    """The variable that holds or points to the text, and the text if there is one."""
    pointer = variable + FILE_SUFFIX
    # A field may itself be called ..._file; then the variable is that field's.
    path = "" if pointer in own else environ.get(pointer, "")
    if not path:
        return variable, environ.get(variable)
    if environ.get(variable):
        raise _WrongError(pointer, f"is set, and {variable} too", "set one of them")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise _WrongError(
            pointer, f"its file cannot be read: {reason}", "tell a readable file"
        ) from None
    return pointer, text.removesuffix("\n").removesuffix("\r")


def _unknown(
    environ: Mapping[str, str], prefix: str, known: list[str], elsewhere: tuple[str, ...]
) -> list[EnvProblem]:
    """Variables under the prefix that no field is called like: most often a slip of the pen."""
    readable = {*known, *(name + FILE_SUFFIX for name in known)}
    strangers = sorted(
        name
        for name in environ
        if name.startswith(prefix) and name not in readable and not name.startswith(elsewhere)
    )
    return [
        EnvProblem(variable=name, problem="is not a setting", remedy=_nearest(name, known))
        for name in strangers
    ]


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else "remove it"


def _default_text(field: FieldInfo) -> str | None:
    """The default as one would write it; None where there is none."""
    if field.required:
        return None
    default = field.default
    if default is msgspec.NODEFAULT:
        default = field.default_factory()
    if default is None:
        return ""
    parts = default if isinstance(default, tuple | set | frozenset) else (default,)
    return ",".join(map(_written, parts))


def _written(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    return msgspec.json.encode(value, enc_hook=_masked).decode().strip('"')


def _masked(value: Any) -> str:
    return repr(value) if value else ""
